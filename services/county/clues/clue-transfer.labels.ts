import type { ClueEvent, ClueNote, ClueState } from './clue-transfer.machine.ts'

/** 线索移送状态. */
export const clueStateLabels: Record<ClueState, string> = {
  DRAFT: '拟稿',
  NOTIFIED: '已事先通报',
  SENT: '已移送',
  RECEIVED: '已签收',
  ACCEPTED: '已接受',
  OBJECTED: '有管辖异议',
  VERIFYING: '核查中',
  TESTING: '检测检验鉴定中',
  FILED: '已立案',
  NOT_FILED: '不予立案',
  FEEDBACK: '已反馈',
  WITHDRAWN: '已撤回',
  RETURNED: '已退回移送方',
}

/** 移送 and 通报, which have root fields of their own. */
const sendingLabels = {
  GIVE_NOTICE: '事先通报',
  SEND: '移送 (程序规定第十四条、第十七条)',
  SEND_AFTER_NOTICE: '通报后移送 (程序规定第十四条、第十七条)',
}

/** 办理事项, with the article where there is one. */
export const clueStepLabels = {
  WITHDRAW: '撤回通报',
  RECEIVE: '签收并清点移交清单',
  ACCEPT: '接受移送',
  OBJECT: '提出管辖异议 (程序规定第十四条)',
  VERIFY: '开展核查 (程序规定第十八条)',
  EXTEND: '延长核查期限 (程序规定第十八条)',
  BEGIN_TESTING: '送检测、检验、检疫、鉴定或辨认 (程序规定第十八条)',
  END_TESTING: '检测、检验、检疫、鉴定或辨认完成 (程序规定第十八条)',
  FILE: '立案 (程序规定第十九条)',
  DECLINE_FILING: '不予立案 (程序规定第二十条)',
  GIVE_FEEDBACK: '反馈',
  RELEASE: '同意撤回',
}

/** 备注, which changes no state. */
export const clueNoteLabels: Record<ClueNote, string> = {
  ACKNOWLEDGE_NOTICE: '确认收到通报',
  REMIND: '催办',
  COMMENT: '说明',
  FURTHER_MATERIAL: '补充材料',
  ASK_WITHDRAWAL: '请求撤回',
}

/** Every event of a clue transfer. */
export const clueEventLabels: Record<ClueEvent | ClueNote, string> = {
  ...sendingLabels,
  ...clueStepLabels,
  RETURN: '按管辖争议结果退回 (程序规定第十四条)',
  ...clueNoteLabels,
}

/** What the side whose turn it is must do, in Chinese and in English. */
export const clueDuties: Record<ClueState, { zh: string; en: string } | null> = {
  DRAFT: { zh: '移送或者事先通报', en: 'send the clue, or give notice of it first' },
  NOTIFIED: { zh: '移送线索或者撤回通报', en: 'send the clue, or withdraw the notice' },
  SENT: { zh: '签收并清点移交清单', en: 'receive it and check the handover list' },
  RECEIVED: { zh: '接受移送或者提出管辖异议', en: 'accept the clue, or object to the jurisdiction' },
  ACCEPTED: { zh: '开展核查', en: 'begin to verify' },
  OBJECTED: {
    zh: '在管辖争议中协商或者报请共同的上一级机关指定管辖，不得再自行移送',
    en: 'settle the dispute about jurisdiction, or ask the common superior there; never pass it on',
  },
  VERIFYING: { zh: '核查并决定是否立案', en: 'verify, and decide whether to file a case' },
  TESTING: { zh: '取得检测检验鉴定结果', en: 'obtain the result of the test' },
  FILED: { zh: '向移送方反馈', en: 'give feedback to the sender' },
  NOT_FILED: { zh: '向移送方反馈', en: 'give feedback to the sender' },
  FEEDBACK: null,
  WITHDRAWN: null,
  RETURNED: null,
}

/** 话题标签 (二.3a): what is new about the trade, and what touches the people's daily life. */
export const clueTopicLabels = {
  NEW_TECHNOLOGY: '新技术',
  NEW_INDUSTRY: '新产业',
  NEW_FORMAT: '新业态',
  NEW_MODEL: '新模式',
  LIVELIHOOD: '民生领域',
}
/** A topic of a clue. */
export type ClueTopic = keyof typeof clueTopicLabels

/** 重点标记 (二.3a): why a clue goes before others. */
export const cluePriorityLabels = {
  PUBLIC_CONCERN: '社会关注',
  MEDIA_FOCUS: '媒体聚焦',
  STRONG_COMPLAINTS: '群众反映强烈',
  SOCIAL_STABILITY: '影响稳定',
}
/** A reason for which a clue goes before others. */
export type CluePriority = keyof typeof cluePriorityLabels

/** 移交内容: what a line of the handover list is about. */
export const handoverKindLabels = { GOODS: '涉案物品', PAPERS: '相关材料' }
/** A kind of handover item. */
export type HandoverKind = keyof typeof handoverKindLabels

/** Time that does not count towards verification, 程序规定 art. 18. */
export const testingKindLabels = {
  TEST: '检测',
  INSPECTION: '检验',
  QUARANTINE: '检疫',
  APPRAISAL: '鉴定',
  RECOGNITION: '权利人辨认或者鉴别',
}
/** A kind of test. */
export type TestingKind = keyof typeof testingKindLabels
