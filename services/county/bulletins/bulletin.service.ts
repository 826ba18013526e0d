import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { endOfDay, startOfDay } from '../connection/day.ts'
import type { Page, PageRequest } from '../connection/page.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AttachmentReference, Delivery } from '../delivery/contract.ts'
import { MatterPapers } from '../matters/matter-papers.ts'
import type { BulletinContent } from './bulletin.document.ts'
import { bulletinKind } from './bulletin.kind.ts'
import type { BulletinEvent, BulletinNote } from './bulletin.machine.ts'
import { type BulletinRecord, BulletinRepository, type BulletinSearch, type ReadCount } from './bulletin.repository.ts'

/** What the service answers with. */
export type { BulletinRecord, ReadCount } from './bulletin.repository.ts'

/** What an officer writes in a bulletin. */
export interface BulletinDraft {
  /** The other counties; undefined for every active one of the directory. */
  recipients: readonly string[] | undefined
  content: Omit<BulletinContent, 'fromAgency'>
  attachments: readonly AttachmentReference[]
}

/** What can be done with a bulletin that there is. */
export type BulletinAction = BulletinEvent | BulletinNote

/** What an officer says with an action; each needs its own part of it. */
export interface BulletinSaying {
  text: string | null
  version: number | null
  title: string | null
  correction: string | null
  attachments: readonly AttachmentReference[]
}

const mostRecipients = 20

/** Bulletins that this county sends and is sent. */
export class BulletinService {
  readonly #parts: NodeParts
  readonly #delivery: Delivery
  readonly #bulletins = new BulletinRepository()
  readonly #papers: MatterPapers
  readonly #byId: Batch<BulletinRecord>
  readonly #deliveries: Batch<ReadonlyMap<string, Date>>

  constructor(parts: NodeParts, delivery: Delivery) {
    this.#parts = parts
    this.#delivery = delivery
    this.#papers = new MatterPapers(parts)
    this.#byId = new Batch((ids) => this.#bulletins.byIds(parts.db, ids))
    this.#deliveries = new Batch((ids) => this.#bulletins.deliveries(parts.db, parts.county, ids))
  }

  /** One bulletin; undefined when this county holds none of that id. Asking for it does not count as reading it. */
  async find(context: RequestContext, id: string): Promise<BulletinRecord | undefined> {
    this.#parts.authoriser.toHandle(context)
    return this.#byId.get(context, id)
  }

  /** When a bulletin was delivered to each recipient, as far as this county knows. */
  async deliveries(context: RequestContext, id: string): Promise<ReadonlyMap<string, Date>> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#deliveries.get(context, id)) ?? new Map()
  }

  /** One page of the bulletins that meet the search, the one sent last first. */
  async page(
    context: RequestContext,
    search: Omit<BulletinSearch, 'county'>,
    request: PageRequest,
  ): Promise<Page<BulletinRecord>> {
    this.#parts.authoriser.toHandle(context)
    const { county, db } = this.#parts
    const { rows, ...page } = await this.#bulletins.page(db, { ...search, county }, request)
    const ids = rows.map(({ id }) => id)
    return { ...page, rows: await this.#byId.getAll(context, ids) }
  }

  /** By recipient, how far the own bulletins sent on these days, both included, were read. */
  async readCounts(context: RequestContext, from: string, until: string): Promise<ReadCount[]> {
    this.#parts.authoriser.toHandle(context)
    const { county, db } = this.#parts
    if (until < from) throw badInput('"until" is before "from".', 'until')
    return this.#bulletins.readCounts(db, county, startOfDay(from), endOfDay(until))
  }

  /** Sends a bulletin. */
  async send(context: RequestContext, draft: BulletinDraft): Promise<BulletinRecord> {
    this.#parts.authoriser.toWrite(context)
    const recipients = this.#recipientsOf(draft.recipients)
    const { fromAgency } = this.#papers.agencies(context, recipients[0])
    return this.#delivery.act(async (tx) => {
      const { payload } = await this.#delivery.open(tx, {
        kind: bulletinKind,
        recipients,
        event: 'SEND',
        body: { ...draft.content, fromAgency },
        attachments: draft.attachments,
        actor: await this.#papers.actor(tx, context),
      })
      return this.#demand(tx, payload.matter)
    })
  }

  /**
   * Does something with a bulletin: its sender corrects, closes or withdraws it, a recipient's agency says that it has read
   * it, or replies. An agency that says so twice has said it once.
   */
  async act(
    context: RequestContext,
    id: string,
    event: BulletinAction,
    saying: BulletinSaying,
  ): Promise<BulletinRecord> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      const record = await this.#demand(tx, id)
      if (event === 'READ' || event === 'REPLY') demandPresent(record, saying.version)
      if (event === 'READ' && this.#hasRead(context, record)) return record
      await this.#delivery.send(tx, {
        matter: id,
        event,
        body: bodyOf(event, saying),
        attachments: saying.attachments,
        actor: await this.#papers.actor(tx, context),
      })
      return this.#demand(tx, id)
    })
  }

  #hasRead({ viewer }: RequestContext, { reads, version }: BulletinRecord): boolean {
    const { county } = this.#parts
    return reads.some((read) => read.county === county && read.agency === viewer.agency && read.version === version)
  }

  #recipientsOf(given: readonly string[] | undefined): [string, ...string[]] {
    const { county, directory } = this.#parts
    const others = directory.snapshot().counties.filter(({ code, status }) => code !== county && status === 'ACTIVE')
    const [first, ...rest] = new Set(given ?? others.map(({ code }) => code))
    if (first === undefined) throw badInput('There is no other county to send it to.', 'recipients')
    for (const code of [first, ...rest]) this.#papers.demandOtherCounty(code, 'recipients')
    if (rest.length < mostRecipients) return [first, ...rest]
    throw badInput(`A bulletin goes to ${mostRecipients} counties at most: name them.`, 'recipients')
  }

  async #demand(tx: NodeParts['db'], id: string): Promise<BulletinRecord> {
    const record = (await this.#bulletins.byIds(tx, [id])).get(id)
    if (record) return record
    throw new ExchangeError('NOT_FOUND', 'There is no such bulletin in this county.', { key: id })
  }
}

/** Nobody says that he has read a wording that he has not seen: it may have been corrected in the meantime. */
function demandPresent(record: BulletinRecord, version: number | null): void {
  if (version === record.version) return
  throw badInput(`"version" is not the present wording, which is ${record.version}: read that one first.`, 'version')
}

/** The body of an action; what is missing in it delivery refuses as BAD_USER_INPUT. */
function bodyOf(event: BulletinAction, saying: BulletinSaying): Readonly<Record<string, unknown>> {
  const { text, version, title, correction } = saying
  switch (event) {
    case 'CORRECT':
      return { title, text: correction, reason: text }
    case 'CLOSE':
      return { note: text }
    case 'WITHDRAW':
      return { reason: text }
    case 'READ':
      return { version }
    case 'REPLY':
      return { version, text }
    case 'FURTHER_INFORMATION':
    case 'COMMENT':
      return { text }
  }
  return event satisfies never
}
