import type { CaseDecision, CaseEventKind, CaseStage } from './enforcement-case.machine.ts'

/** 案件阶段. */
export const caseStageLabels: Record<CaseStage, string> = {
  CLUE: '线索',
  VERIFICATION: '核查',
  NOT_FILED: '不予立案',
  FILED: '立案',
  INVESTIGATION: '调查',
  SUSPENDED: '中止调查',
  TERMINATED: '终止调查',
  INVESTIGATION_CONCLUDED: '调查终结',
  REVIEW: '审核',
  NOTIFIED: '告知',
  HEARING: '听证',
  DECIDED: '决定',
  SERVED: '送达',
  PUBLISHED: '公示',
  EXECUTION: '执行',
  CLOSED: '结案',
  ARCHIVED: '归档',
}

/** 办案事项. */
export const caseEventLabels: Record<CaseEventKind, string> = {
  VERIFY: '核查 (程序规定第十八条)',
  FILE: '立案 (第十九条)',
  DECLINE_FILING: '不予立案 (第二十条)',
  INVESTIGATE: '开展调查',
  SUSPEND: '中止调查 (第四十六条)',
  RESUME: '恢复调查 (第四十六条)',
  TERMINATE: '终止调查 (第四十七条)',
  CONCLUDE: '调查终结 (第四十八条)',
  REVIEW: '送交审核 (第四十九条)',
  RETURN: '退回补充调查 (第五十四条)',
  NOTIFY: '行政处罚告知 (第五十七条)',
  HOLD_HEARING: '举行听证',
  DECIDE_PENALTY: '决定行政处罚 (第六十条)',
  DECIDE_NO_PENALTY: '决定不予行政处罚 (第六十条)',
  TRANSFER_ADMINISTRATIVE: '移送其他行政管理部门 (第六十条)',
  TRANSFER_JUDICIAL: '移送司法机关 (第六十条)',
  SERVE: '送达 (第八十一条)',
  PUBLISH: '公示 (第六十三条)',
  EXECUTE: '执行 (第七十一条)',
  CLOSE: '结案 (第七十七条)',
  ARCHIVE: '归档 (第七十八条)',
}

/** 处理决定, 程序规定 art. 60. */
export const caseDecisionLabels: Record<CaseDecision, string> = {
  PENALTY: '行政处罚',
  NO_PENALTY: '不予行政处罚',
  TRANSFER_ADMINISTRATIVE: '移送其他行政管理部门',
  TRANSFER_JUDICIAL: '移送司法机关',
}

/** 监管领域, the ten of 息双办〔2022〕6号 二.7 and 等, which leaves the list open. */
export const supervisionFieldLabels = {
  FOOD_AND_DRUGS: '食品药品',
  PUBLIC_HEALTH: '公共卫生',
  NATURAL_RESOURCES: '自然资源',
  ECOLOGY_AND_ENVIRONMENT: '生态环境',
  WORK_SAFETY: '安全生产',
  LABOUR_SECURITY: '劳动保障',
  URBAN_MANAGEMENT: '城市管理',
  TRANSPORT: '交通运输',
  FINANCIAL_SERVICES: '金融服务',
  EDUCATION_AND_TRAINING: '教育培训',
  OTHER: '其他重点领域 (等)',
}
/** A field of supervision. */
export type SupervisionField = keyof typeof supervisionFieldLabels

/** 监管环节: the stages of both founding documents; 生产流通 of the second is two of the first. */
export const supervisionStageLabels = {
  MARKET_ENTRY: '准入',
  PRODUCTION: '生产',
  DISTRIBUTION: '流通',
  CONSUMPTION: '消费',
}
/** A stage of supervision. */
export type SupervisionStage = keyof typeof supervisionStageLabels

/** 线索来源, 程序规定 art. 18. */
export const clueSourceLabels = {
  INSPECTION: '监督检查',
  COMPLAINT: '投诉',
  REPORT: '举报',
  TRANSFER: '其他部门移送',
  ASSIGNMENT: '上级交办',
  OTHER: '其他途径',
}
/** Where a clue came from. */
export type ClueSource = keyof typeof clueSourceLabels

/** 公开范围 of a case. */
export const caseVisibilityLabels = {
  OWN: '仅本县: only this county sees it',
  AGREEMENT: '协议县: counties with an agreement see it from its filing on',
}
/** Who sees a case. */
export type CaseVisibility = keyof typeof caseVisibilityLabels
