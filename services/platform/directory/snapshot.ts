import { z } from 'zod'

/** County code by GB/T 2260 or, with `codeSystem: STATISTICAL`, a statistical code such as 410871. */
const countyCode = z.string().regex(/^\d{6}$/)
const date = z.iso.date()
const moment = z.iso.datetime()
/** A public JSON Web Key; a private member is refused, so that no secret can be published by mistake. */
const publicKey = z
  .looseObject({ kty: z.string(), kid: z.string(), alg: z.enum(['EdDSA', 'ES256']) })
  .refine((key) => !('d' in key), 'a private key must not be published')

/** A law's article that a measure, bar or agreement rests on. Without one, nothing follows from a listing. */
export const legalBasisSchema = z.object({
  /** Title of the law or rule in Chinese. */
  law: z.string().min(2),
  /** Article, e.g. 第十五条. */
  article: z.string().min(1),
})

/** A county and how to reach its node. */
export const countyEntrySchema = z.object({
  code: countyCode,
  name: z.string().min(1),
  codeSystem: z.enum(['GBT2260', 'STATISTICAL']).default('GBT2260'),
  /** ACTIVE counties are asked; SUSPENDED ones count as unanswered (REFUSED); LEFT ones are not part of coverage. */
  status: z.enum(['ACTIVE', 'SUSPENDED', 'LEFT']),
  /** GraphQL endpoint of the county node. */
  url: z.url(),
  keys: z.array(publicKey).min(1),
})

/** A code of a line of departments (部门系统). */
const systemCode = z.string().regex(/^[A-Z][A-Z0-9_]{0,39}$/)
/** 市场监督管理部门. */
export const marketRegulation = 'MARKET_REGULATION'

/** An agency that may ask: its id is the `sub` of its tokens. */
export const agencyEntrySchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  county: countyCode,
  /** Scopes the directory lets this agency have; a token's further scopes are ignored. */
  scopes: z.array(z.string()),
  /** 部门系统 (条线), e.g. {@link marketRegulation}: some time limits hold between departments of one only. Unknown if absent. */
  system: systemCode.optional(),
})

/** 上级机关的层级, from the nearest. */
export const superiorLevels = ['PREFECTURE', 'PROVINCE', 'STATE'] as const

/**
 * A superior organ (上级机关), which designates jurisdiction (行政处罚法 art. 25). Whose superior it is, and from when until
 * when, is data: it is never derived from a code's prefix. It is no county: nobody asks it about a subject, and it has no
 * part in the coverage of a credit check.
 */
export const superiorSchema = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  level: z.enum(superiorLevels),
  over: z
    .array(
      z.object({
        county: countyCode,
        /** Its departments of this system only; null: of every system (a people's government). */
        system: systemCode.nullable(),
        from: date,
        /** First day on which it no longer holds; null while open-ended. */
        until: date.nullable(),
      }),
    )
    .min(1),
  /** Its own node, which takes part in matters as a county's does; null when it decides on paper. */
  node: countyEntrySchema.pick({ code: true, status: true, url: true, keys: true }).nullable().default(null),
})

/** Kinds of record that agreements speak of. */
export const recordKinds = ['CREDIT_STANDING', 'CREDIT_LISTING', 'PENALTY', 'ENFORCEMENT_CASE'] as const
/** Purposes that agreements speak of. */
export const purposeKinds = ['APPROVAL', 'CASE', 'ANALYSIS'] as const

/** An administrative agreement (行政协议): who may read what of whom, and for what. */
export const agreementSchema = z.object({
  id: z.string().min(1),
  title: z.string().min(1),
  /** County codes; every party may read the others' records. */
  parties: z.array(countyCode).min(2),
  records: z.array(z.enum(recordKinds)).min(1),
  purposes: z.array(z.enum(purposeKinds)).min(1),
  validFrom: date,
  /** First day on which it no longer holds; null while open-ended. */
  validUntil: date.nullable(),
  /** Counties that have signed; it is in force only between parties that have. */
  signedBy: z.array(countyCode),
})

/** Categories of listing, 市场监督管理严重违法失信名单管理办法 art. 5 to 11. */
export const listingCategories = [
  'FOOD_SAFETY',
  'DRUG_DEVICE_COSMETICS',
  'PRODUCT_QUALITY_SPECIAL_EQUIPMENT',
  'CONSUMER_RIGHTS',
  'FAIR_COMPETITION',
  'UNLICENSED_OR_FRAUDULENT_LICENCE',
  'REFUSAL_TO_PERFORM',
] as const

