import type { TypicalEvent, TypicalState } from './typical-case.machine.ts'

/** 典型案例状态. */
export const typicalStateLabels: Record<TypicalState, string> = {
  NOMINATED: '已推荐',
  REDACTED: '已作隐名处理',
  APPROVED: '已审定',
  PUBLISHED: '已发布',
  REJECTED: '未采用',
  WITHDRAWN: '已撤回',
}

/** 办理事项. */
export const typicalEventLabels: Record<TypicalEvent, string> = {
  REDACT: '隐名处理',
  RETURN: '退回',
  APPROVE: '审定',
  REJECT: '不予采用',
  PUBLISH: '发布',
  WITHDRAW: '撤回',
}

/** Why a case is typical (协议 二.5b). */
export const typicalReasons = ['SOCIAL_ATTENTION', 'WARNING_AND_EDUCATION'] as const
/** A reason of {@link typicalReasons}. */
export type TypicalReason = (typeof typicalReasons)[number]

/** 推荐理由. */
export const typicalReasonLabels: Record<TypicalReason, string> = {
  SOCIAL_ATTENTION: '社会关注度高',
  WARNING_AND_EDUCATION: '具有警示教育意义',
}

/** Where a planned day stands. */
export const publicationDayStates = ['PLANNED', 'DUE', 'OVERDUE', 'DONE', 'MISSED'] as const
/** A standing of {@link publicationDayStates}. */
export type PublicationDayState = (typeof publicationDayStates)[number]

/** 发布日状态. */
export const publicationDayLabels: Record<PublicationDayState, string> = {
  PLANNED: '未到期',
  DUE: '今日应发布',
  OVERDUE: '逾期未发布',
  DONE: '已发布',
  MISSED: '无案例发布',
}
