import { demandTexts } from '../../platform/demand-texts.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import type { Database } from '../../platform/database.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import { AgencyRepository } from '../agencies/agency.repository.ts'
import type { CaseStage } from '../cases/enforcement-case.machine.ts'
import { EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import type { Page, PageRequest } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { isOwnId, newRecordId } from '../db/record-id.ts'
import { type KnownNames, redact, residues } from './redaction.ts'
import type { PublicationDayState, TypicalReason } from './typical-case.labels.ts'
import { type TypicalEvent, decideTypical, reasoned } from './typical-case.machine.ts'
import { TypicalCaseRepository, type TypicalCaseRow } from './typical-case.repository.ts'
import type { TypicalTexts } from './typical-case.table.ts'

/** What the service answers with. */
export type { TypicalCaseRow } from './typical-case.repository.ts'

/** A nomination. */
export interface Nomination {
  caseId: string
  reasons: readonly TypicalReason[]
  texts: TypicalTexts
  hidden: readonly string[]
}

/** What a step says. */
export interface TypicalStep {
  /** REDACT: the texts that were redacted by hand; the others are redacted by the node. */
  texts: Partial<TypicalTexts>
  /** APPROVE: one of the planned days; the next one when left out. */
  publishOn: string | undefined
  reason: string | undefined
}

/** A planned day of publication. */
export interface PublicationDay {
  day: string
  state: PublicationDayState
  cases: TypicalCaseRow[]
}

/** Stages from which on it is known how the case ended. */
const nominable: readonly CaseStage[] = ['DECIDED', 'SERVED', 'PUBLISHED', 'EXECUTION', 'CLOSED', 'ARCHIVED']
const longest: Record<keyof TypicalTexts, number> = {
  title: 200,
  law: 2_000,
  facts: 10_000,
  outcome: 4_000,
  significance: 4_000,
}
const members = Object.keys(longest) as (keyof TypicalTexts)[]
const [mostHidden, longestHidden, mostDays] = [100, 100, 60]

/** Typical cases: nominated, redacted, approved by another officer, published on the planned days. */
export class TypicalCaseService {
  readonly #parts: NodeParts
  readonly #repository = new TypicalCaseRepository()
  readonly #cases = new EnforcementCaseRepository()
  readonly #agencies = new AgencyRepository()

  constructor(parts: NodeParts) {
    this.#parts = parts
  }

  /** A page of the published ones; every agency of the exchange may read these, since everybody may. */
  published(context: RequestContext, field: string | undefined, request: PageRequest): Promise<Page<TypicalCaseRow>> {
    this.#parts.authoriser.asParty(context)
    return this.#repository.published(this.#parts.db, field, request)
  }

  /** A published one; undefined when there is none. */
  async find(context: RequestContext, id: string): Promise<TypicalCaseRow | undefined> {
    this.#parts.authoriser.asParty(context)
    const { county, db } = this.#parts
    if (!isOwnId(id, 'typical', county)) return undefined
    const row = (await this.#repository.byIds(db, [id])).get(id)
    return row?.state === 'PUBLISHED' ? row : undefined
  }

  /** A page of all of the own county, as nominated. */
  async own(context: RequestContext, state: string | undefined, request: PageRequest): Promise<Page<TypicalCaseRow>> {
    this.#parts.authoriser.toHandle(context)
    const page = await this.#repository.all(this.#parts.db, state, request)
    await this.#noteShown(context, page.rows)
    return page
  }

  /** Nominates an own case that is decided; CONFLICT when it has been nominated already. */
  async nominate(context: RequestContext, { caseId, reasons, texts, hidden }: Nomination): Promise<TypicalCaseRow> {
    this.#parts.authoriser.toWrite(context)
    demandTexts(texts, longest)
    if (reasons.length === 0) throw badInput('Say why the case is typical.', 'reasons')
    demandHidden(hidden)
    const { clock, county, db } = this.#parts
    const now = clock.now()
    return db.transaction(async (tx) => {
      const found = isOwnId(caseId, 'case', county) ? await this.#cases.lock(tx, caseId) : undefined
      if (!found) throw new ExchangeError('NOT_FOUND', 'The county has no such case.', { key: caseId.slice(0, 80) })
      if (!nominable.some((stage) => stage === found.stage)) {
        throw new ExchangeError('TRANSITION_REFUSED', `A case in stage ${found.stage} is not decided yet.`)
      }
      const added = await this.#repository.add(tx, {
        id: newRecordId(county, 'typical', clock),
        caseId,
        agency: context.viewer.agency,
        field: found.field,
        reasons: [...new Set(reasons)],
        original: texts,
        hidden: [...new Set(hidden)],
        state: 'NOMINATED',
        nominatedAt: now,
        nominatedBy: officerOf(context),
        updatedAt: now,
      })
      if (!added) throw new ExchangeError('CONFLICT', 'This case has been nominated already.')
      noteShown(context, [found.subjectCode])
      return added
    })
  }

  /**
   * Takes a typical case one step further. What may not be published is looked for at REDACT, APPROVE and PUBLISH, each time
   * by what the county knows then: BAD_USER_INPUT says in which text what kind is left, never what it is.
   */
  async advance(context: RequestContext, id: string, event: TypicalEvent, step: TypicalStep): Promise<TypicalCaseRow> {
    this.#parts.authoriser.toWrite(context)
    demandTexts(step.texts, longest)
    demandTexts(step, { reason: 1_000 })
    if (reasoned.includes(event) && step.reason === undefined) throw badInput(`${event} needs a reason.`, 'reason')
    const { clock, db } = this.#parts
    return db.transaction(async (tx) => {
      const row = await this.#repository.lock(tx, id)
      if (!row) throw new ExchangeError('NOT_FOUND', 'The county has no such typical case.', { key: id.slice(0, 80) })
      const state = decideTypical(row.state, event)
      const change = await this.#changeOf(tx, context, { row, event, step })
      await this.#noteShown(context, [row], tx)
      return this.#repository.change(tx, id, { ...change, state, updatedAt: clock.now() })
    })
  }

  /** The planned days of a year, and what is due on each. */
  async calendar(context: RequestContext, year: number): Promise<PublicationDay[]> {
    this.#parts.authoriser.toHandle(context)
    const { clock, db } = this.#parts
    const days = await this.#repository.days(db, year)
    const cases = await this.#repository.dueOn(db, days)
    await this.#noteShown(context, cases)
    const today = shanghaiDay(clock.now())
    return days.map((day) => {
      const own = cases.filter(({ publishOn }) => publishOn === day)
      return { day, state: standingOf(day, today, own), cases: own }
    })
  }

  /** Plans the days of a year; a day for which something was approved cannot be taken out. */
  async plan(context: RequestContext, year: number, days: readonly string[]): Promise<PublicationDay[]> {
    this.#parts.authoriser.toWrite(context)
    if (days.length > mostDays) throw badInput(`At most ${mostDays} days of a year can be planned.`, 'days')
    const stray = days.find((day) => !day.startsWith(`${year}-`))
    if (stray !== undefined) throw badInput(`${stray} is no day of ${year}.`, 'days')
    await this.#parts.db.transaction(async (tx) => {
      const gone = (await this.#repository.days(tx, year)).filter((day) => !days.includes(day))
      const [bound] = await this.#repository.dueOn(tx, gone)
      if (bound) throw new ExchangeError('CONFLICT', `A typical case was approved for ${bound.publishOn ?? ''}.`)
      await this.#repository.plan(tx, year, [...new Set(days)])
    })
    return this.calendar(context, year)
  }

  /** Nominations hold the texts with names: the journal keeps whose were shown. */
  async #noteShown(context: RequestContext, rows: readonly TypicalCaseRow[], db = this.#parts.db): Promise<void> {
    if (rows.length === 0) return
    const found = await this.#cases.byIds(
      db,
      rows.map(({ caseId }) => caseId),
    )
    noteShown(
      context,
      [...found.values()].map(({ subjectCode }) => subjectCode),
    )
  }

  async #changeOf(
    tx: Database,
    context: RequestContext,
    { row, event, step }: { row: TypicalCaseRow; event: TypicalEvent; step: TypicalStep },
  ): Promise<Partial<TypicalCaseRow>> {
    const { clock } = this.#parts
    const officer = officerOf(context)
    const today = shanghaiDay(clock.now())
    switch (event) {
      case 'REDACT': {
        const known = await this.#knownOf(tx, row)
        const redacted = { ...row.original }
        for (const member of members) redacted[member] = step.texts[member] ?? redact(row.original[member], known)
        demandClean(redacted, known)
        return { redacted, redactedBy: officer, reason: null }
      }
      case 'APPROVE': {
        if (row.redactedBy === officer) {
          throw new ExchangeError('TRANSITION_REFUSED', 'Another officer approves than the one who redacted.')
        }
        demandClean(redactedOf(row), await this.#knownOf(tx, row))
        return { approvedBy: officer, publishOn: await this.#dayFor(tx, step.publishOn, today), reason: null }
      }
      case 'PUBLISH': {
        if (row.publishOn !== null && today < row.publishOn) {
          throw new ExchangeError('TRANSITION_REFUSED', `It was approved for publication on ${row.publishOn}.`)
        }
        demandClean(redactedOf(row), await this.#knownOf(tx, row))
        return { publishedAt: clock.now() }
      }
      case 'RETURN':
        return { reason: step.reason ?? null, redacted: null, redactedBy: null, approvedBy: null, publishOn: null }
      default:
        return { reason: step.reason ?? null }
    }
  }

  async #dayFor(tx: Database, wanted: string | undefined, today: string): Promise<string> {
    const day = await this.#repository.nextDay(tx, wanted === undefined || wanted < today ? today : wanted)
    if (day !== undefined && (wanted === undefined || day === wanted)) return day
    throw badInput('There is no such planned day of publication from today on: plan one first.', 'publishOn')
  }

  /** What the county knows of the case now: its parties, its officers, its numbers. */
  async #knownOf(tx: Database, { caseId, hidden }: TypicalCaseRow): Promise<KnownNames> {
    const found = (await this.#cases.byIds(tx, [caseId])).get(caseId)
    if (!found) throw new Error('A typical case without its case.')
    const { number, subjectCode, subjectName } = found
    const officers = await this.#agencies.officers(tx)
    const punished = await this.#repository.penaltiesOf(tx, subjectCode)
    const isPerson = Array.from(subjectName).length <= 4
    const representatives = punished.flatMap(({ representative }) => representative ?? [])
    return {
      people: [...(isPerson ? [subjectName] : []), ...representatives, ...officers.map(({ name }) => name)],
      organisations: isPerson ? [] : [subjectName],
      others: [
        subjectCode,
        number,
        ...officers.map(({ certificate }) => certificate),
        ...punished.map(({ document }) => document),
        ...hidden,
      ],
    }
  }
}

function officerOf({ transaction }: RequestContext): string {
  return transaction.officer ?? ''
}

function redactedOf({ redacted }: TypicalCaseRow): TypicalTexts {
  if (!redacted) throw new Error('A typical case was not redacted.')
  return redacted
}

function demandHidden(hidden: readonly string[]): void {
  if (hidden.length > mostHidden) throw badInput(`At most ${mostHidden} names can be hidden.`, 'hidden')
  for (const name of hidden) {
    demandTexts({ hidden: name }, { hidden: longestHidden })
    if (Array.from(name.trim()).length < 2) throw badInput('A hidden name has two characters at least.', 'hidden')
  }
}

function demandClean(texts: TypicalTexts, known: KnownNames): void {
  const left = members.flatMap((member) => {
    const kinds = residues(texts[member], known)
    return kinds.length === 0 ? [] : [`${member}: ${kinds.join(', ')}`]
  })
  if (left.length > 0) throw badInput(`The texts still hold what may not be published (${left.join('; ')}).`, 'texts')
}

function standingOf(day: string, today: string, cases: readonly TypicalCaseRow[]): PublicationDayState {
  const open = cases.some(({ state }) => state === 'APPROVED')
  if (!open && cases.length > 0) return 'DONE'
  if (day > today) return 'PLANNED'
  if (day === today) return 'DUE'
  return open ? 'OVERDUE' : 'MISSED'
}
