import { asc } from 'drizzle-orm'
import type { Snapshot, Superior } from '../../../platform/directory/snapshot.ts'
import { caseLinks } from '../../cases/case-link.table.ts'
import type { CaseRow } from '../../cases/enforcement-case.repository.ts'
import { type ClueDraft, ClueTransferService } from '../../clues/clue-transfer.service.ts'
import { clueTransfers } from '../../clues/clue-transfer.table.ts'
import { sampleClue } from '../../clues/testing/clue-exchange.ts'
import type { Deadline } from '../../matters/deadline.ts'
import type { HistoryLine } from '../../matters/history.ts'
import { type Exchange, startExchange } from '../../matters/testing/exchange.ts'
import type { DisputeStepEvent } from '../jurisdiction.labels.ts'
import type { DisputeNote } from '../jurisdiction.machine.ts'
import { type DisputeRow, type DisputeStep, JurisdictionService } from '../jurisdiction.service.ts'
import { disputeHandoverItems, jurisdictionDisputes } from '../jurisdiction.table.ts'

/** 息县, 新蔡县, 武陟县 and a fictional superior. */
export const [xixian, xincai, wuzhi, province] = ['411528', '411729', '410823', '410000'] as const
const system = 'MARKET_REGULATION'
const nothing: DisputeStep = { text: null, county: null, number: null, date: null, receivedOn: null, attachments: [] }
/** A scan, as a reference: its file is not looked for here. */
export const scan = { hash: 'a'.repeat(64), size: 1_000, mediaType: 'application/pdf', name: '指定管辖通知书.pdf' }
/** A handover list. */
export const material = [{ kind: 'PAPERS', name: '案卷', quantity: '1卷', note: null }] as const

/** The province over the counties, with a node of its own or none, from `from` until `until`. */
export function provinceOver(changes: { node?: boolean; from?: string; until?: string | null } = {}): Superior {
  const { node = true, from = '2020-01-01', until = null } = changes
  return {
    id: 'province',
    name: '示例省市场监督管理局',
    level: 'PROVINCE',
    over: [xixian, xincai, wuzhi].map((county) => ({ county, system, from, until })),
    node: node ? { code: province, status: 'ACTIVE', url: 'http://127.0.0.1:4310/graphql', keys: [] } : null,
  }
}

/** What tests do with disputes; each step ends when nothing is under way any more. */
export class DisputeExchange {
  readonly exchange: Exchange
  #serial = 0

  constructor(exchange: Exchange) {
    this.exchange = exchange
  }

  /** Starts 息县, 新蔡县 and the province's node. `systems`: whether the directory knows what the departments are. */
  static async start(superiors: Superior[], systems: boolean = true): Promise<DisputeExchange> {
    const change = (snapshot: Snapshot): Snapshot => ({
      ...snapshot,
      superiors,
      agencies: [
        ...snapshot.agencies.map((agency) => (systems ? { ...agency, system } : agency)),
        { id: 'province-office', name: '示例省市场监督管理局', county: province, scopes: [] },
      ],
    })
    return new DisputeExchange(await startExchange([xixian, xincai, province], change))
  }

  /**
   * Resolves when nothing is under way any more. What came before the superior knew the matter is sent again a second
   * later by the exchange's clock, so that this goes on meanwhile.
   */
  async settled(): Promise<void> {
    const { clock } = this.exchange
    const going = setInterval(() => clock.set(new Date(clock.now().getTime() + 1_000).toISOString()), 200)
    try {
      await this.exchange.settled()
    } finally {
      clearInterval(going)
    }
  }

  /** The service of a node. */
  disputes(county: string): JurisdictionService {
    const { parts, delivery } = this.exchange.at(county)
    return new JurisdictionService(parts, delivery)
  }

  /** Files a case of a county, under a number of its own. */
  fileCase(county: string): Promise<string> {
    this.#serial += 1
    return this.exchange.at(county).fileCase(`${county}立〔2026〕${this.#serial}号`)
  }

  /** A dispute that 息县 raises about a case of its own and one of 新蔡县, which were filed one after the other. */
  async raised(given: { directly?: boolean; daysBetween?: number } = {}) {
    const { directly = false, daysBetween = 1 } = given
    const own = await this.fileCase(xixian)
    const { clock } = this.exchange
    clock.set(new Date(clock.now().getTime() + daysBetween * 86_400_000).toISOString())
    const other = await this.fileCase(xincai)
    const { context } = this.exchange.at(xixian)
    const row = await this.disputes(xixian).raise(context(), {
      case: own,
      otherCase: other,
      county: null,
      facts: '两县对同一广告行为均已立案。',
      reason: '本县最先立案',
      directly,
      attachments: [],
    })
    await this.settled()
    return { id: row.id, own, other }
  }

