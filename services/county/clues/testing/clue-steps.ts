import { asc } from 'drizzle-orm'
import { caseLinks } from '../../cases/case-link.table.ts'
import { readPage } from '../../connection/page.ts'
import type { Deadline } from '../../matters/deadline.ts'
import type { HistoryLine } from '../../matters/history.ts'
import type { InboxState } from '../../matters/inbox-state.ts'
import { jurisdictionDisputes } from '../../jurisdiction/jurisdiction.table.ts'
import { matterDues } from '../../matters/matter-due.table.ts'
import type { ClueNote } from '../clue-transfer.machine.ts'
import type { ClueDraft, ClueRow, ClueStep, ClueStepEvent } from '../clue-transfer.service.ts'
import { clueHandoverItems, clueTests, clueTransfers } from '../clue-transfer.table.ts'
import { type ClueExchange, sampleClue } from './clue-exchange.ts'

/** A step that says nothing. */
export const nothing: ClueStep = {
  text: null,
  approvedBy: null,
  certificate: null,
  differences: [],
  testing: null,
  case: null,
  attachments: [],
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

/** What tests do with clues from 息县 to 新蔡县; each step ends when nothing is under way any more. */
export class ClueSteps {
  readonly #exchange: ClueExchange
  #serial = 0

  constructor(exchange: ClueExchange) {
    this.#exchange = exchange
  }

  /** A clue that 新蔡县 has received. */
  async sent(content: Partial<ClueDraft['content']> = {}): Promise<string> {
    const { clues, context } = this.#exchange.at('411528')
    const draft = await clues.draft(context(), undefined, sampleClue(content))
    this.#serial += 1
    const number = `息市监移〔2026〕${this.#serial}号`
    await clues.send(context(), draft.id, { number, certificate: null, attachments: [] })
    await this.#exchange.settled()
    return draft.id
  }

  /** A clue that 新蔡县 verifies. */
  async verifying(content: Partial<ClueDraft['content']> = {}): Promise<string> {
    const id = await this.sent(content)
    for (const event of ['RECEIVE', 'ACCEPT', 'VERIFY'] as const) await this.step('411729', id, event)
    return id
  }

  /** A step by a county. */
  async step(county: string, id: string, event: ClueStepEvent, given: Partial<ClueStep> = {}): Promise<ClueRow> {
    const { clues, context } = this.#exchange.at(county)
    const row = await clues.advance(context(), id, event, { ...nothing, ...given })
    await this.#exchange.settled()
    return row
  }

  /** A note by a county. */
  async note(county: string, id: string, kind: ClueNote, text = '请尽快办理'): Promise<void> {
    const { clues, context } = this.#exchange.at(county)
    await clues.note(context(), id, kind, { text, attachments: [] })
    await this.#exchange.settled()
  }

  /** All facts of a county's clues. */
  async facts(county: string) {
    const { db } = this.#exchange.at(county)
    const items = db.select().from(clueHandoverItems)
    return {
      clues: await db.select().from(clueTransfers).orderBy(asc(clueTransfers.id)),
      items: await items.orderBy(asc(clueHandoverItems.clue), asc(clueHandoverItems.position)),
      tests: await db.select().from(clueTests).orderBy(asc(clueTests.clue), asc(clueTests.sequence)),
    }
  }

  /** A clue's history as a county shows it. */
  async history(county: string, id: string): Promise<HistoryLine[]> {
    const { matters, context } = this.#exchange.at(county)
    return matters.history(context(), id)
  }

  /** A clue's deadline as a county shows it. */
  async deadline(county: string, id: string): Promise<Deadline | undefined> {
    const { matters, context } = this.#exchange.at(county)
    return (await matters.standing(context(), id))?.deadline
  }

  /** Ids of a county's inbox, asked by an agency of `from`. */
  async inbox(county: string, state?: InboxState, from = county): Promise<string[]> {
    const { matters, context } = this.#exchange.at(county)
    const page = await matters.inbox(context(from), state, readPage({ first: 200 }, 'inbox', {}))
    return page.rows.map(({ matter }) => matter.id)
  }

  /** Forgets all clues and sets the clock back. */
  async clear(counties: readonly string[]): Promise<void> {
    this.#exchange.clock.set('2026-03-02T02:00:00.000Z')
    for (const county of counties) {
      const { db } = this.#exchange.at(county)
      await db.delete(caseLinks)
      await db.delete(clueTransfers)
      await db.delete(jurisdictionDisputes)
      await db.delete(matterDues)
    }
  }
}
