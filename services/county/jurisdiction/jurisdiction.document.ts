import { z } from 'zod'
import { handoverKindLabels } from '../clues/clue-transfer.labels.ts'
import { matterIdShape } from '../delivery/contract.ts'
import {
  type MessageOf,
  actCode,
  bodyReader,
  caseId,
  countyCode,
  day,
  distinct,
  longest,
  moment,
  oneOf,
  signatory,
  subjectCode,
  text,
} from '../matters/body.ts'

/** Most lines of a handover list. */
const mostItems = 500

const words = text(longest.text)
const matterId = z.string().regex(matterIdShape)

/** What a county says of its own case: 立案 has the earliest jurisdiction (行政处罚法 art. 25). */
const claim = z.strictObject({ case: caseId, number: text(longest.number), filedAt: moment })

/** An agency and its system (条线), as the directory of who writes names it. */
const agency = z.strictObject({
  id: text(longest.name),
  name: text(longest.agency),
  system: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,39}$/)
    .nullable(),
})

/** The common superior on the day on which it was asked; `node` is null where it decides on paper. */
const superior = z.strictObject({ id: text(longest.name), name: text(longest.agency), node: countyCode.nullable() })

const raising = z.strictObject({
  subject: subjectCode.nullable(),
  subjectName: text(longest.agency),
  act: actCode,
  facts: text(longest.facts),
  /** Of the county that raises it; null when it has no case, as one that objects to a clue. */
  claim: claim.nullable(),
  /** The other county's case, as it was found; its own statement says when it was filed. */
  otherCase: caseId.nullable(),
  /** The clue to which was objected. */
  clue: matterId.nullable(),
  fromAgency: agency,
  toAgency: agency.nullable(),
  /** Which county is to have jurisdiction, and why. */
  county: countyCode,
  reason: words,
})

const item = z.strictObject({
  kind: oneOf(handoverKindLabels),
  name: text(400),
  quantity: text(40),
  note: text(1_000).nullable(),
})

const notice = z.strictObject({
  /** 指定管辖通知书 (form 2). */
  number: text(longest.number),
  date: day,
  county: countyCode,
  reason: words,
  /** When the superior received the request; null when nobody can say. */
  receivedAt: moment.nullable(),
})
const note = z.strictObject({ text: words })

const bodies = {
  RAISE: raising,
  RAISE_DIRECTLY: raising.extend({
    superior,
    /** An earlier dispute about the same, in which the consultation led nowhere. */
    follows: matterId.nullable(),
  }),
  PROPOSE: z.strictObject({ county: countyCode, reason: words, claim: claim.nullable() }),
  AGREE: z.strictObject({ county: countyCode, note: words.nullable() }),
  ESCALATE: z.strictObject({ superior, reason: words }),
  END_CONSULTATION: z.strictObject({ reason: words }),
  RECEIVE: z.strictObject({ receivedAt: moment, note: words.nullable() }),
  DESIGNATE: notice,
  RECORD_DESIGNATION: notice,
  HAND_OVER: z.strictObject({
    /** 案件移送函文号. */
    number: text(longest.number),
    /** The case that goes over; null where there is material only. */
    case: caseId.nullable(),
    caseNumber: text(longest.number).nullable(),
    items: z.array(item).max(mostItems),
    handedOverBy: signatory,
  }),
  TAKE_OVER: z.strictObject({
    /** The case in which the matter goes on; null where there is none yet. */
    case: caseId.nullable(),
    caseNumber: text(longest.number).nullable(),
    takenOverBy: signatory,
    /** Lines of the list that were missing or not as listed, by their place from 1. */
    differences: z
      .array(z.strictObject({ position: z.int().positive(), remark: text(1_000) }))
      .max(mostItems)
      .refine((list) => distinct(list.map(({ position }) => position))),
  }),
  STATE_CLAIM: z.strictObject({ claim, text: words.nullable() }),
  REMIND: note,
  COMMENT: note,
  FURTHER_MATERIAL: note,
  CONFIRM_DESIGNATION: note,
  CONTEST_DESIGNATION: note,
}

/** What each event says. */
export type DisputeBodies = { [Event in keyof typeof bodies]: z.infer<(typeof bodies)[Event]> }
/** An event with what it says. */
export type DisputeMessage = MessageOf<typeof bodies>
/** What a county says of its own case. */
export type Claim = z.infer<typeof claim>
/** What opens a dispute. */
export type Raising = DisputeBodies['RAISE']

/** Reads the body of an event. `Refusal` EVENT_UNKNOWN or BODY_INVALID. */
export const readDisputeMessage: (event: string, body: unknown) => DisputeMessage = bodyReader(
  'A dispute about jurisdiction',
  bodies,
)
