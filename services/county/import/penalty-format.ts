import type { penalties } from '../credit/penalty.table.ts'
import type { Entry, FileFormat } from './format.ts'
import type { Column } from './headings.ts'
import type { Row } from './row.ts'
import { personCode, type Party } from './parties.ts'
import { subjectKind, subjectKindLabel } from './subject-kind.ts'

/** Columns of the table that a file fills. */
export type PenaltyValues = Omit<typeof penalties.$inferInsert, 'id' | 'contentHash' | 'updatedAt'>

/** Columns of the 双公示 行政处罚 file (发改办财金〔2018〕424号). */
export const penaltyColumns: readonly Column[] = [
  {
    field: 'subjectName',
    code: 'CF_XDR_MC',
    label: '行政相对人名称',
    aliases: ['相对人名称', '当事人名称', '当事人', '被处罚人'],
    required: true,
  },
  { field: 'subjectKind', code: 'CF_XDR_LB', label: '行政相对人类别', aliases: ['相对人类别'] },
  {
    field: 'organisationCode',
    code: 'CF_XDR_SHXYM',
    label: '统一社会信用代码',
    aliases: ['行政相对人代码_1', '行政相对人代码1', '行政相对人代码', '社会信用代码', '行政相对人统一社会信用代码'],
  },
  {
    field: 'legalRepresentative',
    code: 'CF_FRDB',
    label: '法定代表人',
    aliases: ['法定代表人姓名', '法人代表', '法定代表人或负责人', '负责人'],
  },
  { field: 'legalRepresentativeCodeKind', code: 'CF_FR_ZJLX', label: '法定代表人证件类型' },
  {
    field: 'legalRepresentativeCode',
    code: 'CF_FR_ZJHM',
    label: '法定代表人证件号码',
    aliases: ['法定代表人身份证号', '法定代表人证件号'],
  },
  {
    field: 'personCodeKind',
    code: 'CF_XDR_ZJLX',
    label: '证件类型',
    aliases: ['自然人证件类型', '行政相对人证件类型', '相对人证件类型'],
  },
  {
    field: 'personCode',
    code: 'CF_XDR_ZJHM',
    label: '证件号码',
    aliases: ['自然人证件号码', '行政相对人证件号码', '相对人证件号码', '居民身份证号', '身份证号'],
  },
  {
    field: 'documentNumber',
    code: 'CF_WSH',
    label: '行政处罚决定书文号',
    aliases: ['处罚决定书文号', '决定书文号', '处罚决定文书号', '行政处罚决定文书号', '文号'],
    required: true,
  },
  { field: 'act', code: 'CF_WFXW', label: '违法行为类型', required: true },
  { field: 'facts', code: 'CF_SY', label: '违法事实', aliases: ['处罚事由', '主要违法事实'], required: true },
  { field: 'basis', code: 'CF_YJ', label: '处罚依据', aliases: ['行政处罚依据', '依据'], required: true },
  {
    field: 'kind',
    code: 'CF_CFLB',
    label: '处罚类别',
    aliases: ['处罚种类', '行政处罚种类', '处罚类别1', 'CF_CFLB1'],
    required: true,
  },
  { field: 'content', code: 'CF_NR', label: '处罚内容', aliases: ['行政处罚内容'], required: true },
  { field: 'fine', code: 'CF_NR_FK', label: '罚款金额', aliases: ['罚款'] },
  {
    field: 'confiscated',
    code: 'CF_NR_WFFF',
    label: '没收违法所得、没收非法财物的金额',
    aliases: ['没收金额', '没收违法所得没收非法财物的金额'],
  },
  { field: 'licenceAction', code: 'CF_NR_ZKDX', label: '暂扣或吊销证照名称及编号' },
  {
    field: 'decidedOn',
    code: 'CF_JDRQ',
    label: '处罚决定日期',
    aliases: ['行政处罚决定日期', '决定日期', '处罚日期'],
    required: true,
  },
  { field: 'validUntil', code: 'CF_YXQ', label: '处罚有效期', aliases: ['有效期'] },
  { field: 'publishedUntil', code: 'CF_GSJZQ', label: '公示截止期', aliases: ['公示截止日期', '公示期限'] },
  { field: 'organ', code: 'CF_CFJG', label: '处罚机关', aliases: ['行政处罚机关', '处罚机关名称'], required: true },
  { field: 'organCode', code: 'CF_CFJGDM', label: '处罚机关统一社会信用代码', aliases: ['处罚机关代码'] },
  { field: 'source', code: 'CF_SJLY', label: '数据来源单位', aliases: ['数据来源'] },
  { field: 'sourceCode', code: 'CF_SJLYDM', label: '数据来源单位统一社会信用代码', aliases: ['数据来源单位代码'] },
  { field: 'remark', code: 'BZ', label: '备注' },
]

