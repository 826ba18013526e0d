import { z } from 'zod'
import {
  type MessageOf,
  agencyNamed,
  bodyReader,
  caseId,
  distinct,
  longest,
  moment,
  oneOf,
  signatory,
  text,
} from '../matters/body.ts'
import {
  type LegalityItem,
  citationOutcomeLabels,
  evidenceDocumentLabels,
  evidenceKindLabels,
  legalityAnswerLabels,
  legalityLabels,
  rejectionGroundLabels,
} from './evidence.labels.ts'

const items = Object.keys(legalityLabels) as LegalityItem[]
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const reason = text(longest.text)
/** 行政处罚法 art. 42: two officers at least. */
const officers = z
  .array(signatory)
  .min(2)
  .max(10)
  .refine((list) => distinct(list.map(({ certificate }) => certificate)))

/** 合法性审查: every item once; what is not in order says why. */
const checklist = z
  .array(z.strictObject({ item: oneOf(legalityLabels), answer: oneOf(legalityAnswerLabels), note: reason.nullable() }))
  .length(items.length)
  .refine((list) => distinct(list.map(({ item }) => item)))
  .refine((list) => list.every(({ answer, note }) => answer !== 'NO' || note !== null))
type Checklist = z.infer<typeof checklist>

const answerOf = (list: Checklist, wanted: LegalityItem) => list.find(({ item }) => item === wanted)?.answer
/** 以非法手段取得的证据，不得作为认定案件事实的根据 (行政处罚法 art. 46). */
const lawful = checklist.refine((list) => answerOf(list, 'LAWFUL_MEANS') === 'YES')

const share = z
  .strictObject({
    evidence: oneOf(evidenceKindLabels),
    document: oneOf(evidenceDocumentLabels),
    title: text(longest.title),
    /** 文书编号. */
    number: text(longest.number).nullable(),
    /** What a physical thing is and looks like; needed for 物证, of which the file is a photograph. */
    description: reason.nullable(),
    /** SHA-256 of the file, which is an attachment of the envelope. */
    hash,
    collectors: officers,
    collectedAt: moment,
    collectedPlace: text(longest.title),
    /** 检测、检验、检疫、鉴定机构. */
    appraiser: text(longest.agency).nullable(),
    checklist: lawful,
    purpose: reason,
    /** The other county's case, where it is known. */
    forCase: caseId.nullable(),
    originCase: caseId,
    originCaseNumber: text(longest.number),
    fromAgency: agencyNamed,
    toAgency: agencyNamed.nullable(),
  })
  .refine(({ evidence, description }) => evidence !== 'PHYSICAL' || description !== null, { path: ['description'] })
  .refine((body) => !needsBody(body) || body.appraiser !== null, { path: ['appraiser'] })
  .refine((body) => !needsBody(body) || answerOf(body.checklist, 'QUALIFIED_BODY') !== 'NOT_APPLICABLE', {
    path: ['checklist'],
  })

/** 鉴定意见 and reports come from a body whose qualification counts (程序规定 art. 32). */
function needsBody({ evidence, document }: { evidence: string; document: string }): boolean {
  return evidence === 'EXPERT_OPINION' || document === 'TEST_REPORT' || document === 'APPRAISAL'
}

const version = z.int().positive()
const examination = { version, reviewer: signatory, reason }

const bodies = {
  SHARE: share,
  RECOGNISE: z.strictObject({ ...examination, checklist: lawful }),
  VERIFY_ONSITE: z.strictObject(examination),
  VERIFY: z.strictObject({
    ...examination,
    checklist: lawful,
    verifiers: officers,
    verifiedAt: moment,
    place: text(longest.title),
    findings: reason,
  }),
  REJECT: z.strictObject({ ...examination, checklist, ground: oneOf(rejectionGroundLabels) }),
  CITE: z.strictObject({ case: caseId, caseNumber: text(longest.number), fact: reason }),
  REVIEW: z
    .strictObject({
      case: caseId,
      outcome: oneOf(citationOutcomeLabels),
      reason,
      /** What stands in its place. */
      replacement: reason.nullable(),
      /** The case had been decided (程序规定 art. 60) when it was reviewed. */
      decided: z.boolean(),
    })
    .refine(({ outcome, replacement }) => (outcome === 'REPLACED') === (replacement !== null), {
      path: ['replacement'],
    }),
  CORRECT: z.strictObject({ hash, changed: reason, description: reason.nullable() }),
  WITHDRAW: z.strictObject({ reason }),
  REMIND: z.strictObject({ text: reason }),
  COMMENT: z.strictObject({ text: reason }),
  FURTHER_MATERIAL: z.strictObject({ text: reason }),
}

/** What each event says. */
export type EvidenceBodies = { [Event in keyof typeof bodies]: z.infer<(typeof bodies)[Event]> }
/** An event with what it says. */
export type EvidenceMessage = MessageOf<typeof bodies>
/** An answered checklist. */
export type LegalityReview = Checklist
/** An officer by name and 执法证号. */
export type Signatory = z.infer<typeof signatory>

/** Reads the body of an event; Refusal EVENT_UNKNOWN or BODY_INVALID. */
export const readEvidenceMessage = bodyReader('Shared evidence', bodies)
