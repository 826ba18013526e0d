import { demandTexts } from '../../platform/demand-texts.ts'
import { isSuperiorNode, shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import { AgencyRegister } from '../agencies/agency-register.ts'
import { AgencyRepository } from '../agencies/agency.repository.ts'
import type { Page, PageRequest } from '../connection/page.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId, isOwnId, newRecordId } from '../db/record-id.ts'
import { SubjectRepository } from '../registry/subject.repository.ts'
import { type CaseConflict, DoubleFineGuard } from './double-fine.ts'
import type { FileCaseInput } from './enforcement-case.input.ts'
import { type CaseChange, type CaseEventKind, caseEventKinds, decideCase } from './enforcement-case.machine.ts'
import {
  type CaseEventRow,
  type CaseRow,
  type CaseSearch,
  EnforcementCaseRepository,
  isShared,
} from './enforcement-case.repository.ts'

/** What the service answers with. */
export type { CaseRow, CaseSearch } from './enforcement-case.repository.ts'

const fewestOfficers = 2
const longestOfCase = { number: 120, title: 400, subjectName: 200, note: 2_000 }
const longestOfStep = { document: 200, note: 2_000, confirmation: 2_000 }

/** Enforcement cases: reading them and taking them through their stages. */
export class EnforcementCaseService {
  readonly #parts: NodeParts
  readonly #cases = new EnforcementCaseRepository()
  readonly #agencies = new AgencyRepository()
  readonly #register: AgencyRegister
  readonly #subjects = new SubjectRepository()
  readonly #guard: DoubleFineGuard
  readonly #byId: Batch<CaseRow>
  readonly #conflicts: Batch<CaseConflict[]>
  readonly #events: Batch<CaseEventRow[]>

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.#register = new AgencyRegister(parts)
    this.#guard = new DoubleFineGuard(parts.county, {
      actLabel: (act) => parts.directory.act(act)?.label ?? act,
      isSuperior: (question) => isSuperiorNode(parts.directory.snapshot(), question),
    })
    this.#byId = new Batch((ids) => this.#cases.byIds(parts.db, ids))
    this.#conflicts = new Batch(async (ids) =>
      this.#guard.conflicts(parts.db, [...(await this.#cases.byIds(parts.db, ids)).values()]),
    )
    this.#events = new Batch((ids) => this.#cases.events(parts.db, ids))
  }

  /** One page of the cases; other counties see filed ones that are not kept to this county. */
  async page(context: RequestContext, search: CaseSearch, request: PageRequest): Promise<Page<CaseRow>> {
    const { own } = this.#parts.authoriser.toRead(context, 'ENFORCEMENT_CASE')
    if (search.act !== undefined) this.#demandAct(search.act)
    const page = await this.#cases.page(this.#parts.db, { ...search, shared: !own }, request)
    noteShown(
      context,
      page.rows.map((row) => row.subjectCode),
    )
    return page
  }

  /** One case, undefined when there is none or it may not be seen. */
  async find(context: RequestContext, id: string): Promise<CaseRow | undefined> {
    const { own } = this.#parts.authoriser.toRead(context, 'ENFORCEMENT_CASE')
    if (!isOwnId(id, 'case', this.#parts.county)) return undefined
    const row = await this.#byId.get(context, id)
    if (!row || (!own && !isShared(row))) return undefined
    noteShown(context, [row.subjectCode])
    return row
  }

  /**
   * The steps of a case and what else was entered in its history; other counties see the steps from its filing on, without
   * officer and note.
   */
  async history(context: RequestContext, id: string): Promise<CaseEventRow[]> {
    const { own } = this.#parts.authoriser.toRead(context, 'ENFORCEMENT_CASE')
    const events = (await this.#events.get(context, id)) ?? []
    if (own) return events
    const steps = events.filter(({ event }) => caseEventKinds.some((kind) => kind === event))
    const filed = steps.findIndex((event) => event.toStage === 'FILED')
    return filed < 0
      ? []
      : steps.slice(filed).map((event) => ({ ...event, officer: null, note: null, confirmation: null }))
  }

  /** What this county holds that speaks against a fine in a case; nothing for other counties. */
  async conflicts(context: RequestContext, id: string): Promise<CaseConflict[]> {
    const { own } = this.#parts.authoriser.toRead(context, 'ENFORCEMENT_CASE')
    return own ? ((await this.#conflicts.get(context, id)) ?? []) : []
  }

  /**
   * Registers a clue (线索) and, with `filing`, verifies and files it at once: 立案时间 is this node's time. CONFLICT when
   * the number is taken.
   */
  async register(context: RequestContext, input: FileCaseInput, filing: boolean): Promise<CaseRow> {
    this.#parts.authoriser.toWrite(context)
    demandTexts(input, longestOfCase)
    this.#demandAct(input.act)
    const { county, clock, db } = this.#parts
    const at = clock.now()
    return db.transaction(async (tx) => {
      const agencyId = await this.#agencyFor(tx, context, input.agency ?? undefined)
      const officerIds = await this.#officersOf(tx, input.officers ?? [], agencyId)
      if (filing) demandTwo(officerIds)
      const steps = filing ? walk(['VERIFY', 'FILE']) : []
      await this.#subjects.note(tx, input.subject, input.subjectName, at)
      const row = await this.#cases.insert(tx, {
        id: newRecordId(county, 'case', clock),
        number: input.number,
        title: input.title,
        subjectCode: input.subject,
        subjectName: input.subjectName,
        act: input.act,
        field: input.field,
        supervisionStage: input.supervisionStage ?? null,
        source: input.source ?? 'INSPECTION',
        agencyId,
        officerIds,
        stage: steps.at(-1)?.change.stage ?? 'CLUE',
        visibility: input.visibility ?? 'AGREEMENT',
        registeredAt: at,
        filedAt: filing ? at : null,
        updatedAt: at,
      })
      if (!row) throw new ExchangeError('CONFLICT', `The county has a case with the number ${input.number}.`)
      const common = { caseId: row.id, at, ...this.#actor(context), note: input.note ?? null }
      await this.#cases.addEvents(tx, [
        { ...common, event: 'REGISTER', toStage: 'CLUE' },
        ...steps.map((step) => ({ ...common, event: step.event, fromStage: step.from, toStage: step.change.stage })),
      ])
      return row
    })
  }

  /** Takes a case one step further; gives it as it then is. */
  async advance(
    context: RequestContext,
    id: string,
    event: CaseEventKind,
    given: {
      note: string | null
      document: string | null
      officers: readonly string[] | null
      confirmation?: string | null
    },
  ): Promise<CaseRow> {
    this.#parts.authoriser.toWrite(context)
    demandTexts(given, longestOfStep)
    if (countyOfId(id, 'case', 'id') !== this.#parts.county) throw noSuchCase(id)
    const { clock, db } = this.#parts
    const at = clock.now()
    return db.transaction(async (tx) => {
      const row = await this.#cases.lock(tx, id)
      if (!row) throw noSuchCase(id)
      noteShown(context, [row.subjectCode])
      const change = decideCase(row, event)
      await this.#guard.demand(tx, row, event, given.confirmation ?? null)
      const officerIds = given.officers ? await this.#officersOf(tx, given.officers, row.agencyId) : row.officerIds
      if (row.filedAt !== null || change.files) demandTwo(officerIds)
      const changed = await this.#cases.update(tx, id, { ...columnsOf(change, at), officerIds, updatedAt: at })
      const { note, document, confirmation } = given
      const stages = { fromStage: row.stage, toStage: change.stage }
      const step = { caseId: id, event, ...stages, at, note, document, confirmation: confirmation ?? null }
      await this.#cases.addEvents(tx, [{ ...step, ...this.#actor(context) }])
      return changed
    })
  }

  #actor(context: RequestContext): { agency: string; officer: string | null } {
    return { agency: context.viewer.agency, officer: context.transaction.officer ?? null }
  }

  #demandAct(act: string): void {
    if (this.#parts.directory.act(act)) return
    throw badInput('The directory has no such type of unlawful act (违法行为类型).', 'act')
  }

  /** The body in charge: the one named or the asking agency's own, which the directory vouches for. */
  async #agencyFor(tx: NodeParts['db'], context: RequestContext, id: string | undefined): Promise<string> {
    if (id === undefined) return (await this.#register.ofAsker(tx, context)).id
    const row = (await this.#agencies.agenciesById(tx, [id])).get(id)
    if (row) return row.id
    throw badInput('"agency" is not an enforcement body of this county.', 'agency')
  }

  /** Ids of the officers with these certificates, which must be valid and of the body in charge. */
  async #officersOf(tx: NodeParts['db'], certificates: readonly string[], agencyId: string): Promise<string[]> {
    const wanted = [...new Set(certificates)]
    const found = await this.#agencies.officersByCertificate(tx, wanted)
    const today = shanghaiDay(this.#parts.clock.now())
    return wanted.map((certificate) => {
      const officer = found.get(certificate)
      if (officer?.agencyId === agencyId && (officer.certificateUntil ?? today) >= today) return officer.id
      throw badInput(
        '"officers" names a 执法证号 that no officer of the body in charge holds, or not any more.',
        'officers',
      )
    })
  }
}

/** 行政处罚法 art. 42. */
function demandTwo(officerIds: readonly string[]): void {
  if (officerIds.length >= fewestOfficers) return
  throw badInput('A filed case needs two officers at least (行政处罚法 art. 42).', 'officers')
}

function noSuchCase(id: string): ExchangeError {
  return new ExchangeError('NOT_FOUND', 'There is no such case in this county.', { key: id })
}

/** The steps that these events make from a clue. */
function walk(events: readonly CaseEventKind[]): { event: CaseEventKind; from: string; change: CaseChange }[] {
  let facts: { stage: string; decision: string | null } = { stage: 'CLUE', decision: null }
  return events.map((event) => {
    const from = facts.stage
    const change = decideCase(facts, event)
    facts = { stage: change.stage, decision: change.decision ?? facts.decision }
    return { event, from, change }
  })
}

function columnsOf(change: CaseChange, at: Date): Partial<CaseRow> {
  const columns: Partial<CaseRow> = { stage: change.stage }
  if (change.decision) columns.decision = change.decision
  if (change.files) columns.filedAt = at
  if (change.closes) columns.closedAt = at
  return columns
}
