import { type KeyObject, createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { HitIndexEpoch, Snapshot } from '../../../services/platform/directory/snapshot.ts'
import { shanghaiDay } from '../../../services/platform/directory/snapshot-lookups.ts'
import { type Statement, bodyHash, encodeFrame, statementType } from '../../../services/platform/hit-index/statement.ts'
import { subjectHash } from '../../../services/platform/hit-index/subject-hash.ts'
import type { Position } from '../acceptor.ts'
import { HashSum } from '../hash-sum.ts'

/** A listing of the reference model: it has effect from a day on, until another one, unless it was removed before. */
export interface ModelListing {
  subject: string
  from: string
  until: string
  removedOn: string | null
}

/** A county's key, and its public part as the directory has it. */
export interface ModelKey {
  privateKey: KeyObject
  jwk: Snapshot['counties'][number]['keys'][number]
}

interface ListState {
  lineage: string
  version: number
  chain: string
  members: ReadonlySet<string>
  changes: readonly { version: number; code: string; listed: boolean }[]
  points: ReadonlyMap<number, string>
  listings: readonly ModelListing[]
}

let made = 0

/** A key made for a test. */
export function modelKey(): ModelKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  made += 1
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kty: 'OKP', kid: `key-${made}`, alg: 'EdDSA' } }
}

/** The day so many days after a moment, in Asia/Shanghai. */
export function dayAfter(moment: number, days: number): string {
  return shanghaiDay(new Date(moment + days * 86_400_000))
}

/** Whether a listing of the subject has effect on the day. */
export function hasEffect(listings: readonly ModelListing[], subject: string, day: string): boolean {
  return listings.some(
    (each) =>
      each.subject === subject &&
      each.from <= day &&
      day < each.until &&
      (each.removedOn === null || day < each.removedOn),
  )
}

/**
 * A county that keeps the rules of the hit index over plain listings: every change to the list is a version with its
 * changes of membership; a code is a member while a listing has effect or may have it later. It remembers its history,
 * so that one can ask what was true at a moment.
 */
export class ModelCounty {
  isUp = true
  declines = false
  key: ModelKey
  #state: ListState
  /** By the county's clock. */
  #history: { at: number; listings: readonly ModelListing[] }[] = []
  #random = 0

