import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Directory } from '../../platform/directory/directory.ts'
import { nodesOf } from '../../platform/directory/snapshot-lookups.ts'
import type { Logger } from '../../platform/log.ts'
import { type Acknowledgements, pauseAfter } from './acknowledgements.ts'
import type { Archive } from './archive.ts'
import type { Party } from './contract.ts'
import { type Courier, type HeldMatter, type MissingQuestion, type Timers, within } from './courier.ts'
import type { DeliveryRepository } from './delivery.repository.ts'
import { hashOf } from './envelope-jws.ts'
import type { Incoming, Received } from './receiver.ts'
import type { RestoreMark } from './restore-mark.ts'

/** What the outbox is made of. */
export interface OutboxParts {
  county: Party
  db: Database
  clock: Clock
  timers: Timers
  directory: Pick<Directory, 'snapshot'>
  repository: DeliveryRepository
  courier: Courier
  archive: Archive
  acknowledgements: Acknowledgements
  mark: RestoreMark
  /** Takes in what a peer gave when it was asked. */
  takeIn: (batch: readonly Incoming[], from: Party, comparing: boolean) => Promise<Received>
  logger: Pick<Logger, 'info' | 'warn' | 'error'>
}

/** Bounds of the outbox; tests hand in their own. */
export interface OutboxBounds {
  /**
   * Envelopes a request, and how many of these places are kept, while there is a backlog, for what has become due since it was
   * noticed. Without any such the request is the shorter, and so is the wait of what begins now.
   */
  batch: number
  fresh: number
  /** Characters a request. */
  characters: number
  /** How long a request may take, milliseconds. */
  deadlineMs: number
  /** How often the tables are looked through for what nobody called out, milliseconds. */
  pollMs: number
  /** Peers that are spoken to at the same time. */
  peersAtOnce: number
}

const usual: OutboxBounds = {
  batch: 100,
  fresh: 50,
  characters: 524_288,
  deadlineMs: 15_000,
  pollMs: 5_000,
  peersAtOnce: 16,
}
const mostMattersAsked = 100
const mostGaps = 10_000
/** What was being written when a backlog was noticed does not belong to it. */
const slackMs = 1_000
/** How soon after a failure an officer's act may be reason to try again. */
const triedAgainMs = 10_000

/** What is known of one peer between rounds. */
interface Line {
  running: boolean
  again: boolean
  failures: number
  /** When the last one was, epoch milliseconds. */
  failedAt?: number
  /** Calls off the timer of the next round. */
  callOff: (() => void) | undefined
  /** The timer is that of a pause after a failure. */
  pausing: boolean
  gaps: Map<string, { attempts: number; at: number }>
  /** When it was noticed that more is due than a request holds; what has become due since does not wait for the rest. */
  backlogSince?: Date | undefined
}

