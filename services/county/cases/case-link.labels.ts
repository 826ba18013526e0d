import type { CaseLinkState } from './case-link.machine.ts'

/** 案件关联类型, read from the proposer's case to the other. */
export const caseLinkKindLabels = {
  SAME_PARTY: '同一当事人',
  RELATED_PARTY: '关联主体',
  SAME_ACT: '同一违法行为',
  UPSTREAM_DOWNSTREAM: '上下游',
  CLUE_SOURCE: '线索来源',
  TRANSFER: '移送',
  ASSISTANCE: '协查',
  ENTRUSTED_EVIDENCE: '委托取证',
  JOINT_INVESTIGATION: '联合办案',
  MERGED_OR_SPLIT: '并案/分案',
  PRECEDENT_CASE: '先决案件',
  CRIMINAL_REFERRAL: '行刑衔接',
}
/** A kind of case link. */
export type CaseLinkKind = keyof typeof caseLinkKindLabels

/** Legal basis of those kinds that have one, for descriptions. */
export const caseLinkKindNotes: Partial<Record<CaseLinkKind, string>> = {
  SAME_ACT: '处罚法第二十九条: no second fine for one act',
  TRANSFER: '程序规定第十四条、第十七条',
  ASSISTANCE: '程序规定第四十五条',
  PRECEDENT_CASE: '程序规定第四十六条: one waits for the other',
  CRIMINAL_REFERRAL: '行政执法机关移送涉嫌犯罪案件的规定',
}

/** 关联状态. */
export const caseLinkStateLabels: Record<CaseLinkState, string> = {
  PROPOSED: '已提出',
  CONFIRMED: '已确认',
  DECLINED: '已拒绝',
  WITHDRAWN: '已撤回',
}

/** 关联方向. */
export const caseLinkDirectionLabels = {
  OUTBOUND: '本县提出',
  INBOUND: '对方县提出',
}
/** Who proposed a link. */
export type CaseLinkDirection = keyof typeof caseLinkDirectionLabels
