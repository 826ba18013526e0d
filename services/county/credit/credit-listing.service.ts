import { createHash } from 'node:crypto'
import type { Database } from '../../platform/database.ts'
import { demandTexts } from '../../platform/demand-texts.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import type { Page, PageRequest } from '../connection/page.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId, isOwnId, newRecordId } from '../db/record-id.ts'
import { SubjectRepository } from '../registry/subject.repository.ts'
import type { AdvanceListingDetails, EnterListingInput } from './credit-listing.input.ts'
import {
  type ListingAct,
  type ListingEvent,
  decideListing,
  listingStatesSeenByOthers,
} from './credit-listing.machine.ts'
import {
  CreditListingRepository,
  type ListingEventRow,
  type ListingRow,
  type ListingSearch,
} from './credit-listing.repository.ts'
import { hasEffect } from './effect.ts'
import { type ListChange, changeList, currentListVersion } from './list-version.repository.ts'

/** What the service answers with. */
export type { ListingRow } from './credit-listing.repository.ts'

const longestOfEntry = {
  documentNumber: 200,
  subjectName: 200,
  legalRepresentative: 200,
  facts: 4_000,
  basis: 1_000,
  organ: 200,
  penaltyDocument: 200,
  note: 2_000,
}
const longestOfStep = { document: 200, superiorConsent: 200, reason: 2_000 }
const seenByOthers: ReadonlySet<string> = new Set(listingStatesSeenByOthers)

