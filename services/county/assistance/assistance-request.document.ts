import { z } from 'zod'
import {
  type MessageOf,
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
import { declineGroundLabels, partOutcomeLabels } from './assistance-request.labels.ts'

/** Most parts of one county in a letter, tasks of a part, and lines of material that a part is answered with. */
export const mostOf = { parts: 20, tasks: 30, material: 100 } as const

const said = text(longest.text)
const position = z.int().positive().max(mostOf.parts)

const part = z.strictObject({
  /** 协查单位: of the directory, or by its name alone where the directory has none. */
  agency: z.strictObject({ id: text(longest.name).nullable(), name: text(longest.agency) }),
  /** 协查事项, in their order. */
  tasks: z.array(text(2_000)).min(1).max(mostOf.tasks),
})

const letter = z.strictObject({
  /** The same in the matters of all counties that one letter asks. */
  letter: z.uuid(),
  /** 文号. */
  number: text(longest.number),
  /** 案由. */
  title: text(longest.title),
  /** The requester's case. */
  case: caseId,
  caseNumber: text(longest.number),
  /** 协查对象; its code is null where it is not known. */
  subject: subjectCode.nullable(),
  subjectName: text(longest.agency),
  /** 案情简要. */
  facts: text(longest.facts),
  /** 主办部门. */
  fromAgency: z.strictObject({ id: text(longest.name), name: text(longest.agency) }),
  contact: z.strictObject({ name: text(longest.name), phone: text(longest.name), address: text(longest.agency) }),
  /** The other counties that the letter asks. */
  alsoAsked: z.array(countyCode).max(20).refine(distinct),
  parts: z.array(part).min(1).max(mostOf.parts),
})

const material = z.strictObject({
  name: text(longest.title),
  /** With its unit, e.g. 1份. */
  quantity: text(40),
  note: text(1_000).nullable(),
  /** SHA-256 of the attachment that it is, where it goes over as a file. */
  attachment: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
})

const bodies = {
  ISSUE: z.strictObject({ ...letter.shape, signedBy: signatory }),
  RECEIVE: z.strictObject({
    /** The moment that the assisting node's acknowledgement of the letter names. */
    receivedAt: moment,
    receivedBy: signatory,
  }),
  BEGIN: z.strictObject({ note: said.nullable() }),
  DECLINE: z.strictObject({ ground: oneOf(declineGroundLabels), reason: said, signedBy: signatory }),
  EXTEND: z.strictObject({ until: day, reason: said }),
  ANSWER_PART: z.strictObject({
    /** Its place in the letter, from 1. */
    part: position,
    outcome: oneOf(partOutcomeLabels),
    /** 协查结果; for UNABLE the reason. */
    findings: text(longest.facts),
    material: z.array(material).max(mostOf.material),
    answeredBy: signatory,
  }),
  REPLY: z.strictObject({ number: text(longest.number).nullable(), conclusion: said, signedBy: signatory }),
  ASK_SUPPLEMENT: z.strictObject({
    /** 文号 of the further letter. */
    number: text(longest.number),
    /** Parts that must be answered anew. */
    parts: z.array(position).min(1).max(mostOf.parts).refine(distinct),
    what: said,
    signedBy: signatory,
  }),
  CLOSE: z.strictObject({ note: said.nullable(), takenOverBy: signatory }),
  RELEASE: z.strictObject({ note: said.nullable() }),
  REMIND: z.strictObject({ text: said }),
  COMMENT: z.strictObject({ text: said }),
  FURTHER_MATERIAL: z.strictObject({ text: said }),
  ASK_WITHDRAWAL: z.strictObject({ text: said }),
}

/** Bodies by event. */
export type AssistanceBodies = { [Event in keyof typeof bodies]: z.infer<(typeof bodies)[Event]> }
/** An event with what it says. */
export type AssistanceMessage = MessageOf<typeof bodies>
/** A part of a letter. */
export type AssistancePart = z.infer<typeof part>
/** A line of the material of an answer. */
export type AssistanceMaterial = z.infer<typeof material>

/** Reads the body of an event; a `Refusal` EVENT_UNKNOWN or BODY_INVALID that names what is wrong, never a value. */
export const readAssistanceMessage: (event: string, body: unknown) => AssistanceMessage = bodyReader(
  'An assistance request',
  bodies,
)
