import { z } from 'zod'
import { supervisionFieldLabels } from '../cases/enforcement-case.labels.ts'
import { type MessageOf, agencyNamed, bodyReader, day, longest, oneOf, text } from '../matters/body.ts'
import { bulletinChannelLabels, bulletinTypeLabels } from './bulletin.labels.ts'

const bulletin = z
  .strictObject({
    type: oneOf(bulletinTypeLabels),
    channel: oneOf(bulletinChannelLabels),
    /** 文号; a formal document has one. */
    documentNumber: text(longest.number).nullable(),
    title: text(longest.title),
    text: text(longest.facts),
    field: oneOf(supervisionFieldLabels),
    /** 紧急. */
    urgent: z.boolean(),
    /** 请于该日前答复; null where no reply is wanted. */
    replyBy: day.nullable(),
    fromAgency: agencyNamed,
  })
  .refine(({ channel, documentNumber }) => channel !== 'OFFICIAL_DOCUMENT' || documentNumber !== null, {
    path: ['documentNumber'],
  })

const words = text(longest.text)
/** The wording that was read: 1, or more after corrections. */
const version = z.int().positive()

const bodies = {
  SEND: bulletin,
  CORRECT: z.strictObject({ title: text(longest.title), text: text(longest.facts), reason: words }),
  CLOSE: z.strictObject({ note: words.nullable() }),
  WITHDRAW: z.strictObject({ reason: words }),
  READ: z.strictObject({ version }),
  REPLY: z.strictObject({ version, text: words }),
  FURTHER_INFORMATION: z.strictObject({ text: words }),
  COMMENT: z.strictObject({ text: words }),
}

/** A bulletin as it is sent. */
export type BulletinContent = z.infer<typeof bulletin>
/** An event with what it says. */
export type BulletinMessage = MessageOf<typeof bodies>

/** Reads the body of an event; Refusal EVENT_UNKNOWN or BODY_INVALID. */
export const readBulletinMessage = bodyReader('A bulletin', bodies)