/** The list of serious breakers of trust: reading it and changing it. */
export class CreditListingService {
  readonly #parts: NodeParts
  readonly #listings = new CreditListingRepository()
  readonly #subjects = new SubjectRepository()
  readonly #byId: Batch<ListingRow>
  readonly #events: Batch<ListingEventRow[]>

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.#byId = new Batch((ids) => this.#listings.byIds(parts.db, ids))
    this.#events = new Batch((ids) => this.#listings.events(parts.db, ids))
  }

  /**
   * One page of the list. Other counties see entries from LISTED on, and no natural person's (信用修复管理办法: persons are
   * not published in principle).
   */
  async page(
    context: RequestContext,
    search: Omit<ListingSearch, 'effect' | 'organisationsOnly'> & { hasEffect?: boolean | undefined },
    request: PageRequest,
  ): Promise<Page<ListingRow> & { listVersion: string }> {
    const { own } = this.#parts.authoriser.toRead(context, 'CREDIT_LISTING')
    const { hasEffect: wanted, ...conditions } = search
    const visible: ListingSearch = { ...conditions }
    if (wanted !== undefined) visible.effect = { on: this.#today(), wanted }
    if (!own) {
      visible.organisationsOnly = true
      visible.states = listingStatesSeenByOthers.filter((state) => search.states?.includes(state) ?? true)
    }
    const [page, version] = await Promise.all([
      this.#listings.page(this.#parts.db, visible, request),
      currentListVersion(this.#parts.db),
    ])
    noteShown(
      context,
      page.rows.map((row) => row.subjectCode),
    )
    return { ...page, listVersion: String(version) }
  }

  /** One entry, undefined when there is none or it may not be seen. */
  async find(context: RequestContext, id: string): Promise<ListingRow | undefined> {
    const { own } = this.#parts.authoriser.toRead(context, 'CREDIT_LISTING')
    if (!isOwnId(id, 'listing', this.#parts.county)) return undefined
    const row = await this.#byId.get(context, id)
    return this.#shown(context, row && (own || (await this.#isForOthers(row))) ? row : undefined)
  }

  /**
   * One entry that another record refers to. Beyond what {@link find} shows, whoever may check credit standing sees what
   * a check would have told it: entries with effect now, natural persons' too.
   */
  async resolve(context: RequestContext, id: string): Promise<ListingRow | undefined> {
    const { authoriser, clock } = this.#parts
    const { scopes } = context.viewer
    const reads = scopes.has('credit:read') && authoriser.mayRead(context, 'CREDIT_LISTING')
    const { own } = authoriser.toRead(context, reads ? 'CREDIT_LISTING' : 'CREDIT_STANDING')
    if (!isOwnId(id, 'listing', this.#parts.county)) return undefined
    const row = await this.#byId.get(context, id)
    if (row === undefined) return undefined
    const told = scopes.has('credit:check') && authoriser.mayRead(context, 'CREDIT_STANDING')
    const visible = (told && hasEffect(row, clock.now())) || (reads && (own || (await this.#isForOthers(row))))
    return this.#shown(context, visible ? row : undefined)
  }

  /** The steps of an entry; other counties see those from LISTED on, without the officer. */
  async history(context: RequestContext, id: string): Promise<ListingEventRow[]> {
    const { own } = this.#parts.authoriser.toRead(context, 'CREDIT_LISTING')
    const events = (await this.#events.get(context, id)) ?? []
    if (own) return events
    return events.filter((event) => seenByOthers.has(event.toState)).map((event) => ({ ...event, officer: null }))
  }

  /** Proposes to list a subject (拟列入); gives the new entry. */
  async enter(context: RequestContext, input: EnterListingInput): Promise<ListingRow> {
    this.#parts.authoriser.toWrite(context)
    demandTexts(input, longestOfEntry)
    demandGate(input)
    const { county, clock } = this.#parts
    const at = clock.now()
    return this.#change(at, async (tx, version) => {
      await this.#subjects.note(tx, input.subject, input.subjectName, at, input)
      const row = await this.#listings.insert(tx, {
        id: newRecordId(county, 'listing', clock),
        documentNumber: input.documentNumber,
        subjectCode: input.subject,
        subjectName: input.subjectName,
        legalRepresentative: input.legalRepresentative ?? null,
        legalRepresentativeCode: input.legalRepresentativeCode ?? null,
        category: input.category,
        facts: input.facts,
        basis: input.basis,
        organ: input.organ,
        penaltyDocument: input.penaltyDocument ?? null,
        state: 'PROPOSED',
        enteredOn: shanghaiDay(at),
        version,
        contentHash: createHash('sha256').update(JSON.stringify(input)).digest('hex'),
        updatedAt: at,
      })
      if (!row) throw new ExchangeError('CONFLICT', `The county has an entry with document ${input.documentNumber}.`)
      await this.#listings.addEvent(tx, {
        ...this.#actor(context),
        listingId: row.id,
        event: 'ENTER',
        toState: row.state,
        at,
        note: input.note ?? null,
        version,
      })
      return { result: row, touched: codesOf(row) }
    })
  }

  /** Takes an entry one step further in its life; gives it as it then is. */
  async advance(
    context: RequestContext,
    id: string,
    event: ListingEvent,
    details: AdvanceListingDetails,
    note: string | null,
  ): Promise<ListingRow> {
    this.#parts.authoriser.toWrite(context)
    this.#demandOwn(id)
    demandTexts({ note }, { note: 2_000 })
    demandTexts(details, longestOfStep)
    this.#demandMeasures(details.imposedMeasures ?? [])
    const at = this.#parts.clock.now()
    const restrictionUntil = details.restrictionUntil ? details.restrictionUntil.toISOString().slice(0, 10) : null
    return this.#change(at, async (tx, version) => {
      const row = await this.#listings.lock(tx, id)
      if (!row) throw new ExchangeError('NOT_FOUND', 'There is no such listing.', { key: id })
      noteShown(context, [row.subjectCode])
      const act: ListingAct = Object.assign({}, details, { restrictionUntil, day: shanghaiDay(at), organ: row.organ })
      const change = decideListing(row, event, act)
      const changed = await this.#listings.update(tx, id, { ...change, version, updatedAt: at })
      await this.#listings.addEvent(tx, {
        ...this.#actor(context),
        listingId: id,
        event,
        fromState: row.state,
        toState: change.state,
        at,
        document: details.document ?? details.superiorConsent ?? null,
        note: note ?? details.reason ?? null,
        version,
      })
      return { result: changed, touched: [...codesOf(row), ...codesOf(changed)] }
    })
  }

  #change(at: Date, write: (tx: Database, version: number) => Promise<ListChange<ListingRow>>): Promise<ListingRow> {
    return this.#parts.db.transaction((tx) => changeList(tx, at, (version) => write(tx, version)))
  }

  /** Whether other counties with an agreement see the entry: from LISTED on, and no natural person's. */
  async #isForOthers(row: ListingRow): Promise<boolean> {
    if (!seenByOthers.has(row.state)) return false
    return !(await this.#listings.naturalPersons(this.#parts.db, [row.id])).has(row.id)
  }

  #actor(context: RequestContext): { agency: string; officer: string | null } {
    return { agency: context.viewer.agency, officer: context.transaction.officer ?? null }
  }

  #shown(context: RequestContext, row: ListingRow | undefined): ListingRow | undefined {
    if (row) noteShown(context, [row.subjectCode])
    return row
  }

  #today(): string {
    return shanghaiDay(this.#parts.clock.now())
  }

  #demandOwn(id: string): void {
    if (countyOfId(id, 'listing', 'id') !== this.#parts.county) {
      throw new ExchangeError('NOT_FOUND', 'There is no such listing in this county.', { key: id })
    }
  }

  /** A decision can name only measures that the catalogue in force lets it impose (国办发〔2020〕49号: no measure without a basis). */
  #demandMeasures(codes: readonly string[]): void {
    const today = this.#today()
    const known = new Set(
      this.#parts.directory
        .snapshot()
        .measures.filter((row) => row.application === 'IMPOSED')
        .filter((row) => row.validFrom <= today && (row.validUntil === null || today < row.validUntil))
        .map((row) => row.code),
    )
    const unknown = codes.filter((code) => !known.has(code))
    if (unknown.length === 0) return
    throw badInput(
      `The measure catalogue in force has no measure that a decision may impose under ${unknown.join(', ')}.`,
      'imposedMeasures',
    )
  }
}

function codesOf(row: ListingRow): (string | null)[] {
  return [row.subjectCode, row.legalRepresentativeCode]
}

/** 办法 art. 2, 12 and 13: only with a heavy penalty, except for refusal to perform (art. 11). */
function demandGate(input: EnterListingInput): void {
  if (input.category === 'REFUSAL_TO_PERFORM') return
  if (!input.heavyPenalty) {
    throw badInput(
      'A listing under art. 5 to 10 needs a heavy penalty (较重行政处罚): give heavyPenalty.',
      'heavyPenalty',
    )
  }
  if (!input.penaltyDocument) {
    throw badInput('A listing under art. 5 to 10 goes with a penalty: give penaltyDocument.', 'penaltyDocument')
  }
}
