import type { Directory } from '../../services/platform/directory/directory.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { shanghaiDay } from '../../services/platform/directory/snapshot-lookups.ts'
import { indexStatement } from '../../services/platform/hit-index/coverage-statement.ts'
import { subjectHash } from '../../services/platform/hit-index/subject-hash.ts'
import type { PurposeKind } from '../../services/platform/viewer.ts'
import { type HeldContents, clockToleranceMs, keyIdentity, sameEpoch } from './acceptor.ts'
import type { CoverageState, IndexAnswer, IndexQuestion, VouchingCounty } from './contract.ts'
import type { MergedMap } from './merged-map.ts'

/** What renews statements and changes no contents is taken up this much later at most. */
const renewalMs = 10_000
const record = 'CREDIT_STANDING'

/** The list of a county as the index holds it, and the statement that vouches for it. */
export interface Digest extends HeldContents {
  /** Epoch milliseconds. */
  asOf: number
  validUntil: number
  /** The key that signed the statement. */
  signer: string
  map: MergedMap
  member: number
}

/** An epoch in use, and whose digests are hashed with its key. */
interface EpochInUse {
  key: Buffer
  map: MergedMap
  countyOf: ReadonlyMap<number, string>
}

/** Who vouches at a time, whoever asks. */
interface Base {
  snapshot: Snapshot
  builtAt: number
  /** When a statement runs out or the day ends, whichever comes first; epoch milliseconds. */
  goodUntil: number
  counties: readonly VouchingCounty[]
  codes: ReadonlySet<string>
  epochs: readonly EpochInUse[]
  /** By asker and purpose. */
  views: Map<string, View>
  /** By the counties they name. */
  states: Map<string, CoverageState>
}

/** Who vouches for askers of one county and purpose. */
interface View {
  state: CoverageState | undefined
  codes: ReadonlySet<string>
  /** The earliest `asOf` that the state names, epoch milliseconds. */
  oldest: number
  /** The targets that were asked about last, and those of them that do not vouch. */
  targets: readonly string[]
  ask: readonly string[]
}

/** Which counties let askers of one county and purpose read; holds for one snapshot and day. */
interface Admissions {
  snapshot: Snapshot
  day: string
  byAsker: Map<string, ReadonlySet<string>>
}

/**
 * What the index vouches for, worked out once per state of digests and directory, so that a question costs the same with
 * any number of counties.
 */
export class CoverageViews {
  readonly #directory: Pick<Directory, 'snapshot' | 'agreementFor'>
  readonly #digests: ReadonlyMap<string, Digest>
  #base: Base | undefined
  #admissions: Admissions | undefined
  #hasRenewals = false

  constructor(options: {
    directory: Pick<Directory, 'snapshot' | 'agreementFor'>
    digests: ReadonlyMap<string, Digest>
  }) {
    this.#directory = options.directory
    this.#digests = options.digests
  }

  /** The contents of a digest changed, or one came or went: nothing that was worked out holds any longer. */
  changed(): void {
    this.#base = undefined
  }

  /** A statement was renewed without a change to the list: what was worked out remains true, with an older `asOf`. */
  renewed(county: string): void {
    if (this.#base?.codes.has(county) === true) this.#hasRenewals = true
    else this.changed()
  }

  /** Codes of the counties that vouch at `now` (epoch milliseconds); none without a valid directory. */
  vouching(now: number): ReadonlySet<string> {
    return this.#baseAt(now)?.codes ?? new Set()
  }

  /** Answers a question at `now`, epoch milliseconds. */
  look({ subject, asker, purpose, targets, maxStalenessMs }: IndexQuestion, now: number): IndexAnswer {
    const live = { state: undefined, ask: targets }
    const base = this.#baseAt(now)
    if (!base) return live
    const view = this.#view(base, asker, purpose, now)
    if (!view.state) return live
    const asked = new Set<string>()
    const notBefore = maxStalenessMs === undefined ? -Infinity : now + clockToleranceMs - maxStalenessMs
    if (view.oldest < notBefore) {
      for (const { county, asOf } of view.state.counties) if (asOf.getTime() < notBefore) asked.add(county)
      if (asked.size === view.state.counties.length) return live
    }
    for (const { key, map, countyOf } of base.epochs) {
      const { high, low } = subjectHash(key, subject)
      const holders = map.holders(high, low)
      if (holders === 'ALL') return live
      for (const member of holders) {
        const county = countyOf.get(member)
        if (county !== undefined) asked.add(county)
      }
    }
    const ask = unvouched(view, targets)
    if (asked.size === 0) return { state: view.state, ask }
    return { state: view.state, ask: targets.filter((county) => asked.has(county) || !view.codes.has(county)) }
  }

  #baseAt(now: number): Base | undefined {
    const snapshot = this.#snapshot()
    if (!snapshot) return undefined
    const known = this.#base
    const isGood =
      known?.snapshot === snapshot &&
      now >= known.builtAt &&
      now < known.goodUntil &&
      !(this.#hasRenewals && now >= known.builtAt + renewalMs)
    if (isGood) return known
    this.#hasRenewals = false
    this.#base = this.#build(snapshot, now)
    return this.#base
  }

  #snapshot(): Snapshot | undefined {
    try {
      return this.#directory.snapshot()
    } catch {
      return undefined
    }
  }