  constructor(
    readonly code: string,
    key: ModelKey,
    /** How far the county's clock is ahead of the true time, in milliseconds. */
    readonly skew: number,
  ) {
    this.key = key
    const chain = this.#link('')
    this.#state = {
      lineage: this.#name('lineage'),
      version: 0,
      chain,
      members: new Set(),
      changes: [],
      points: new Map([[0, chain]]),
      listings: [],
    }
  }

  get listings(): readonly ModelListing[] {
    return this.#state.listings
  }

  get version(): number {
    return this.#state.version
  }

  /** Where the list stands. */
  get position(): Position {
    const { lineage, version, chain } = this.#state
    return { lineage, version, chain }
  }

  /** Whether the point is in the present history. */
  has({ lineage, version, chain }: Position): boolean {
    return lineage === this.#state.lineage && this.#state.points.get(version) === chain
  }

  /** What the county's list was at a moment of its clock. */
  listingsAt(moment: number): readonly ModelListing[] {
    return this.#history.findLast(({ at }) => at <= moment)?.listings ?? []
  }

  /** Puts these listings in place of the present ones, as one change. `now` is the true time. */
  change(now: number, listings: readonly ModelListing[]): void {
    const touched = new Set([...this.#state.listings, ...listings].map(({ subject }) => subject))
    this.#write(now, listings, touched)
  }

  /** Compares membership with the list as a whole. */
  sweep(now: number): void {
    const wanted = this.#wanted(now, this.#state.listings)
    const { members } = this.#state
    const differs = wanted.size !== members.size || [...wanted].some((code) => !members.has(code))
    if (differs) this.#write(now, this.#state.listings, new Set([...wanted, ...members]))
  }

  /** Forgets changes, so that gateways need the whole list. */
  prune(): void {
    this.#state = { ...this.#state, changes: [] }
  }

  /** What a backup of the database has. */
  backup(): unknown {
    return this.#state
  }

  /** Puts the database back to a backup. */
  restore(now: number, backup: unknown): void {
    this.#state = backup as ListState
    this.#note(now)
  }

  /** Begins a new history, as the office does after a restore. */
  resume(now: number): void {
    this.#state = { ...this.#state, version: this.#state.version + 1_000_000, lineage: this.#name('lineage') }
    this.#write(now, this.#state.listings, new Set([...this.#state.members, ...this.#wanted(now, this.listings)]))
  }

  /** A frame for what a gateway names. */
  publish(question: {
    query: Readonly<Record<string, string>>
    nonce: string
    gateway: string
    now: number
    epoch: HitIndexEpoch
    changes?: Partial<Statement>
  }): Uint8Array {
    const { query, nonce, gateway, now, epoch } = question
    const { lineage, version, chain, members, points } = this.#state
    const since = query['since'] === undefined ? undefined : Number(query['since'])
    const isKnown = since !== undefined && query['lineage'] === lineage && points.get(since) === query['chain']
    const net = isKnown && query['epoch'] === epoch.id ? this.#netChanges(since) : undefined
    const key = Buffer.from(epoch.key, 'base64url')
    const added = hashes(key, net?.added ?? [...members])
    const removed = hashes(key, net?.removed ?? [])
    const body = Buffer.concat([...added, ...removed])
    const sum = new HashSum()
    for (const hash of hashes(key, [...members])) sum.add(hash.readUInt32BE(0), hash.readUInt32BE(4))
    const asOf = now + this.skew
    const statement: Statement = {
      iss: this.code,
      aud: gateway,
      nonce,
      lineage,
      version,
      chain,
      since: net && since !== undefined ? { version: since, chain: query['chain'] ?? '' } : null,
      continues: since === undefined || isKnown,
      epoch: epoch.id,
      asOf: new Date(asOf).toISOString(),
      validUntil: new Date(asOf + 300_000).toISOString(),
      count: members.size,
      sum: sum.hex,
      added: added.length,
      removed: removed.length,
      body: bodyHash(body),
      ...question.changes,
    }
    return encodeFrame({ jws: this.#sign(statement), body })
  }

  #sign(statement: Statement): string {
    const text = `${part({ alg: 'EdDSA', kid: this.key.jwk.kid, typ: statementType })}.${part(statement)}`
    return `${text}.${sign(null, Buffer.from(text), this.key.privateKey).toString('base64url')}`
  }

  /** Undefined when the changes since are not kept. */
  #netChanges(since: number): { added: string[]; removed: string[] } | undefined {
    const { changes, members, version } = this.#state
    const later = changes.filter((change) => change.version > since)
    const kept = new Set(later.map((change) => change.version))
    if (since < version && !kept.has(since + 1)) return undefined
    const first = new Map(later.toReversed().map(({ code, listed }) => [code, listed]))
    const all = [...first]
    return {
      added: all.flatMap(([code, listed]) => (listed && members.has(code) ? [code] : [])),
      removed: all.flatMap(([code, listed]) => (!listed && !members.has(code) ? [code] : [])),
    }
  }

  #write(now: number, listings: readonly ModelListing[], touched: ReadonlySet<string>): void {
    const state = this.#state
    const version = state.version + 1
    const wanted = this.#wanted(now, listings)
    const members = new Set(state.members)
    const changes = [...state.changes]
    for (const code of touched) {
      if (wanted.has(code) === members.has(code)) continue
      if (wanted.has(code)) members.add(code)
      else members.delete(code)
      changes.push({ version, code, listed: wanted.has(code) })
    }
    // A version without a change of membership is kept as well: the history has no gap.
    if (changes.length === state.changes.length) changes.push({ version, code: '', listed: true })
    const chain = this.#link(state.chain)
    const points = new Map([...state.points, [version, chain] as const])
    this.#state = { ...state, version, chain, members, changes, points, listings }
    this.#note(now)
  }

  #wanted(now: number, listings: readonly ModelListing[]): Set<string> {
    const day = shanghaiDay(new Date(now + this.skew))
    return new Set(
      listings
        .filter(({ until, removedOn }) => until > day && (removedOn === null || removedOn > day))
        .map(({ subject }) => subject),
    )
  }

  #note(now: number): void {
    this.#history.push({ at: now + this.skew, listings: this.#state.listings })
  }

  #name(what: string): string {
    this.#random += 1
    return `${what}-${this.code}-${this.#random}`
  }

  #link(previous: string): string {
    return createHash('sha256').update(previous).update(this.#name('link')).digest('hex')
  }
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function hashes(key: Uint8Array, codes: readonly string[]): Buffer[] {
  return codes
    .filter((code) => code !== '')
    .map((code) => {
      const { high, low } = subjectHash(key, code)
      const bytes = Buffer.alloc(8)
      bytes.writeUInt32BE(high)
      bytes.writeUInt32BE(low, 4)
      return bytes
    })
}
