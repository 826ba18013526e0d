import { registerEnumType } from 'type-graphql'
import type { ListingCategory, Measure, RecordKind } from '../../platform/directory/snapshot.ts'
import type { PurposeKind } from '../../platform/viewer.ts'

/** 共享数据类别: kinds of record that agreements speak of. */
export const recordLabels: Readonly<Record<RecordKind, string>> = {
  CREDIT_STANDING: '信用状况核查',
  CREDIT_LISTING: '严重违法失信名单记录',
  PENALTY: '行政处罚记录',
  ENFORCEMENT_CASE: '行政执法案件',
}

/** 使用目的: purposes that agreements speak of. */
export const purposeLabels: Readonly<Record<PurposeKind, string>> = {
  APPROVAL: '行政审批',
  CASE: '案件办理',
  ANALYSIS: '分析研判',
}

/** 措施效力. */
export const effectLabels: Readonly<Record<Measure['effect'], string>> = {
  BAR: '限制或者禁止',
  IMPORTANT_CONSIDERATION: '重要考量因素',
  NO_COMMITMENT_PROCEDURE: '不适用告知承诺制',
}

/** 适用方式: whether a measure follows by itself or only where the decision names it. */
export const applicationLabels: Readonly<Record<Measure['application'], string>> = {
  AUTOMATIC: '当然适用',
  IMPOSED: '决定适用',
}

/** 惩戒对象. */
export const targetLabels: Readonly<Record<Measure['appliesTo'], string>> = {
  LISTED_SUBJECT: '列入名单的当事人',
  LEGAL_REPRESENTATIVE: '列入名单企业的法定代表人、负责人',
}

const categoryLabels: Readonly<Record<ListingCategory, string>> = {
  FOOD_SAFETY: '食品安全领域 (第五条)',
  DRUG_DEVICE_COSMETICS: '药品、医疗器械、化妆品领域 (第六条)',
  PRODUCT_QUALITY_SPECIAL_EQUIPMENT: '质量安全、特种设备领域 (第七条)',
  CONSUMER_RIGHTS: '侵害消费者权益 (第八条)',
  FAIR_COMPETITION: '破坏公平竞争秩序和扰乱市场秩序 (第九条)',
  UNLICENSED_OR_FRAUDULENT_LICENCE: '无证经营、虚假取得许可登记、拒绝阻碍检查 (第十条)',
  REFUSAL_TO_PERFORM: '有履行能力但拒不履行 (第十一条)',
}

/** GraphQL enums of the directory; each value is its own name, its description the Chinese term. */
export const RecordKindEnum = register(
  'RecordKind',
  '共享数据类别: kinds of record that agreements speak of.',
  recordLabels,
)
export const PurposeKindEnum = register(
  'PurposeKind',
  '使用目的 (政务数据共享条例第二十条): purposes that agreements speak of.',
  purposeLabels,
)
export const MeasureEffectEnum = register(
  'MeasureEffect',
  '措施效力: what a measure does to an application.',
  effectLabels,
)
export const MeasureApplicationEnum = register(
  'MeasureApplication',
  '适用方式: whether a measure follows by itself or only where the decision names it.',
  applicationLabels,
)
export const MeasureTargetEnum = register(
  'MeasureTarget',
  '惩戒对象: whose application a measure affects.',
  targetLabels,
)
export const ListingCategoryEnum = register(
  'ListingCategory',
  '列入情形 (市场监督管理严重违法失信名单管理办法第五条至第十一条).',
  categoryLabels,
)

function register(name: string, description: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  const values = Object.keys(labels)
  const members = Object.fromEntries(values.map((value) => [value, value]))
  registerEnumType(members, {
    name,
    description,
    valuesConfig: Object.fromEntries(values.map((value) => [value, { description: labels[value] ?? value }])),
  })
  return members
}