/** What a measure does to an application. */
export const measureEffects = ['BAR', 'IMPORTANT_CONSIDERATION', 'NO_COMMITMENT_PROCEDURE'] as const

/** One row of the measure catalogue (失信惩戒措施清单): what follows from which listing for which matter, and by what law. */
export const measureSchema = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  label: z.string().min(1),
  effect: z.enum(measureEffects),
  /** Approval matters it applies to; null for every matter. */
  matters: z.array(z.string()).min(1).nullable(),
  /** Listing categories it applies to; null for every category. */
  categories: z.array(z.enum(listingCategories)).min(1).nullable(),
  /** Whose application it affects: the listed subject's own, or its legal representative's. */
  appliesTo: z.enum(['LISTED_SUBJECT', 'LEGAL_REPRESENTATIVE']),
  /** AUTOMATIC follows from every such listing; IMPOSED only where the listing decision names this measure. */
  application: z.enum(['AUTOMATIC', 'IMPOSED']),
  legalBasis: z.array(legalBasisSchema).min(1, 'a measure without a legal basis is refused'),
  /** Body that carries it out, in Chinese. */
  implementingBody: z.string().min(1),
  validFrom: date,
  validUntil: date.nullable(),
})

/** An epoch of the hit index: the key of the hashes that counties publish of their lists. */
export const hitIndexEpochSchema = z.object({
  id: z.string().regex(/^[A-Za-z0-9-]{1,32}$/),
  /** 32 bytes, base64url. */
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  from: moment,
})

/** The contents of the directory, signed by the coordination office. */
export const snapshotSchema = z.object({
  format: z.literal(1),
  /** Grows with every change; a snapshot with a lower serial than one already held is refused. */
  serial: z.int().nonnegative(),
  issuedAt: moment,
  expiresAt: moment,
  office: z.string().min(1),
  counties: z.array(countyEntrySchema),
  agencies: z.array(agencyEntrySchema),
  agreements: z.array(agreementSchema),
  measures: z.array(measureSchema),
  /** Version of the measure catalogue, shown in receipts. */
  measuresVersion: z.string().min(1),
  /** Approval matters (行政许可事项等). */
  matters: z.array(z.object({ code: z.string().regex(/^[A-Z][A-Z0-9_]*$/), label: z.string().min(1) })),
  /** Types of unlawful act (违法行为类型) that cases are filed under. */
  acts: z.array(z.object({ code: z.string().regex(/^[A-Z][A-Z0-9_]*$/), label: z.string().min(1) })),
  /** Working-day calendars: dated tables, never computed past their horizon. */
  calendars: z.array(
    z.object({
      id: z.string(),
      /** First and last day the table covers. */
      from: date,
      to: date,
      /** Weekdays that are no working days. */
      holidays: z.array(date),
      /** Weekend days that are working days. */
      makeUpDays: z.array(date),
    }),
  ),
  /** Token issuers: the gateway accepts their tokens and no others. */
  issuers: z.array(z.object({ issuer: z.string().min(1), audience: z.string().min(1), jwksUri: z.url() })),
  /** Gateways: counties accept tokens signed with these keys and no others. */
  gateways: z.array(z.object({ id: z.string().min(1), url: z.url(), keys: z.array(publicKey).min(1) })),
  /** Epochs of the hit index; the one that began last is in use. Without any, counties publish no digest. */
  hitIndexEpochs: z.array(hitIndexEpochSchema).default([]),
  /** Superior organs that designate jurisdiction. They stand beside the counties, so that nothing that asks all of these asks them. */
  superiors: z.array(superiorSchema).default([]),
})

/** The contents of the directory. */
export type Snapshot = z.infer<typeof snapshotSchema>
export type CountyEntry = z.infer<typeof countyEntrySchema>
export type AgencyEntry = z.infer<typeof agencyEntrySchema>
export type Superior = z.infer<typeof superiorSchema>
/** A process that takes part in matters: a county's node, or a superior's. */
export type NodeEntry = Pick<CountyEntry, 'code' | 'name' | 'status' | 'url' | 'keys'>
export type Agreement = z.infer<typeof agreementSchema>
export type Measure = z.infer<typeof measureSchema>
export type LegalBasis = z.infer<typeof legalBasisSchema>
export type HitIndexEpoch = z.infer<typeof hitIndexEpochSchema>
export type RecordKind = (typeof recordKinds)[number]
export type ListingCategory = (typeof listingCategories)[number]
