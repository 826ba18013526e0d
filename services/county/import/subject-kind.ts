import type { ParsedSubjectCode } from '../../platform/codes/subject-code.ts'

/** Kind of a subject by its code's 登记管理部门 and 机构类别 (GB 32100). */
export function subjectKind({ code, kind }: ParsedSubjectCode): string {
  if (kind === 'NATURAL_PERSON') return 'NATURAL_PERSON'
  const head = code.slice(0, 2)
  if (head === '91') return 'ENTERPRISE'
  if (head === '92') return 'INDIVIDUAL_BUSINESS'
  if (head === '93') return 'COOPERATIVE'
  if (head.startsWith('1')) return 'INSTITUTION'
  if (head.startsWith('5')) return 'SOCIAL_ORGANISATION'
  return 'OTHER'
}

const labels: Record<string, string> = { NATURAL_PERSON: '自然人', INDIVIDUAL_BUSINESS: '个体工商户' }

/** 行政相对人类别 as the exchange file names it, for rows that leave it out. */
export function subjectKindLabel(kind: string): string {
  return labels[kind] ?? '法人及非法人组织'
}
