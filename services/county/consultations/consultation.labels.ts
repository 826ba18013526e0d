import type { BothLanguages } from '../matters/matter-view.ts'
import type { ConsultationEvent, ConsultationNote, ConsultationState } from './consultation.machine.ts'

/** 会商状态. */
export const consultationStateLabels: Record<ConsultationState, string> = {
  COLLECTING: '征集裁量标准',
  PROPOSED: '征求共同意见',
  CONCLUDED: '达成共同意见',
  CLOSED: '未达成一致，已结束',
}

/** What can be done in a consultation that there is: by the chair, or by any county. */
export const consultationActionLabels: Record<ConsultationEvent | ConsultationNote, string> = {
  HAND_OVER: '移交主持: the chair only',
  PROPOSE: '提出共同意见: the chair only, when all standards are there or were waited for in vain',
  CONCLUDE: '确认达成共同意见: the chair only, when all have agreed or were waited for in vain',
  CLOSE: '未达成一致，结束会商: the chair only',
  ENTER_STANDARD: '填报裁量标准: any county, its own',
  AGREE: '同意共同意见: any county but the proposing one',
  OBJECT: '对共同意见提出异议: any county but the proposing one',
  COMMENT: '说明: any county',
  REMIND: '催办: any county',
}

/** Every event's Chinese term. */
export const consultationEventLabels: Record<string, string> = {
  OPEN: '发起会商 (息双办〔2022〕6号 二.4)',
  ...Object.fromEntries(
    Object.entries(consultationActionLabels).map(([event, label]) => [event, label.split(': ')[0]]),
  ),
}

/** 裁量阶次, the lighter first (《行政处罚法》 art. 32 to 34). */
export const discretionTierLabels = {
  NONE: '不予处罚',
  MITIGATED: '减轻处罚',
  LENIENT: '从轻处罚',
  ORDINARY: '一般处罚',
  SEVERE: '从重处罚',
}
/** A tier of a discretion standard. */
export type DiscretionTier = keyof typeof discretionTierLabels

/** 罚款幅度的计算基数: what a range of fines is measured in. */
export const fineBasisLabels = {
  AMOUNT: '金额 (元)',
  GOODS_VALUE: '货值金额的倍数',
  ILLEGAL_INCOME: '违法所得的倍数',
  ADVERTISING_FEE: '广告费用的倍数',
  TURNOVER: '销售额的倍数',
}
/** What a range of fines is measured in. */
export type FineBasis = keyof typeof fineBasisLabels

/** 标准差异: what differs between the counties' standards in one tier. Criteria are prose and are not compared. */
export const standardDifferenceLabels = {
  MISSING: '有县未规定该阶次',
  DIFFERENT_LAW: '适用法律不同',
  DIFFERENT_ARTICLE: '适用条款不同',
  DIFFERENT_BASIS: '罚款计算基数不同',
  RANGES_APART: '罚款幅度不重叠',
  RANGES_DIFFER: '罚款幅度不同但有重叠',
  DIFFERENT_MEASURES: '其他处罚措施不同',
}
/** A difference between standards. */
export type StandardDifference = keyof typeof standardDifferenceLabels

/** Whether a county has entered its standard, in both languages. */
export const standardEnteredLabels = {
  entered: { zh: '已填报', en: 'entered' },
  notEntered: { zh: '未填报', en: 'not entered' },
} satisfies Record<string, BothLanguages>

/** What is to be done, in both languages. */
export const consultationDuties = {
  enter: { zh: '填报本县裁量标准', en: 'enter the own county’s standard of discretion' },
  answer: { zh: '答复共同意见：同意或者提出异议', en: 'answer the proposed common view: agree or object' },
  propose: {
    zh: '提出共同意见，或者移交主持、结束会商',
    en: 'propose a common view, hand the chair over, or close the consultation',
  },
  settle: {
    zh: '确认达成共同意见，或者修改共同意见、结束会商',
    en: 'conclude the common view when all have agreed, propose another one, or close the consultation',
  },
} satisfies Record<string, BothLanguages>
