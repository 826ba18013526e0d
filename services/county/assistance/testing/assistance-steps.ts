import { asc } from 'drizzle-orm'
import type { RequestContext } from '../../../platform/viewer.ts'
import { readPage } from '../../connection/page.ts'
import type { Deadline } from '../../matters/deadline.ts'
import type { HistoryLine } from '../../matters/history.ts'
import type { InboxState } from '../../matters/inbox-state.ts'
import { matterDues } from '../../matters/matter-due.table.ts'
import type { Exchange } from '../../matters/testing/exchange.ts'
import type { AssistanceNote } from '../assistance-request.machine.ts'
import {
  type AskedPart,
  type AssistanceDraft,
  AssistanceRequestService,
  type AssistanceRow,
  type AssistanceStep,
  type AssistanceStepEvent,
  type ExtensionRow,
} from '../assistance-request.service.ts'
import {
  assistanceExtensions,
  assistanceMaterials,
  assistanceParts,
  assistanceRequests,
} from '../assistance-request.table.ts'

/** A step that says nothing. */
const nothing: AssistanceStep = {
  text: null,
  certificate: null,
  ground: null,
  until: null,
  part: null,
  outcome: null,
  material: [],
  number: null,
  parts: [],
  attachments: [],
}

/** A part for 新蔡县's counterpart at the same level, unless told otherwise. */
export function samplePart(changes: Partial<AskedPart> = {}): AskedPart {
  return {
    county: '411729',
    agency: null,
    name: null,
    tasks: ['核实涉案宣传册的印制数量', '询问门店负责人'],
    ...changes,
  }
}

/** The code of what a promise rejects with, or OK. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'OK'
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
}

/** What tests do with letters from 息县; each step ends when nothing is under way any more. */
export class AssistanceSteps {
  readonly #exchange: Exchange
  #serial = 0

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** A county's service, with the context of a request of its first agency, or of another one. */
  at(county: string, agency?: string): { service: AssistanceRequestService; context: RequestContext } {
    const { parts, delivery, matters, context } = this.#exchange.at(county)
    const asking = context()
    const viewer = agency === undefined ? asking.viewer : { ...asking.viewer, agency }
    return { service: new AssistanceRequestService(parts, delivery, matters), context: { ...asking, viewer } }
  }

  /** What 息县 drafts for a case of its own. */
  async draftOf(parts: readonly AskedPart[], changes: Partial<AssistanceDraft> = {}): Promise<AssistanceDraft> {
    this.#serial += 1
    return {
      case: await this.#exchange.at('411528').fileCase(`息市监立〔2026〕${this.#serial}号`),
      subject: null,
      facts: '检查发现其在新蔡县的门店发布虚假广告。',
      contact: { name: '虚构甲', phone: '0376-0000000', address: '息县虚构路1号' },
      parts,
      ...changes,
    }
  }

  /** A letter of 息县; the ids of its matters by assisting county. */
  async issued(parts: readonly AskedPart[] = [samplePart()]): Promise<Record<string, string>> {
    const { service, context } = this.at('411528')
    const [draft] = await service.draft(context, undefined, await this.draftOf(parts))
    const number = `息市监协查〔2026〕${this.#serial}号`
    const rows = await service.issue(context, draft?.letter ?? '', { number, certificate: null, attachments: [] })
    await this.#exchange.settled()
    return Object.fromEntries(rows.map(({ assistant, id }) => [assistant, id]))
  }

  /** A letter on which 新蔡县 works; the id of its matter. */
  async begun(parts: readonly AskedPart[] = [samplePart()]): Promise<string> {
    const id = (await this.issued(parts))['411729'] ?? ''
    await this.step('411729', id, 'RECEIVE')
    await this.step('411729', id, 'BEGIN')
    return id
  }

  /** A step by a county, in the name of its first agency or of another one. */
  async step(
    county: string,
    id: string,
    event: AssistanceStepEvent,
    given: Partial<AssistanceStep> & { agency?: string } = {},
  ): Promise<AssistanceRow> {
    const { agency, ...step } = given
    const { service, context } = this.at(county, agency)
    const row = await service.advance(context, id, event, { ...nothing, ...step })
    await this.#exchange.settled()
    return row
  }

  /** 新蔡县 answers a part. */
  answer(id: string, part: number, given: Partial<AssistanceStep> & { agency?: string } = {}): Promise<AssistanceRow> {
    return this.step('411729', id, 'ANSWER_PART', { part, outcome: 'DONE', text: '已核实', ...given })
  }

  /** A note by a county. */
  async note(county: string, id: string, kind: AssistanceNote, text = '请尽快办理'): Promise<void> {
    const { service, context } = this.at(county)
    await service.note(context, id, kind, { text, attachments: [] })
    await this.#exchange.settled()
  }

  /** All facts of a county's requests. */
  async facts(county: string) {
    const { db } = this.#exchange.at(county)
    return {
      requests: await db.select().from(assistanceRequests).orderBy(asc(assistanceRequests.id)),
      parts: await db
        .select()
        .from(assistanceParts)
        .orderBy(asc(assistanceParts.request), asc(assistanceParts.position)),
      materials: await db
        .select()
        .from(assistanceMaterials)
        .orderBy(asc(assistanceMaterials.request), asc(assistanceMaterials.part), asc(assistanceMaterials.position)),
      extensions: await db
        .select()
        .from(assistanceExtensions)
        .orderBy(asc(assistanceExtensions.request), asc(assistanceExtensions.sequence)),
    }
  }

  /** One request as a county holds it. */
  async row(county: string, id: string): Promise<AssistanceRow | undefined> {
    const { service, context } = this.at(county)
    return service.find(context, id)
  }

  /** A request's history as a county shows it. */
  history(county: string, id: string): Promise<HistoryLine[]> {
    const { matters, context } = this.#exchange.at(county)
    return matters.history(context(), id)
  }

  /** A request's extensions as a county shows them. */
  extensions(county: string, id: string): Promise<ExtensionRow[]> {
    const { service, context } = this.at(county)
    return service.extensions(context, id)
  }

  /** A request's deadline as a county shows it. */
  async deadline(county: string, id: string): Promise<Deadline | undefined> {
    const { matters, context } = this.#exchange.at(county)
    return (await matters.standing(context(), id))?.deadline
  }

  /** Ids of a county's inbox. */
  async inbox(county: string, state?: InboxState): Promise<string[]> {
    const { matters, context } = this.#exchange.at(county)
    const page = await matters.inbox(context(), state, readPage({ first: 200 }, 'inbox', {}))
    return page.rows.map(({ matter }) => matter.id)
  }

  /** Forgets all requests and sets the clock back. */
  async clear(counties: readonly string[]): Promise<void> {
    this.#exchange.clock.set('2026-03-02T02:00:00.000Z')
    for (const county of counties) {
      const { db } = this.#exchange.at(county)
      await db.delete(assistanceRequests)
      await db.delete(matterDues)
    }
  }
}
