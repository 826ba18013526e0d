import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import type { DeadlineFacts } from '../matters/deadline.ts'
import { type BothLanguages, type MatterView, said } from '../matters/matter-view.ts'
import type { BulletinMessage } from './bulletin.document.ts'
import type { BulletinKind } from './bulletin.kind.ts'
import { bulletinChannelLabels, bulletinEventLabels, bulletinTypeLabels } from './bulletin.labels.ts'
import { type BulletinRecord, BulletinRepository } from './bulletin.repository.ts'

const dayMs = 86_400_000

/** What people are shown of bulletins. */
export class BulletinView implements MatterView {
  readonly kind: BulletinKind
  readonly label = '信息通报'
  readonly #bulletins = new BulletinRepository()

  constructor(kind: BulletinKind) {
    this.kind = kind
  }

  /** The Chinese term of an event. */
  eventLabel(event: string): string {
    return bulletinEventLabels[event] ?? event
  }

  /** What an envelope says. */
  describe(_event: string, body: unknown): BothLanguages {
    return describe(body as BulletinMessage)
  }

  /** The days for a reply that run. */
  async deadlines(db: Database, ids: readonly string[]): Promise<Map<string, DeadlineFacts>> {
    const all = new Map<string, DeadlineFacts>()
    for (const record of (await this.#bulletins.byIds(db, ids)).values()) {
      const facts = replyDeadline(record)
      if (facts) all.set(record.id, facts)
    }
    return all
  }

  /** Where each bulletin stands. */
  async states(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
    return new Map([...(await this.#bulletins.byIds(db, ids)).values()].map(({ id, state }) => [id, state]))
  }
}

/**
 * The day that the sender set for replies, as a limit from the day of sending; it is met when the last recipient has
 * replied. Undefined where no reply is wanted, and once the bulletin has ended.
 */
export function replyDeadline(record: BulletinRecord): DeadlineFacts | undefined {
  const { state, replyBy, sentAt, recipients, replies } = record
  if (replyBy === null || state !== 'SENT') return undefined
  const days = (Date.parse(replyBy) - Date.parse(shanghaiDay(sentAt))) / dayMs
  const first = recipients.map((county) => replies.find((reply) => reply.county === county)?.at.getTime())
  const open = first.includes(undefined)
  return {
    limit: { days, unit: 'CALENDAR_DAYS', law: '息双办〔2022〕6号', article: '二.5，答复日期由通报机关确定' },
    from: sentAt,
    metAt: open ? null : new Date(Math.max(...first.map((at) => at ?? 0))),
  }
}

function describe(message: BulletinMessage): BothLanguages {
  switch (message.event) {
    case 'SEND': {
      const { type, channel, documentNumber, title, urgent, replyBy } = message.body
      const number = documentNumber ?? ''
      const zh = `${urgent ? '紧急' : ''}通报“${title}”（${bulletinTypeLabels[type]}，${bulletinChannelLabels[channel]}${number}）`
      const en = `gave ${urgent ? 'urgent ' : ''}notice of “${title}” (${type}, ${channel}${number === '' ? '' : ` ${number}`})`
      return {
        zh: `${zh}${replyBy === null ? '' : `，请于${replyBy}前答复`}`,
        en: `${en}${replyBy === null ? '' : `, to be answered by ${replyBy}`}`,
      }
    }
    case 'CORRECT': {
      const { title, reason } = message.body
      return said(`更正通报，更正后为“${title}”`, `corrected the bulletin, now “${title}”`, reason)
    }
    case 'CLOSE':
      return said('结束通报', 'closed the bulletin', message.body.note)
    case 'WITHDRAW':
      return said('撤回通报', 'withdrew the bulletin', message.body.reason)
    case 'READ':
      return { zh: `阅知（第${message.body.version}稿）`, en: `read it (wording ${message.body.version})` }
    case 'REPLY':
      return said('答复', 'replied', message.body.text)
    case 'FURTHER_INFORMATION':
      return said('补充情况', 'added information', message.body.text)
    case 'COMMENT':
      return said('说明', 'remarked', message.body.text)
  }
  return message satisfies never
}
