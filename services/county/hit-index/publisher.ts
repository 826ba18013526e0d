import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Directory } from '../../platform/directory/directory.ts'
import { ExchangeError } from '../../platform/errors.ts'
import { bodyHash, encodeFrame, hashBytes, type Statement, statementType } from '../../platform/hit-index/statement.ts'
import type { Logger } from '../../platform/log.ts'
import type { CountySigner } from '../signing/county-signer.ts'
import { type Epoch, epochAt } from './epoch.ts'
import { type FollowedList, ListFollower } from './list-follower.ts'
import { Waiters } from './waiters.ts'

/** A point of a list's history, and the epoch of the hashes that the gateway has of it. */
export interface NamedPoint {
  version: number
  chain: string
  lineage: string
  epoch: string
}

/** A gateway's request for the digest. */
export interface DigestQuestion {
  gateway: string
  nonce: string
  /** What it has; undefined when it has nothing. */
  point: NamedPoint | undefined
  /** For how long to wait while there is nothing new since the point, in milliseconds. */
  waitMs: number
  /** Aborts when nobody waits for the answer any more. */
  signal: AbortSignal
}

/** A frame, ready to leave. */
export interface DigestAnswer {
  frame: Uint8Array
  /** `renewal`: nothing new since the point, but of a later moment. */
  kind: 'full' | 'delta' | 'renewal'
}

/** What the process's figures say of the digest. */
export interface DigestFigures {
  entries: number
  bytes: number
  version: number
  waiting: number
}

interface PublisherParts {
  county: string
  db: Database
  clock: Clock
  directory: Directory
  signer: CountySigner
  logger: Pick<Logger, 'info' | 'warn'>
  /** For how long a statement vouches, in seconds. */
  validSeconds: number
}

interface Body {
  since: Statement['since']
  continues: boolean
  added: Uint8Array
  removed: Uint8Array
}

const nothing = new Uint8Array()
/** A delta of a list that changes while it is made is made anew, this often. */
const mostTries = 3

/** Publishes the county's digest of its list: statements signed by the county, with the hashes they speak of. */
export class HitIndexPublisher {
  readonly #parts: PublisherParts
  readonly #follower: ListFollower
  readonly #waiters: Waiters
  #last: Promise<unknown> = Promise.resolve()
  #whole: { chain: string; epoch: Epoch; body: Uint8Array } | undefined

  constructor(parts: PublisherParts) {
    this.#parts = parts
    this.#follower = new ListFollower(parts)
    this.#waiters = new Waiters(async () => {
      const epoch = this.#epoch()
      await this.#inTurn(() => this.#follower.follow(epoch))
    })
  }

  /**
   * The digest as it is at a moment after the call; when the gateway has that already, after a change or when `waitMs`
   * are over. Throws HIT_INDEX_DECLINED when the directory has no epoch, and what `signal` aborts with.
   */
  async answer(question: DigestQuestion): Promise<DigestAnswer> {
    const { point, waitMs, signal } = question
    const isNew = (list: FollowedList): boolean => !(point && isAt(list, point))
    if (waitMs > 0) {
      const epoch = this.#epoch()
      const list = await this.#inTurn(() => this.#follower.follow(epoch), signal)
      if (!isNew(list)) {
        const hasNews = (): boolean => !this.#follower.followed || isNew(this.#follower.followed)
        await this.#waiters.wait(hasNews, waitMs, signal)
      }
    }
    return this.#inTurn(() => this.#frame(question), signal)
  }

  /** Figures for people and alarms. */
  figures(): DigestFigures {
    const list = this.#follower.followed
    return {
      entries: list?.digest.count ?? 0,
      bytes: list?.digest.bytes ?? 0,
      version: list?.head.version ?? 0,
      waiting: this.#waiters.count,
    }
  }

  /** Whether the process is about to end. */
  get stopped(): boolean {
    return this.#waiters.stopped
  }

  /** Lets all who wait have their answers now. */
  stop(): void {
    this.#waiters.stop()
  }

  #epoch() {
    const epoch = epochAt(this.#parts.directory.snapshot(), this.#parts.clock.now())
    if (!epoch) throw declined('The directory has no epoch of the hit index.')
    return epoch
  }

  /** One at a time: what is in memory changes while it is read. */
  #inTurn<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const turn = this.#last.then(() => {
      signal?.throwIfAborted()
      return work()
    })
    this.#last = turn.catch(() => {})
    return turn
  }

  async #frame({ gateway, nonce, point, signal }: DigestQuestion): Promise<DigestAnswer> {
    const epoch = this.#epoch()
    let list = await this.#follower.follow(epoch)
    let body = await this.#bodySince(list, point)
    for (let tries = 0; body === 'outdated'; tries += 1) {
      list = await this.#follower.follow(epoch)
      // The whole list could not say whether it continues the point: a gateway would take it for one set back.
      if (tries === mostTries) throw new ExchangeError('OVERLOADED', 'The list changes too fast to be read. Ask again.')
      body = await this.#bodySince(list, point)
    }
    signal.throwIfAborted()
    const { since, continues, added, removed } = body
    const bytes = removed.length === 0 ? added : Buffer.concat([added, removed])
    const statement: Statement = {
      iss: this.#parts.county,
      aud: gateway,
      nonce,
      lineage: list.head.lineage,
      version: list.head.version,
      chain: list.head.chain,
      since,
      continues,
      epoch: list.epoch.id,
      asOf: list.asOf.toISOString(),
      validUntil: new Date(list.asOf.getTime() + this.#parts.validSeconds * 1_000).toISOString(),
      count: list.digest.count,
      sum: list.digest.sum,
      added: added.length / hashBytes,
      removed: removed.length / hashBytes,
      body: bodyHash(bytes),
    }
    const jws = await this.#parts.signer.sign(statement, statementType)
    const kind = since === null ? 'full' : bytes.length === 0 && isAt(list, point) ? 'renewal' : 'delta'
    return { frame: encodeFrame({ jws, body: bytes }), kind }
  }

  async #bodySince(list: FollowedList, point: NamedPoint | undefined): Promise<Body | 'outdated'> {
    if (!point) return this.#wholeBody(list, true)
    const { version, chain } = point
    if (point.lineage !== list.head.lineage) return this.#wholeBody(list, false)
    if (isAt(list, point)) return { since: { version, chain }, continues: true, added: nothing, removed: nothing }
    const changes = await this.#follower.changesSince(list, point)
    if (changes === 'outdated') return 'outdated'
    const { inHistory, added, removed } = changes
    const hasDelta = added !== undefined && removed !== undefined && point.epoch === list.epoch.id
    return hasDelta ? { since: { version, chain }, continues: true, added, removed } : this.#wholeBody(list, inHistory)
  }

  #wholeBody(list: FollowedList, continues: boolean): Body {
    const { epoch, head } = list
    // The same object as long as the list was hashed with the same key, whatever that is called.
    if (this.#whole?.chain !== head.chain || this.#whole.epoch !== epoch) {
      this.#whole = { chain: head.chain, epoch, body: list.digest.all() }
    }
    return { since: null, continues, added: this.#whole.body, removed: nothing }
  }
}

/** HIT_INDEX_DECLINED with the reason. */
export function declined(reason: string): ExchangeError {
  return new ExchangeError('HIT_INDEX_DECLINED', `${reason} Ask this county itself.`)
}

function isAt({ epoch, head }: FollowedList, point: NamedPoint | undefined): boolean {
  return (
    point !== undefined &&
    point.epoch === epoch.id &&
    point.lineage === head.lineage &&
    point.version === head.version &&
    point.chain === head.chain
  )
}
