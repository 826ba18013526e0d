import { asc, eq } from 'drizzle-orm'
import { readPage } from '../../connection/page.ts'
import { matters } from '../../delivery/delivery.table.ts'
import type { InboxState } from '../../matters/inbox-state.ts'
import { matterDues } from '../../matters/matter-due.table.ts'
import type { Exchange } from '../../matters/testing/exchange.ts'
import {
  type BulletinAction,
  type BulletinDraft,
  type BulletinRecord,
  type BulletinSaying,
  BulletinService,
} from '../bulletin.service.ts'
import { bulletinReads, bulletinReplies, bulletins } from '../bulletin.table.ts'

/** What says nothing. */
const nothing: BulletinSaying = { text: null, version: null, title: null, correction: null, attachments: [] }

/** A fictional bulletin for all counties, unless told otherwise. */
export function sampleBulletin(
  content: Partial<BulletinDraft['content']> = {},
  recipients?: readonly string[],
): BulletinDraft {
  return {
    recipients,
    content: {
      type: 'HOT_ISSUE',
      channel: 'OFFICIAL_DOCUMENT',
      documentNumber: '息示例市监通〔2026〕1号',
      title: '近期投诉集中的问题',
      text: '虚构：直播间销售无标签食品的投诉增多。',
      field: 'FOOD_AND_DRUGS',
      urgent: false,
      replyBy: null,
      ...content,
    },
    attachments: [],
  }
}

/** What tests do with bulletins that 息县 sends. */
export class BulletinSteps {
  readonly #exchange: Exchange

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** The service of a county. */
  service(county: string): BulletinService {
    const { parts, delivery } = this.#exchange.at(county)
    return new BulletinService(parts, delivery)
  }

  /** A bulletin that has just been sent. */
  async sent(content: Partial<BulletinDraft['content']> = {}, recipients?: readonly string[]): Promise<string> {
    const context = this.#exchange.at('411528').context()
    return (await this.service('411528').send(context, sampleBulletin(content, recipients))).id
  }

  /** An action of a county. */
  act(county: string, id: string, action: BulletinAction, said: Partial<BulletinSaying> = {}) {
    return this.service(county).act(this.#exchange.at(county).context(), id, action, { ...nothing, ...said })
  }

  /** An action of a county that all have received when it ends. */
  async settled(county: string, id: string, action: BulletinAction, said: Partial<BulletinSaying> = {}) {
    const record = await this.act(county, id, action, said)
    await this.#exchange.settled()
    return record
  }

  /** A bulletin as a county holds it. */
  find(county: string, id: string): Promise<BulletinRecord | undefined> {
    return this.service(county).find(this.#exchange.at(county).context(), id)
  }

  /** All that a county's tables say of a bulletin, but for when it took things up. */
  async facts(county: string, id: string) {
    const { db } = this.#exchange.at(county)
    const reads = db.select().from(bulletinReads).where(eq(bulletinReads.bulletin, id))
    const replies = db.select().from(bulletinReplies).where(eq(bulletinReplies.bulletin, id))
    const due = { awaited: matterDues.awaited, resting: matterDues.resting }
    const matter = { pen: matters.pen, parties: matters.parties, frozenAt: matters.frozenAt }
    return {
      bulletin: await db.select().from(bulletins).where(eq(bulletins.id, id)),
      reads: await reads.orderBy(asc(bulletinReads.county), asc(bulletinReads.version)),
      replies: await replies.orderBy(asc(bulletinReplies.county), asc(bulletinReplies.sequence)),
      due: await db.select(due).from(matterDues).where(eq(matterDues.matter, id)),
      matter: await db.select(matter).from(matters).where(eq(matters.id, id)),
    }
  }

  /** Ids of a county's inbox. */
  async inbox(county: string, state?: InboxState): Promise<string[]> {
    const { matters: service, context } = this.#exchange.at(county)
    const page = await service.inbox(context(), state, readPage({ first: 200 }, 'inbox', {}))
    return page.rows.map(({ matter }) => matter.id)
  }
}
