import { bodyCheck, organisationCheck } from '../platform/codes/organisation-code.ts'
import { identityCheck } from '../platform/codes/identity-number.ts'
import type { enforcementCases } from './cases/enforcement-case.table.ts'
import type { creditListings } from './credit/credit-listing.table.ts'
import type { penalties } from './credit/penalty.table.ts'
import { sampleCounties } from './sample-node.ts'

/** A UUID that ends in this number. */
export function sampleUuid(serial: number): string {
  return `00000000-0000-4000-8000-${serial.toString(16).padStart(12, '0')}`
}

/** A valid organisation code with this serial number. */
export function sampleOrganisation(serial: number): string {
  const body = `MA${serial.toString().padStart(6, '0')}`
  const first = `91411528${body}${bodyCheck(body)}`
  return `${first}${organisationCheck(first)}`
}

/** A valid identity number of somebody born in 1875. */
export function samplePerson(serial: number): string {
  const first = `41152818750615${serial.toString().padStart(3, '0')}`
  return first + identityCheck(first)
}

/** A published listing of 2026-01-05. */
export function listingRow(
  serial: number,
  changes: Partial<typeof creditListings.$inferInsert> = {},
): typeof creditListings.$inferInsert {
  return {
    id: `${sampleCounties.xixian}:listing:${sampleUuid(serial)}`,
    documentNumber: `息示例市监失信列〔2026〕${serial}号`,
    subjectCode: sampleOrganisation(serial),
    subjectName: `虚构第${serial}示例有限公司`,
    category: 'FOOD_SAFETY',
    facts: '生产经营添加药品的食品',
    basis: '《市场监督管理严重违法失信名单管理办法》第五条',
    organ: '息县示例市场监督管理局',
    state: 'PUBLISHED',
    enteredOn: '2026-01-05',
    listedOn: '2026-01-05',
    publishedFrom: '2026-01-10',
    publishedUntil: '2029-01-05',
    effectUntil: '2029-01-05',
    version: 1,
    contentHash: String(serial),
    updatedAt: new Date('2026-01-10T01:00:00Z'),
    ...changes,
  }
}

/** A penalty of 2026-01-05. */
export function penaltyRow(
  serial: number,
  changes: Partial<typeof penalties.$inferInsert> = {},
): typeof penalties.$inferInsert {
  return {
    id: `${sampleCounties.xixian}:penalty:${sampleUuid(serial)}`,
    documentNumber: `息示例市监罚〔2026〕${serial}号`,
    subjectCode: sampleOrganisation(serial),
    subjectName: `虚构第${serial}示例有限公司`,
    subjectKind: '法人及非法人组织',
    act: '经营超过保质期的食品',
    facts: '当事人经营超过保质期的食品，货值金额120元。',
    basis: '《中华人民共和国食品安全法》第一百二十四条第一款',
    kind: '罚款',
    content: '罚款伍仟元',
    fine: '0.5',
    decidedOn: '2026-01-05',
    organ: '息县示例市场监督管理局',
    contentHash: String(serial),
    updatedAt: new Date('2026-01-06T01:00:00Z'),
    ...changes,
  }
}

/** A case filed on 2026-01-05, of the body with this id. */
export function caseRow(
  serial: number,
  agencyId: string,
  changes: Partial<typeof enforcementCases.$inferInsert> = {},
): typeof enforcementCases.$inferInsert {
  const at = new Date('2026-01-05T02:00:00.000Z')
  return {
    id: `${sampleCounties.xixian}:case:${sampleUuid(serial)}`,
    number: `息示例市监立〔2026〕${serial}号`,
    title: '涉嫌发布虚假广告案',
    subjectCode: sampleOrganisation(serial),
    subjectName: `虚构第${serial}示例有限公司`,
    act: 'FALSE_ADVERTISING',
    field: 'FOOD_AND_DRUGS',
    source: 'INSPECTION',
    agencyId,
    stage: 'FILED',
    registeredAt: at,
    filedAt: at,
    updatedAt: at,
    ...changes,
  }
}
