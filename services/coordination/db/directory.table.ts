import { sql } from 'drizzle-orm'
import { bigint, check, date, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { CountyEntry, LegalBasis, Superior } from '../../platform/directory/snapshot.ts'

type PublicKeys = CountyEntry['keys']

/** Place in the directory, from 0: answers of many counties are joined in this order. */
const position = () => integer('position').notNull()

/** Counties that take part (参与县区). */
export const counties = pgTable('county', {
  code: text('code').primaryKey(),
  name: text('name').notNull(),
  codeSystem: text('code_system').notNull(),
  status: text('status').notNull(),
  url: text('url').notNull(),
  keys: jsonb('keys').$type<PublicKeys>().notNull(),
  position: position(),
})

/** Agencies that may ask (执法和审批机关). */
export const agencies = pgTable('agency', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  /** A county, or the code of a superior's node. */
  county: text('county').notNull(),
  scopes: text('scopes').array().notNull(),
  /** 部门系统; null when unknown. */
  system: text('system'),
  position: position(),
})

/** Administrative agreements (行政协议). */
export const agreements = pgTable('agreement', {
  id: text('id').primaryKey(),
  title: text('title').notNull(),
  parties: text('parties').array().notNull(),
  records: text('records').array().notNull(),
  purposes: text('purposes').array().notNull(),
  validFrom: date('valid_from', { mode: 'string' }).notNull(),
  validUntil: date('valid_until', { mode: 'string' }),
  signedBy: text('signed_by').array().notNull(),
  position: position(),
})

/** The measure catalogue (失信惩戒措施清单). */
export const measures = pgTable(
  'measure',
  {
    code: text('code').primaryKey(),
    label: text('label').notNull(),
    effect: text('effect').notNull(),
    matters: text('matters').array(),
    categories: text('categories').array(),
    appliesTo: text('applies_to').notNull(),
    application: text('application').notNull(),
    legalBasis: jsonb('legal_basis').$type<LegalBasis[]>().notNull(),
    implementingBody: text('implementing_body').notNull(),
    validFrom: date('valid_from', { mode: 'string' }).notNull(),
    validUntil: date('valid_until', { mode: 'string' }),
    position: position(),
  },
  // 国办发〔2020〕49号: no measure without a basis, whatever wrote the row.
  (table) => [check('measure_has_legal_basis', sql`jsonb_array_length(${table.legalBasis}) > 0`)],
)

/** Approval matters (行政许可事项等). */
export const matters = pgTable('matter', {
  code: text('code').primaryKey(),
  label: text('label').notNull(),
  position: position(),
})

/** Types of unlawful act (违法行为类型). */
export const acts = pgTable('act', {
  code: text('code').primaryKey(),
  label: text('label').notNull(),
  position: position(),
})

/** Working-day calendars (工作日历), as published by the State Council. */
export const calendars = pgTable('calendar', {
  id: text('id').primaryKey(),
  from: date('from', { mode: 'string' }).notNull(),
  to: date('to', { mode: 'string' }).notNull(),
  holidays: text('holidays').array().notNull(),
  makeUpDays: text('make_up_days').array().notNull(),
  position: position(),
})

/** Token issuers. */
export const issuers = pgTable('issuer', {
  issuer: text('issuer').primaryKey(),
  audience: text('audience').notNull(),
  jwksUri: text('jwks_uri').notNull(),
  position: position(),
})

/** Gateways. */
export const gateways = pgTable('gateway', {
  id: text('id').primaryKey(),
  url: text('url').notNull(),
  keys: jsonb('keys').$type<PublicKeys>().notNull(),
  position: position(),
})

/** Epochs of the hit index (名单摘要密钥期). The key is a secret of the exchange: it stands in the signed directory only. */
export const hitIndexEpochs = pgTable('hit_index_epoch', {
  id: text('id').primaryKey(),
  key: text('key').notNull(),
  /** ISO 8601, UTC, as the seed has it. */
  from: text('from').notNull(),
  position: position(),
})

/** Superior organs that designate jurisdiction (共同的上一级机关). */
export const superiors = pgTable('superior', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  level: text('level').notNull(),
  /** Whose superior it is, from when until when. */
  over: jsonb('over').$type<Superior['over']>().notNull(),
  /** Null when it decides on paper. */
  node: jsonb('node').$type<NonNullable<Superior['node']>>(),
  position: position(),
})

/** The directory's serial: one row, raised whenever the contents differ from those it was last raised for. */
export const releases = pgTable('directory_release', {
  /** Always `directory`. */
  id: text('id').primaryKey(),
  serial: bigint('serial', { mode: 'number' }).notNull(),
  /** SHA-256 of the contents, hexadecimal. */
  contentsHash: text('contents_hash').notNull(),
  changedAt: timestamp('changed_at', { withTimezone: true }).notNull(),
})
