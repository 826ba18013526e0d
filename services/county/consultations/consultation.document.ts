import { z } from 'zod'
import { supervisionFieldLabels } from '../cases/enforcement-case.labels.ts'
import {
  type MessageOf,
  actCode,
  agencyNamed,
  bodyReader,
  caseId,
  countyCode,
  distinct,
  longest,
  oneOf,
  subjectCode,
  text,
} from '../matters/body.ts'
import { discretionTierLabels, fineBasisLabels } from './consultation.labels.ts'
import { inTenThousandths } from './fine-range.ts'

/** Yuan with two decimals at most, or a multiple with four: never a binary fraction. What is none is not compared. */
const decimal = z.string().regex(/^(0|[1-9]\d{0,11})(\.\d{1,4})?$/, { abort: true })

const fine = z
  .strictObject({
    basis: oneOf(fineBasisLabels),
    /** Lower and upper end, both included, in the basis's unit. */
    min: decimal,
    max: decimal,
  })
  .refine(({ min, max }) => inTenThousandths(min) <= inTenThousandths(max))
  .refine(({ basis, min, max }) => basis !== 'AMOUNT' || ![min, max].some((end) => /\.\d{3}/.test(end)))

const tier = z.strictObject({
  tier: oneOf(discretionTierLabels),
  /** 适用法律. */
  law: text(longest.title),
  /** 适用条款. */
  article: text(longest.name),
  /** 认定标准. */
  criteria: text(longest.text),
  /** 罚款幅度; null where the tier knows no fine. */
  fine: fine.nullable(),
  /** 其他处罚措施. */
  measures: text(longest.text).nullable(),
})

const tiers = z
  .array(tier)
  .min(1)
  .max(5)
  .refine((list) => distinct(list.map((each) => each.tier)))

const standard = z.strictObject({
  /** 裁量基准名称及文号; null where the county goes by practice. */
  document: text(longest.title).nullable(),
  tiers,
})

const commonView = z.strictObject({
  law: text(longest.title),
  article: text(longest.name),
  /** 认定标准. */
  criteria: text(longest.text),
  /** 处罚尺度. */
  tiers,
  /** 共同意见. */
  text: text(longest.facts),
})

const question = z
  .strictObject({
    title: text(longest.title),
    /** 重大理由: why the violation is a major one. */
    gravity: text(longest.text),
    field: oneOf(supervisionFieldLabels),
    act: actCode,
    subject: subjectCode.nullable(),
    subjectName: text(longest.agency).nullable(),
    /** The opening county's case; null for a topic without one. */
    originCase: caseId.nullable(),
    fromAgency: agencyNamed,
  })
  .refine(({ subject, subjectName }) => subject === null || subjectName !== null)

const reason = text(longest.text)
const proposal = z.int().positive()
const counties = z.array(countyCode).max(20).refine(distinct)

const bodies = {
  OPEN: z.strictObject({ question, standard }),
  HAND_OVER: z.strictObject({ to: countyCode, note: reason.nullable() }),
  PROPOSE: commonView.extend({
    /** Counties that have entered no standard in time, as far as the chair has seen. */
    without: counties,
  }),
  CONCLUDE: z.strictObject({
    proposal,
    /** Counties that have not answered the proposal in time. */
    without: counties,
    note: reason.nullable(),
  }),
  /** 分歧: the differences that remain are recorded. */
  CLOSE: z.strictObject({ differences: reason }),
  ENTER_STANDARD: standard,
  AGREE: z.strictObject({ proposal, note: reason.nullable() }),
  OBJECT: z.strictObject({ proposal, reason }),
  COMMENT: z.strictObject({ text: reason }),
  REMIND: z.strictObject({ text: reason }),
}

/** What is asked in a consultation. */
export type ConsultationQuestion = z.infer<typeof question>
/** A county's standard of discretion for the offence. */
export type Standard = z.infer<typeof standard>
/** One tier of a standard. */
export type Tier = z.infer<typeof tier>
/** A range of fines. */
export type Fine = z.infer<typeof fine>
/** A proposed common view. */
export type CommonView = z.infer<typeof commonView>
/** An event with what it says. */
export type ConsultationMessage = MessageOf<typeof bodies>

/** Reads the body of an event; Refusal EVENT_UNKNOWN or BODY_INVALID. */
export const readConsultationMessage = bodyReader('A consultation', bodies)