  /** A clue of 息县 to which 新蔡县 has objected, and the dispute about it. */
  async objected(content: Partial<ClueDraft['content']> = {}): Promise<{ clue: string; id: string }> {
    const home = this.exchange.at(xixian)
    const away = this.exchange.at(xincai)
    const clues = new ClueTransferService(home.parts, home.delivery, home.matters)
    const received = new ClueTransferService(away.parts, away.delivery, away.matters)
    const { id: clue } = await clues.draft(home.context(), undefined, sampleClue(content))
    this.#serial += 1
    const letter = { number: `息市监移〔2026〕${this.#serial}号`, certificate: null, attachments: [] }
    await clues.send(home.context(), clue, letter)
    await this.settled()
    const step = { approvedBy: null, certificate: null, differences: [], testing: null, case: null, attachments: [] }
    await received.advance(away.context(), clue, 'RECEIVE', { ...step, text: null })
    const row = await received.advance(away.context(), clue, 'OBJECT', { ...step, text: '违法行为发生地在息县' })
    await this.settled()
    return { clue, id: row.dispute ?? '' }
  }

  /** A step by a node. */
  async step(
    county: string,
    id: string,
    event: DisputeStepEvent,
    given: Partial<DisputeStep> = {},
  ): Promise<DisputeRow> {
    const { context } = this.exchange.at(county)
    const row = await this.disputes(county).advance(context(), id, event, { ...nothing, text: '理由', ...given })
    await this.settled()
    return row
  }

  /** A note by a node. */
  async note(county: string, id: string, event: DisputeNote, text: string | null = '请尽快办理'): Promise<void> {
    const { context } = this.exchange.at(county)
    await this.disputes(county).note(context(), id, event, { text, case: null, attachments: [] })
    await this.settled()
  }

  /** Hands a case over. */
  async handOver(county: string, id: string): Promise<DisputeRow> {
    this.#serial += 1
    const { context } = this.exchange.at(county)
    const letter = { number: `${county}移〔2026〕${this.#serial}号`, certificate: null, attachments: [] }
    const row = await this.disputes(county).handOver(context(), id, { ...letter, items: material })
    await this.settled()
    return row
  }

  /** Takes a case over. */
  async takeOver(county: string, id: string, named: string | null = null): Promise<DisputeRow> {
    const { context } = this.exchange.at(county)
    const given = { case: named, certificate: null, differences: [], attachments: [] }
    const row = await this.disputes(county).takeOver(context(), id, given)
    await this.settled()
    return row
  }

  /** A node's facts of disputes and clues. */
  async facts(county: string) {
    const { db } = this.exchange.at(county)
    const { dispute, position } = disputeHandoverItems
    return {
      disputes: await db.select().from(jurisdictionDisputes).orderBy(asc(jurisdictionDisputes.id)),
      items: await db.select().from(disputeHandoverItems).orderBy(asc(dispute), asc(position)),
    }
  }

  /** A node's facts of one dispute, but for when the respondent received it: a superior learns that from nobody. */
  async factsOf(node: string, id: string) {
    const { disputes, items } = await this.facts(node)
    return {
      dispute: disputes.filter((row) => row.id === id).map((row) => ({ ...row, receivedAt: null })),
      items: items.filter(({ dispute }) => dispute === id),
    }
  }

  /** One dispute as a node holds it. */
  async dispute(county: string, id: string): Promise<DisputeRow | undefined> {
    return this.disputes(county).find(this.exchange.at(county).context(), id)
  }

  /** A clue as a county holds it. */
  async clue(county: string, id: string) {
    return (await this.exchange.at(county).db.select().from(clueTransfers)).find((row) => row.id === id)
  }

  /** A county's own case. */
  async case(county: string, id: string): Promise<CaseRow | undefined> {
    const { cases, context } = this.exchange.at(county)
    return cases.find(context(), id)
  }

  /** A county's case links. */
  async links(county: string) {
    return this.exchange.at(county).db.select().from(caseLinks)
  }

  /** A dispute's deadline as a node shows it. */
  async deadline(county: string, id: string): Promise<Deadline | undefined> {
    const { matters, context } = this.exchange.at(county)
    return (await matters.standing(context(), id))?.deadline
  }

  /** A dispute's history as a node shows it. */
  async history(county: string, id: string): Promise<HistoryLine[]> {
    const { matters, context } = this.exchange.at(county)
    return matters.history(context(), id)
  }

  /** Who acts next. */
  async pen(county: string, id: string): Promise<string | null | undefined> {
    const { delivery, db } = this.exchange.at(county)
    return (await delivery.matter(db, id))?.pen
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