/** Hands own envelopes over until each recipient's acknowledgement is stored, and asks for what is missing. */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #bounds: OutboxBounds
  readonly #lines = new Map<Party, Line>()
  readonly #rounds = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  /** Peers with which this county compares after a restore, as far as is known: the table says for certain. */
  readonly #comparing = new Set<Party>()
  #callOffPoll: (() => void) | undefined
  #serial = -1

  constructor(parts: OutboxParts, bounds: Partial<OutboxBounds> = {}) {
    this.#parts = parts
    this.#bounds = { ...usual, ...bounds }
  }

  /** Begins: looks through the tables now and then again and again. */
  async start(): Promise<void> {
    await this.#poll()
  }

  /** Ends what is under way and begins nothing more. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#callOffPoll?.()
    for (const line of this.#lines.values()) line.callOff?.()
    await Promise.all(this.#rounds)
  }

  /**
   * Something may be there for a peer. A pause after a failure ends when there is reason to believe that it answers again (it
   * has called, the directory has changed), and 10 seconds after the failure when an officer has acted.
   */
  wake(peer: Party, why: 'CALLED' | 'ACTED' | 'LOOKED' = 'LOOKED'): void {
    if (peer === this.#parts.county || this.#stopping.signal.aborted) return
    const line = this.#lineOf(peer)
    if (why === 'CALLED') line.failures = 0
    else if (line.pausing && !(why === 'ACTED' && this.#now() - (line.failedAt ?? 0) >= triedAgainMs)) return
    if (line.running || this.#running() >= this.#bounds.peersAtOnce) {
      line.again = true
      return
    }
    line.callOff?.()
    line.callOff = undefined
    line.pausing = false
    line.running = true
    const round = this.#run(peer, line).finally(() => {
      this.#rounds.delete(round)
      this.#wakeOthers()
    })
    this.#rounds.add(round)
  }

  /** A comparison with this peer has begun. */
  compare(peer: Party): void {
    this.#comparing.add(peer)
    this.wake(peer)
  }

  /** Envelopes of this peer's wait for something: it is asked. */
  fill(peer: Party, matter: string): void {
    const { gaps } = this.#lineOf(peer)
    if (gaps.has(matter) || gaps.size >= mostGaps) return
    gaps.set(matter, { attempts: 0, at: 0 })
    this.wake(peer)
  }

  /** Looks through the tables for what is to be done. */
  async look(): Promise<void> {
    const { db, directory, repository } = this.#parts
    const snapshot = directory.snapshot()
    const { serial } = snapshot
    const changed = this.#serial !== -1 && serial !== this.#serial
    this.#serial = serial
    const peers = new Set((await repository.peers(db)).map(({ county }) => county))
    for (const peer of peers) this.#comparing.add(peer)
    for (const { matter, sender } of await repository.gaps(db)) {
      const { gaps } = this.#lineOf(sender)
      if (!gaps.has(matter) && gaps.size < mostGaps) gaps.set(matter, { attempts: 0, at: 0 })
      peers.add(sender)
    }
    const codes = nodesOf(snapshot).map(({ code }) => code)
    for (const code of await repository.waitingRecipients(db, codes)) peers.add(code)
    for (const peer of peers) this.wake(peer, changed ? 'CALLED' : 'LOOKED')
  }

  async #poll(): Promise<void> {
    const { clock, logger, timers } = this.#parts
    try {
      await this.look()
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'the outbox could not be looked through')
    }
    if (this.#stopping.signal.aborted) return
    const shift = 0.9 + 0.2 * (Number.parseInt(clock.uuid().slice(0, 8), 16) / 0xffffffff)
    this.#callOffPoll = timers.after(this.#bounds.pollMs * shift, () => this.#track(this.#poll()))
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#rounds.delete(tracked))
    this.#rounds.add(tracked)
  }

  #now(): number {
    return this.#parts.clock.now().getTime()
  }

  #running(): number {
    let running = 0
    for (const line of this.#lines.values()) if (line.running) running += 1
    return running
  }

  /** Whoever had to wait for a place comes next. */
  #wakeOthers(): void {
    for (const [peer, line] of this.#lines) {
      if (!line.again || line.running) continue
      line.again = false
      this.wake(peer)
    }
  }

  #lineOf(peer: Party): Line {
    let line = this.#lines.get(peer)
    if (!line) {
      line = { running: false, again: false, failures: 0, callOff: undefined, pausing: false, gaps: new Map() }
      this.#lines.set(peer, line)
    }
    return line
  }

  async #run(peer: Party, line: Line): Promise<void> {
    const { clock, logger } = this.#parts
    try {
      let next: number | undefined
      do {
        line.again = false
        await this.#compare(peer)
        await this.#ask(peer, line)
        await this.#send(peer, line)
        line.failures = 0
        next = await this.#nextDue(peer, line)
      } while (line.again && !this.#stopping.signal.aborted)
      line.running = false
      if (next !== undefined) this.#sleep(peer, line, Math.max(next - clock.now().getTime(), 50))
    } catch (error) {
      line.running = false
      if (this.#stopping.signal.aborted) return
      if (line.failures === 0) logger.warn({ peer, reason: messageOf(error) }, 'a peer could not be reached')
      line.pausing = true
      line.backlogSince = undefined
      line.failedAt = this.#now()
      line.again = false
      this.#sleep(peer, line, pauseAfter(line.failures, clock.uuid()))
      line.failures += 1
    }
  }

  /** After a restore: asks a peer for everything that both have signed, page by page. */
  async #compare(peer: Party): Promise<void> {
    if (!this.#comparing.has(peer)) return
    const { db, courier, logger, repository } = this.#parts
    let place = (await repository.peers(db)).find(({ county }) => county === peer)
    while (place && !this.#stopping.signal.aborted) {
      const after = place.cursor
      const page = await this.#within((signal) => courier.heads(peer, after, signal))
      const behind = await this.#behind(page.matters, peer)
      for (let index = 0; index < behind.length; index += mostMattersAsked) {
        await this.#fetch(peer, behind.slice(index, index + mostMattersAsked), true)
      }
      await repository.compared(db, peer, page.next)
      place = page.next === null ? undefined : { county: peer, cursor: page.next }
      if (!place) logger.info({ peer }, 'all matters with this peer have been compared')
    }
    if (!place) this.#comparing.delete(peer)
  }

  /** Matters of which a peer holds more of its own or of this county's than is held here. */
  async #behind(theirs: readonly HeldMatter[], peer: Party): Promise<string[]> {
    const { archive, county } = this.#parts
    const ours = new Map((await archive.held(theirs.map(({ matter }) => matter))).map((each) => [each.matter, each]))
    return theirs
      .filter(({ matter, heads }) =>
        heads.some((head) => {
          if (head.county !== peer && head.county !== county) return false
          const own = ours.get(matter)?.heads.find((each) => each.county === head.county)
          return !own || own.sequence < head.sequence || (own.sequence === head.sequence && own.hash !== head.hash)
        }),
      )
      .map(({ matter }) => matter)
  }

  /** Asks for what its waiting envelopes rest on; what does not come is asked for again, ever more rarely. */
  async #ask(peer: Party, line: Line): Promise<void> {
    const { clock, db, repository } = this.#parts
    const now = clock.now().getTime()
    const due = [...line.gaps].filter(([, { at }]) => at <= now).slice(0, mostMattersAsked)
    if (due.length === 0) return
    const comparing = (await repository.peers(db)).length > 0
    const ids = due.map(([matter]) => matter)
    await this.#fetch(peer, ids, comparing)
    const open = new Set((await repository.gaps(db)).map(({ matter, sender }) => `${sender} ${matter}`))
    for (const [matter, { attempts }] of due) {
      if (open.has(`${peer} ${matter}`)) {
        line.gaps.set(matter, { attempts: attempts + 1, at: now + pauseAfter(attempts, clock.uuid()) })
      } else line.gaps.delete(matter)
    }
  }

  /** Fetches what a peer holds of these matters and is not held here, as long as that brings anything. */
  async #fetch(peer: Party, ids: readonly string[], direct: boolean): Promise<void> {
    const { archive, courier } = this.#parts
    let said = ''
    const shown = new Set<string>()
    for (;;) {
      const question: MissingQuestion = { matters: await archive.held(ids, { peer, shown }), direct }
      const now = JSON.stringify(question)
      if (now === said || this.#stopping.signal.aborted) return
      said = now
      const { envelopes, more } = await this.#within((signal) => courier.missing(peer, question, signal))
      const batch = envelopes.map(({ jws, acknowledgement }) => ({
        jws,
        acknowledgement: acknowledgement ?? undefined,
      }))
      for (const { jws } of batch) shown.add(hashOf(jws))
      if (batch.length > 0) await this.#parts.takeIn(batch, peer, direct)
      if (!more) return
    }
  }

  async #send(peer: Party, line: Line): Promise<void> {
    const { acknowledgements, clock, courier, db, mark, repository } = this.#parts
    const { batch: most, fresh, characters } = this.#bounds
    const oldest = most - fresh
    while (!this.#stopping.signal.aborted) {
      const now = clock.now()
      const found = await repository.due(db, peer, { now, since: line.backlogSince, oldest, fresh })
      const last = found.at(-1)?.nextAttemptAt
      if (found.length < oldest) line.backlogSince = undefined
      else if (!line.backlogSince || (last && last > line.backlogSince)) {
        line.backlogSince = new Date(now.getTime() - slackMs)
      }
      if (found.length === 0) return
      let left = characters
      const batch = found.filter(({ jws }, index) => (left -= jws.length) >= 0 || index === 0)
      await mark.raise(Math.max(...batch.map(({ ordinal }) => ordinal)))
      const texts = batch.map(({ jws }) => jws)
      const answers = await this.#within((signal) => courier.deliver(peer, texts, signal))
      if (answers.length !== batch.length) throw new Error('The peer did not answer for each envelope.')
      await acknowledgements.take(peer, batch, answers)
      if (batch.length === found.length && found.length < oldest) return
    }
  }

  /** When the next envelope or question to a peer is due, epoch milliseconds; undefined when there is none. */
  async #nextDue(peer: Party, line: Line): Promise<number | undefined> {
    const { db, repository } = this.#parts
    const due = (await repository.nextDue(db, peer))?.getTime()
    const all = [...line.gaps.values()].map(({ at }) => at).concat(due ?? [])
    return all.length === 0 ? undefined : Math.min(...all)
  }

  #sleep(peer: Party, line: Line, milliseconds: number): void {
    if (this.#stopping.signal.aborted) return
    line.callOff?.()
    line.callOff = this.#parts.timers.after(milliseconds, () => {
      line.pausing = false
      this.wake(peer)
    })
  }

  /** Runs a request that ends with the deadline, or with the process. */
  #within<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    return within(this.#parts.timers, this.#bounds.deadlineMs, this.#stopping.signal, work)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
