import { createHash } from 'node:crypto'
import { type WorkingDays, workingDays } from '../../platform/calendar/working-days.ts'
import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import type { Snapshot } from '../../platform/directory/snapshot.ts'
import { memoise } from '../../platform/memoise.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { Page, PageRequest } from '../connection/page.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { Delivery, HistoryEntry, MatterRow } from '../delivery/contract.ts'
import { type Deadline, type DeadlineFacts, deadlineAt, dueDays, remindersOf } from './deadline.ts'
import { type HistoryLine, historyLines } from './history.ts'
import type { InboxState } from './inbox-state.ts'
import { MatterDueRepository } from './matter-due.repository.ts'
import type { MatterView } from './matter-view.ts'

const staleBatch = 500

/** The calendars of a snapshot: their arithmetic, and a fingerprint by which a change of them is seen. */
const calendarOf = memoise((tables: Snapshot['calendars']) => ({
  days: workingDays(tables),
  fingerprint: createHash('sha256').update(JSON.stringify(tables)).digest('hex').slice(0, 32),
}))

/** What every matter has, of whatever kind. */
export interface MatterStanding {
  matter: MatterRow
  deadline: Deadline | undefined
  changedAt: Date | null
}

/** What the service is made of. */
export interface MatterServiceParts {
  parts: NodeParts
  delivery: Delivery
  views: readonly MatterView[]
}

/** Matters of whatever kind: inbox, deadlines and histories. Only agencies of this county see them. */
export class MatterService {
  readonly #parts: NodeParts
  readonly #delivery: Delivery
  readonly #views: ReadonlyMap<string, MatterView>
  readonly #dues = new MatterDueRepository()
  readonly #standings: Batch<MatterStanding>
  readonly #histories: Batch<HistoryEntry[]>

  constructor({ parts, delivery, views }: MatterServiceParts) {
    this.#parts = parts
    this.#delivery = delivery
    this.#views = new Map(views.map((view) => [view.kind.kind, view]))
    this.#standings = new Batch((ids) => this.#stand(ids))
    this.#histories = new Batch((ids) => delivery.histories(parts.db, ids))
  }

  /** The working days of the directory. */
  calendar(): WorkingDays {
    return calendarOf(this.#parts.directory.snapshot().calendars).days
  }

  /** One page of the inbox, the matter in which something happened last first. */
  async inbox(
    context: RequestContext,
    state: InboxState | undefined,
    request: PageRequest,
  ): Promise<Page<{ matter: MatterRow; changedAt: Date }>> {
    this.#parts.authoriser.toHandle(context)
    const { county, clock, db } = this.#parts
    if (state === 'DUE_SOON' || state === 'OVERDUE') await this.refreshDays(context.signal)
    const today = shanghaiDay(clock.now())
    const page = await this.#dues.page(db, { county, state, today }, request)
    const found = await this.#delivery.matters(
      db,
      page.rows.map(({ matter }) => matter),
    )
    const rows = page.rows.flatMap(({ matter, changedAt }) => {
      const row = found.get(matter)
      return row ? [{ matter: row, changedAt }] : []
    })
    return { ...page, rows }
  }

  /** A matter's kind; undefined when this county holds no such matter. */
  async find(context: RequestContext, id: string): Promise<MatterRow | undefined> {
    this.#parts.authoriser.toHandle(context)
    return this.#delivery.matter(this.#parts.db, id)
  }

  /** Where a matter stands; undefined for a draft, which has not left this county. */
  standing(context: RequestContext, id: string): Promise<MatterStanding | undefined> {
    this.#parts.authoriser.toHandle(context)
    return this.#standings.get(context, id)
  }

  /** The history of a matter, oldest first: what both counties signed, and what the dates say of themselves. */
  async history(context: RequestContext, id: string): Promise<HistoryLine[]> {
    const standing = await this.standing(context, id)
    const view = standing && this.#views.get(standing.matter.kind)
    if (!view) return []
    const entries = (await this.#histories.get(context, id)) ?? []
    const { deadline } = standing
    const reminders = deadline ? remindersOf(deadline, this.calendar(), this.#parts.clock.now()) : []
    return historyLines(view, entries, reminders, deadline)
  }

  async #stand(ids: string[]): Promise<Map<string, MatterStanding>> {
    const { clock, db } = this.#parts
    const found = await this.#delivery.matters(db, ids)
    const [facts, changes] = await Promise.all([this.#facts(db, [...found.values()]), this.#dues.changes(db, ids)])
    const now = clock.now()
    const calendar = this.calendar()
    return new Map(
      [...found.values()].map((matter) => {
        const given = facts.get(matter.id)
        const deadline = given && deadlineAt(given, calendar, now)
        return [matter.id, { matter, deadline, changedAt: changes.get(matter.id) ?? null }]
      }),
    )
  }

  async #facts(db: Database, rows: readonly { id: string; kind: string }[]): Promise<Map<string, DeadlineFacts>> {
    const all = new Map<string, DeadlineFacts>()
    for (const view of this.#views.values()) {
      const ids = rows.filter(({ kind }) => kind === view.kind.kind).map(({ id }) => id)
      for (const [id, facts] of await view.deadlines(db, ids)) all.set(id, facts)
    }
    return all
  }

  /** Computes the days of matters in which something happened, and of all open ones when the calendars have changed. */
  async refreshDays(signal: AbortSignal): Promise<void> {
    const { clock, db } = this.#parts
    const { days, fingerprint } = calendarOf(this.#parts.directory.snapshot().calendars)
    for (;;) {
      signal.throwIfAborted()
      const settled = await db.transaction(async (tx) => {
        const stale = await this.#dues.takeStale(tx, fingerprint, staleBatch)
        const facts = await this.#facts(
          tx,
          stale.map(({ matter, kind }) => ({ id: matter, kind })),
        )
        const rows = stale.map(({ matter }) => {
          const given = facts.get(matter)
          return { matter, ...dueDays(given && deadlineAt(given, days, clock.now()), days) }
        })
        await this.#dues.settle(tx, fingerprint, rows)
        return rows.length
      })
      if (settled < staleBatch) return
    }
  }
}