/** The penalty file. */
export const penaltyFormat: FileFormat<PenaltyValues> = {
  kind: 'penalty',
  columns: penaltyColumns,
  alternatives: [['organisationCode', 'personCode']],
  read,
}

function read(row: Row, today: string): Entry<PenaltyValues> {
  const documentNumber = row.documentNumber('documentNumber') ?? row.required('documentNumber')
  const party = readParty(row)
  const decidedOn = row.day('decidedOn')
  if (decidedOn === null && row.optional('decidedOn') === null) row.reject('decidedOn', '为空')
  if (decidedOn !== null && decidedOn > today) row.reject('decidedOn', '晚于今天')
  if (decidedOn !== null && decidedOn < '1949-10-01') row.reject('decidedOn', '早于1949年10月1日')
  const values: PenaltyValues = {
    documentNumber,
    subjectCode: party?.code ?? '',
    subjectName: row.required('subjectName'),
    subjectKind: row.optional('subjectKind') ?? subjectKindLabel(party === null ? '' : subjectKind(party)),
    legalRepresentative: row.optional('legalRepresentative'),
    act: row.required('act'),
    facts: row.required('facts'),
    basis: row.required('basis'),
    kind: row.required('kind'),
    content: row.required('content'),
    fine: row.amount('fine'),
    confiscated: row.amount('confiscated'),
    licenceAction: row.optional('licenceAction'),
    decidedOn: decidedOn ?? '',
    validUntil: notBefore(row, 'validUntil', decidedOn),
    publishedUntil: notBefore(row, 'publishedUntil', decidedOn),
    organ: row.required('organ'),
    organCode: row.code('organCode')?.code ?? null,
    source: row.optional('source'),
    sourceCode: row.code('sourceCode')?.code ?? null,
    remark: row.optional('remark'),
  }
  const legalRepresentativeCode =
    personCode(row, 'legalRepresentativeCode', 'legalRepresentativeCodeKind')?.code ?? null
  const subject = {
    code: values.subjectCode,
    name: values.subjectName,
    kind: party === null ? 'OTHER' : subjectKind(party),
    legalRepresentative: values.legalRepresentative ?? null,
    legalRepresentativeCode,
  }
  return { documentNumber, values, subject, hashed: [values, legalRepresentativeCode] }
}

function readParty(row: Row): Party | null {
  if (row.optional('organisationCode') !== null) return row.code('organisationCode')
  if (row.optional('personCode') === null) {
    row.problems.push('统一社会信用代码与证件号码均为空')
    return null
  }
  const person = personCode(row, 'personCode', 'personCodeKind')
  if (person === null && row.problems.length === 0) row.reject('personCodeKind', '不是居民身份证，暂不能导入')
  return person
}

function notBefore(row: Row, field: string, from: string | null): string | null {
  const day = row.day(field)
  if (day !== null && from !== null && day < from) row.reject(field, '早于处罚决定日期')
  return day
}
