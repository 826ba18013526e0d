import { z } from 'zod'
import { readSubjectCode } from '../../platform/codes/subject-code.ts'
import {
  type SupervisionField,
  clueSourceLabels,
  supervisionFieldLabels,
  supervisionStageLabels,
} from '../cases/enforcement-case.labels.ts'
import { Refusal } from '../delivery/contract.ts'
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

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => value.trim() !== '', 'is blank')
    .refine((value) => !/[^\P{Cc}\n\r\t]/u.test(value), 'holds a control character')
const oneOf = <Value extends string>(labels: Readonly<Record<Value, string>>) => z.enum(Object.keys(labels) as [Value])
const unique = (values: readonly unknown[]): boolean => new Set(values).size === values.length
const caseId = z.string().regex(/^\d{6}:case:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const moment = z.iso.datetime({ precision: 3 })

/** Somebody who signs a handover list. */
const signatory = z.strictObject({ name: text(120), certificate: text(120) })

const clue = z.strictObject({
  title: text(longestOfClue.title),
  source: oneOf(clueSourceLabels),
  field: oneOf<SupervisionField>(supervisionFieldLabels),
  supervisionStage: oneOf(supervisionStageLabels).nullable(),
  act: z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/),
  topics: z.array(oneOf(clueTopicLabels)).max(10).refine(unique),
  priorities: z.array(oneOf(cluePriorityLabels)).max(10).refine(unique),
  /** 监管方法建议. */
  methodNote: text(longestOfClue.methodNote).nullable(),
  /** Null for a subject without a known code. */
  subject: z
    .string()
    .refine((code) => {
      const read = readSubjectCode(code)
      return 'code' in read && read.code === code
    }, 'is no valid subject code')
    .nullable(),
  subjectName: text(longestOfClue.subjectName),
  facts: text(longestOfClue.facts),
  /** The sender's case from which the clue comes; null when it comes from none. */
  originCase: caseId.nullable(),
  /** 移送机关. */
  fromAgency: z.strictObject({ id: text(120), name: text(200) }),
  /** 对方同级部门, where the directory knows one. */
  toAgency: z.strictObject({ id: text(120), name: text(200) }).nullable(),
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
      .refine((list) => unique(list.map(({ position }) => position))),
  }),
  ACCEPT: z.strictObject({ note: reason.nullable() }),
  OBJECT: z.strictObject({ reason }),
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
export type ClueMessage = { [Event in keyof ClueBodies]: { event: Event; body: ClueBodies[Event] } }[keyof ClueBodies]

/** Reads the body of an event. {@link Refusal} EVENT_UNKNOWN, or BODY_INVALID that names the first member that is wrong. */
export function readClueMessage(event: string, body: unknown): ClueMessage {
  if (!Object.hasOwn(bodies, event)) throw new Refusal('EVENT_UNKNOWN', `A clue transfer knows no event ${event}.`)
  const known = event as keyof ClueBodies
  const parsed = bodies[known].safeParse(body)
  if (parsed.success) return { event: known, body: parsed.data } as ClueMessage
  const [issue] = parsed.error.issues
  // The message names the place and never repeats a value: a body may hold a person's number.
  const place = issue?.path.join('.') ?? ''
  throw new Refusal('BODY_INVALID', `"${place === '' ? event : place}" is missing, or is not what ${event} needs.`)
}
