import { systemClock, type Clock } from '../clock.ts'
import { ExchangeError } from '../errors.ts'
import { lookUp, type SnapshotLookups } from './snapshot-lookups.ts'
import type { Snapshot } from './snapshot.ts'

/**
 * FRESH: the centre confirmed the snapshot at the last attempt. STALE: it is valid, but the last attempt failed or none
 * has ended yet. EXPIRED: refused. MISSING: none was ever had.
 */
export type DirectoryState = 'FRESH' | 'STALE' | 'EXPIRED' | 'MISSING'

/** What readiness and metrics say about the directory. */
export interface DirectoryStatus {
  state: DirectoryState
  serial?: number
  /** ISO 8601, UTC. */
  issuedAt?: string
  expiresAt?: string
  /** Why the last attempt to refetch failed; absent after a good one. */
  lastError?: string
}

/**
 * The directory as a node sees it. Every lookup, like {@link Directory.snapshot}, throws ExchangeError
 * DIRECTORY_UNAVAILABLE while there is none and DIRECTORY_EXPIRED after its expiry: nobody is trusted on old keys.
 */
export interface Directory extends SnapshotLookups {
  /** The valid snapshot. */
  snapshot(): Snapshot
  /** Never throws. */
  status(): DirectoryStatus
  /** Loads from disk, then begins to refetch; resolves also when there is no snapshot yet. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** What a holder of snapshots hands to {@link directoryOver}. */
export interface HeldSnapshot {
  snapshot: Snapshot
  lookups: SnapshotLookups
}

/** Pairs a snapshot with its lookups. */
export function hold(snapshot: Snapshot): HeldSnapshot {
  return { snapshot, lookups: lookUp(snapshot) }
}

/** The lookups of whatever is held at the moment of each call, refused when nothing is held or it has expired. */
export function directoryOver(
  held: () => HeldSnapshot | undefined,
  clock: Clock,
): SnapshotLookups & Pick<Directory, 'snapshot'> {
  const valid = (): HeldSnapshot => {
    const current = held()
    if (!current) {
      throw new ExchangeError(
        'DIRECTORY_UNAVAILABLE',
        'This node has no directory snapshot yet: neither its cache nor the coordination node gave one. Try again later.',
      )
    }
    if (hasExpired(current.snapshot, clock)) {
      throw new ExchangeError(
        'DIRECTORY_EXPIRED',
        `The directory snapshot expired at ${current.snapshot.expiresAt} and the coordination node has given no newer one.`,
      )
    }
    return current
  }
  return {
    snapshot: () => valid().snapshot,
    county: (code) => valid().lookups.county(code),
    node: (code) => valid().lookups.node(code),
    superiorOf: (question) => valid().lookups.superiorOf(question),
    agency: (id) => valid().lookups.agency(id),
    matter: (code) => valid().lookups.matter(code),
    act: (code) => valid().lookups.act(code),
    issuer: (issuer) => valid().lookups.issuer(issuer),
    gateway: (id) => valid().lookups.gateway(id),
    keysOf: (signer) => valid().lookups.keysOf(signer),
    agreementsBetween: (one, other) => valid().lookups.agreementsBetween(one, other),
    agreementFor: (question) => valid().lookups.agreementFor(question),
    measuresFor: (question) => valid().lookups.measuresFor(question),
    verifyJws: async (jws, signer, typ) => valid().lookups.verifyJws(jws, signer, typ),
  }
}

/** Whether the snapshot's expiry has come. */
export function hasExpired(snapshot: Snapshot, clock: Clock): boolean {
  return clock.now().getTime() >= Date.parse(snapshot.expiresAt)
}

/** A directory that holds one snapshot for good: for tests and for offline verification. Needs no start. */
export function fixedDirectory(snapshot: Snapshot, clock: Clock = systemClock): Directory {
  const held = hold(snapshot)
  return {
    ...directoryOver(() => held, clock),
    status: () => ({
      state: hasExpired(snapshot, clock) ? 'EXPIRED' : 'FRESH',
      serial: snapshot.serial,
      issuedAt: snapshot.issuedAt,
      expiresAt: snapshot.expiresAt,
    }),
    start: async () => {},
    stop: async () => {},
  }
}
