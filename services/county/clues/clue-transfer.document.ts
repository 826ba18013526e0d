import { z } from 'zod'
import {
  type SupervisionField,
  clueSourceLabels,
  supervisionFieldLabels,
  supervisionStageLabels,
} from '../cases/enforcement-case.labels.ts'
import { matterIdShape } from '../delivery/contract.ts'
import {
  type MessageOf,
  actCode,
  agencyNamed,
  bodyReader,
  caseId,
  distinct,
  moment,
  oneOf,
  signatory,
  subjectCode,
  text,
} from '../matters/body.ts'
import { cluePriorityLabels, clueTopicLabels, handoverKindLabels, testingKindLabels } from './clue-transfer.labels.ts'

/** Longest texts of a clue's documents, in characters. */
export const longestOfClue = {
  number: 120,
  title: 400,
  subjectName: 200,
  facts: 20_000,
  methodNote: 4_000,
  text: 4_000,
  itemName: 400,
  itemQuantity: 40,
  itemNote: 1_000,
} as const
/** Most lines of a handover list. */
export const mostItems = 500

const clue = z.strictObject({
  title: text(longestOfClue.title),
  source: oneOf(clueSourceLabels),
  field: oneOf<SupervisionField>(supervisionFieldLabels),
  supervisionStage: oneOf(supervisionStageLabels).nullable(),
  act: actCode,
  topics: z.array(oneOf(clueTopicLabels)).max(10).refine(distinct),
  priorities: z.array(oneOf(cluePriorityLabels)).max(10).refine(distinct),
  /** 监管方法建议. */
  methodNote: text(longestOfClue.methodNote).nullable(),
  /** Null for a subject without a known code. */
  subject: subjectCode.nullable(),
  subjectName: text(longestOfClue.subjectName),
  facts: text(longestOfClue.facts),
  /** The sender's case from which the clue comes; null when it comes from none. */
  originCase: caseId.nullable(),
  /** 移送机关. */
  fromAgency: agencyNamed,
  /** 对方同级部门, where the directory knows one. */
  toAgency: agencyNamed.nullable(),
})

const item = z.strictObject({
  kind: oneOf(handoverKindLabels),
  name: text(longestOfClue.itemName),
  quantity: text(longestOfClue.itemQuantity),
  note: text(longestOfClue.itemNote).nullable(),
})

const transfer = z.strictObject({
  clue,
  /** 移送函文号. */
  number: text(longestOfClue.number),
  items: z.array(item).max(mostItems),
  handedOverBy: signatory,
})
const reason = text(longestOfClue.text)

const disputeId = z.string().regex(matterIdShape)

const bodies = {
  GIVE_NOTICE: z.strictObject({ clue, request: reason }),
  SEND: transfer,
  SEND_AFTER_NOTICE: transfer,
  WITHDRAW: z.strictObject({ reason }),
  RECEIVE: z.strictObject({
    /** The moment that the recipient's acknowledgement of the transfer names. */
    receivedAt: moment,
    takenOverBy: signatory,
    /** Lines of the list that were missing or not as listed, by their place from 1. */
    differences: z
      .array(z.strictObject({ position: z.int().positive(), remark: text(longestOfClue.itemNote) }))
      .max(mostItems)
      .refine((list) => distinct(list.map(({ position }) => position))),
  }),
  /** `dispute`: the one that gave the recipient jurisdiction after its objection. */
  ACCEPT: z.strictObject({ note: reason.nullable(), dispute: disputeId.nullable().default(null) }),
  /** `dispute`: the one that the objection opens (程序规定 art. 14). */
  OBJECT: z.strictObject({ reason, dispute: disputeId.nullable().default(null) }),
  RETURN: z.strictObject({ note: reason.nullable(), dispute: disputeId }),
  VERIFY: z.strictObject({ note: reason.nullable() }),
  EXTEND: z.strictObject({ reason, approvedBy: text(120) }),
  BEGIN_TESTING: z.strictObject({ kind: oneOf(testingKindLabels), what: reason }),
  END_TESTING: z.strictObject({ result: reason }),
  FILE: z.strictObject({ case: caseId, caseNumber: text(longestOfClue.number), filedAt: moment }),
  DECLINE_FILING: z.strictObject({ reason, approvedBy: text(120) }),
  GIVE_FEEDBACK: z.strictObject({ result: reason }),
  RELEASE: z.strictObject({ note: reason.nullable() }),
  ACKNOWLEDGE_NOTICE: z.strictObject({ text: reason }),
  REMIND: z.strictObject({ text: reason }),
  COMMENT: z.strictObject({ text: reason }),
  FURTHER_MATERIAL: z.strictObject({ text: reason }),
  ASK_WITHDRAWAL: z.strictObject({ text: reason }),
}

/** What each event says. */
export type ClueBodies = { [Event in keyof typeof bodies]: z.infer<(typeof bodies)[Event]> }
/** The clue itself, as a notice and a transfer tell it. */
export type ClueContent = z.infer<typeof clue>
/** A line of the handover list. */
export type HandoverItem = z.infer<typeof item>
/** An event with what it says. */
export type ClueMessage = MessageOf<typeof bodies>

/** Reads the body of an event; see {@link bodyReader}. */
export const readClueMessage = bodyReader('A clue transfer', bodies)
