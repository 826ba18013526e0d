import type { AssistanceEvent, AssistanceNote, AssistanceState } from './assistance-request.machine.ts'

/** 协助调查状态. */
export const assistanceStateLabels: Record<AssistanceState, string> = {
  DRAFT: '拟稿',
  ISSUED: '已发函',
  RECEIVED: '已签收',
  IN_PROGRESS: '协查中',
  EXTENDED: '已延期',
  REPLIED: '已回复',
  CLOSED: '已办结',
  DECLINED: '不予协助',
  WITHDRAWN: '已撤回',
}

/** 办理事项 after the letter, with the article where there is one. */
export const assistanceStepLabels = {
  RECEIVE: '签收协助调查函',
  BEGIN: '开展协查',
  DECLINE: '不予协助 (行政处罚法第二十六条、程序规定第四十五条)',
  EXTEND: '告知延期 (程序规定第四十五条)',
  ANSWER_PART: '协查单位完成协办任务',
  REPLY: '函复协查结果 (程序规定第四十五条)',
  ASK_SUPPLEMENT: '要求补充协查',
  CLOSE: '接收反馈并办结',
  RELEASE: '同意撤回',
}

/** 备注, which changes no state. */
export const assistanceNoteLabels: Record<AssistanceNote, string> = {
  REMIND: '催办',
  COMMENT: '说明',
  FURTHER_MATERIAL: '补充材料',
  ASK_WITHDRAWAL: '请求撤回',
}

/** Every event of an assistance request. */
export const assistanceEventLabels: Record<AssistanceEvent | AssistanceNote, string> = {
  ISSUE: '发出协助调查函 (程序规定第四十五条)',
  ...assistanceStepLabels,
  ...assistanceNoteLabels,
}

/** What the side whose turn it is must do, in Chinese and in English. */
export const assistanceDuties: Record<AssistanceState, { zh: string; en: string } | null> = {
  DRAFT: { zh: '发出协助调查函', en: 'issue the letter' },
  ISSUED: { zh: '签收协助调查函', en: 'sign for the letter' },
  RECEIVED: { zh: '开展协查，或者说明理由不予协助', en: 'begin to assist, or decline with the reason' },
  IN_PROGRESS: { zh: '完成各项协办任务并函复', en: 'answer every part, then reply' },
  EXTENDED: { zh: '在延期后的期限内完成各项协办任务并函复', en: 'answer every part and reply by the new day' },
  REPLIED: { zh: '接收反馈并办结，或者要求补充协查', en: 'take over the reply and close, or ask for a supplement' },
  CLOSED: null,
  DECLINED: null,
  WITHDRAWN: null,
}

/**
 * 不予协助的情形. Only the first stands in the law: who is asked assists in what is within its powers (《行政处罚法》 art. 26,
 * 《程序规定》 art. 45). The others are the general practice of administrative assistance, and say so.
 */
export const declineGroundLabels = {
  OUTSIDE_POWERS: '协助事项不属于本机关职权范围',
  OUTSIDE_AREA: '协查对象、协查地点不在本行政区域',
  FORBIDDEN_BY_LAW: '法律、法规规定不得提供',
  LETTER_UNCLEAR: '协助调查函要素不全或者协查事项不明，无法办理',
}
/** A ground on which assistance is declined. */
export type DeclineGround = keyof typeof declineGroundLabels

const practice = '行政协助通行做法，程序规定未作列举'
/** Where each ground comes from. */
export const declineGroundBases: Record<DeclineGround, string> = {
  OUTSIDE_POWERS: '《中华人民共和国行政处罚法》第二十六条、《市场监督管理行政处罚程序规定》第四十五条第二款',
  OUTSIDE_AREA: practice,
  FORBIDDEN_BY_LAW: practice,
  LETTER_UNCLEAR: practice,
}

/** 协办任务完成情况 of a part. */
export const partOutcomeLabels = { DONE: '已完成', UNABLE: '无法完成' }
/** How a part was answered. */
export type PartOutcome = keyof typeof partOutcomeLabels