  #build(snapshot: Snapshot, now: number): Base {
    const counties: VouchingCounty[] = []
    const epochs = new Map<MergedMap, { key: Buffer; map: MergedMap; countyOf: Map<number, string> }>()
    let goodUntil = nextDay(now)
    for (const entry of snapshot.counties) {
      const digest = this.#digests.get(entry.code)
      if (!digest || entry.status !== 'ACTIVE' || !mayVouch(digest, entry.keys, snapshot)) continue
      const until = digest.validUntil - clockToleranceMs
      // One from later than now is as old as the clock was set back by, at least: nobody can say how old.
      if (now >= until || digest.asOf > now + clockToleranceMs) continue
      goodUntil = Math.min(goodUntil, until)
      counties.push({ county: entry.code, listVersion: String(digest.version), asOf: new Date(digest.asOf) })
      const epoch = epochs.get(digest.map) ?? {
        key: Buffer.from(digest.epoch.key, 'base64url'),
        map: digest.map,
        countyOf: new Map(),
      }
      epoch.countyOf.set(digest.member, entry.code)
      epochs.set(digest.map, epoch)
    }
    return {
      snapshot,
      builtAt: now,
      goodUntil,
      counties,
      codes: new Set(counties.map(({ county }) => county)),
      epochs: [...epochs.values()],
      views: new Map(),
      states: new Map(),
    }
  }

  #view(base: Base, asker: string, purpose: PurposeKind, now: number): View {
    const key = `${asker} ${purpose}`
    const known = base.views.get(key)
    if (known) return known
    const admitted = this.#admitted(base.snapshot, asker, purpose, now)
    const counties = base.counties.filter(({ county }) => admitted.has(county))
    const view: View = {
      state: stateOf(base.states, counties),
      codes: new Set(counties.map(({ county }) => county)),
      oldest: counties.reduce((oldest, { asOf }) => Math.min(oldest, asOf.getTime()), Infinity),
      targets: [],
      ask: [],
    }
    base.views.set(key, view)
    return view
  }

  #admitted(snapshot: Snapshot, asker: string, purpose: PurposeKind, now: number): ReadonlySet<string> {
    const day = shanghaiDay(new Date(now))
    if (this.#admissions?.snapshot !== snapshot || this.#admissions.day !== day) {
      this.#admissions = { snapshot, day, byAsker: new Map() }
    }
    const { byAsker } = this.#admissions
    const key = `${asker} ${purpose}`
    const admitted =
      byAsker.get(key) ??
      new Set(
        snapshot.counties
          .map(({ code }) => code)
          .filter(
            (holder) =>
              holder === asker ||
              this.#directory.agreementFor({ reader: asker, holder, record, purpose, on: new Date(now) }) !== undefined,
          ),
      )
    byAsker.set(key, admitted)
    return admitted
  }
}

/** Whether the directory still has the key of the statement and the epoch of the hashes. */
function mayVouch(digest: Digest, keys: Snapshot['counties'][number]['keys'], snapshot: Snapshot): boolean {
  return (
    keys.some((key) => keyIdentity(key) === digest.signer) &&
    snapshot.hitIndexEpochs.some((epoch) => sameEpoch(epoch, digest.epoch))
  )
}

function stateOf(states: Map<string, CoverageState>, counties: readonly VouchingCounty[]): CoverageState | undefined {
  if (counties.length === 0) return undefined
  const key = counties.map(({ county }) => county).join()
  const state = states.get(key) ?? { counties, ...indexStatement(counties) }
  states.set(key, state)
  return state
}

/** The targets that do not vouch; the same array for the same targets. */
function unvouched(view: View, targets: readonly string[]): readonly string[] {
  if (view.targets === targets || same(view.targets, targets)) return view.ask
  view.targets = targets
  view.ask = targets.filter((county) => !view.codes.has(county))
  return view.ask
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length > 0 && one.length === other.length && one.every((code, at) => code === other[at])
}

/** When the day after `now` begins in Asia/Shanghai; epoch milliseconds. */
function nextDay(now: number): number {
  return Date.parse(`${shanghaiDay(new Date(now))}T00:00:00+08:00`) + 86_400_000
}
