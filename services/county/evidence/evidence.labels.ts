import type { EvidenceAmendment, EvidenceRemark, EvidenceState, EvidenceStep } from './evidence.machine.ts'

/** 证据互认状态. */
export const evidenceStateLabels: Record<EvidenceState, string> = {
  SHARED: '待审查认定',
  VERIFY_ONSITE: '实地核查中',
  RECOGNISED: '已互认',
  VERIFIED: '核查后互认',
  REJECTED: '不予互认',
  CORRECTED: '已更正，待重新审查',
  WITHDRAWN: '已撤回',
}

/** What the recipient does, in Chinese. */
export const evidenceStepLabels: Record<EvidenceStep, string> = {
  RECOGNISE: '予以互认 (行政处罚法第四十六条)',
  VERIFY_ONSITE: '决定实地核查',
  VERIFY: '核查属实，予以互认',
  REJECT: '不予互认',
  CITE: '援用',
  REVIEW: '复核引用',
}

/** What the home county does, in Chinese. */
export const evidenceAmendmentLabels: Record<EvidenceAmendment, string> = { CORRECT: '更正', WITHDRAW: '撤回' }

/** 备注, which changes nothing. */
export const evidenceRemarkLabels: Record<EvidenceRemark, string> = {
  REMIND: '催办',
  COMMENT: '说明',
  FURTHER_MATERIAL: '补充材料',
}

/** Every event of a shared piece of evidence. */
export const evidenceEventLabels: Readonly<Record<string, string>> = {
  SHARE: '提供证据 (程序规定第二十三条)',
  ...evidenceStepLabels,
  ...evidenceAmendmentLabels,
  ...evidenceRemarkLabels,
}

/** 证据种类, 《行政处罚法》第四十六条 = 程序规定第二十三条. */
export const evidenceKindLabels = {
  DOCUMENTARY: '书证',
  PHYSICAL: '物证',
  AUDIOVISUAL: '视听资料',
  ELECTRONIC: '电子数据',
  WITNESS: '证人证言',
  PARTY_STATEMENT: '当事人的陈述',
  EXPERT_OPINION: '鉴定意见',
  RECORD: '勘验笔录、现场笔录',
}
/** A kind of evidence. */
export type EvidenceKind = keyof typeof evidenceKindLabels

/** 材料类型: the three that 息双办〔2022〕6号 二.4 names, and others of the 56 forms of 国市监法发〔2021〕42号. */
export const evidenceDocumentLabels = {
  SITE_RECORD: '现场检查笔录',
  INTERVIEW_RECORD: '询问笔录',
  TEST_REPORT: '检验检测报告',
  APPRAISAL: '鉴定意见书',
  SAMPLING_RECORD: '抽样记录',
  EXTRACTION_SHEET: '证据提取单',
  ELECTRONIC_RECORD: '电子数据证据提取笔录',
  GOODS: '涉案物品',
  OTHER: '其他材料',
}
/** What the material is. */
export type EvidenceDocument = keyof typeof evidenceDocumentLabels

/** 合法性审查: each item with the article that asks for it. */
export const legalityLabels = {
  LAWFUL_MEANS: '未以非法手段取得 (行政处罚法第四十六条)',
  TWO_OFFICERS: '由两名以上执法人员收集 (行政处罚法第四十二条、程序规定第二十二条)',
  CERTIFICATES_SHOWN: '出示执法证件 (行政处罚法第五十五条、程序规定第二十二条)',
  SIGNED: '当事人或者提供人签名、盖章确认，或者注明拒签等情况 (程序规定第二十四条、第二十八条、第二十九条、第四十三条)',
  ORIGINAL: '原件、原物、原始载体，或者注明来源、制作方法、核对无误的复制件 (程序规定第二十四条至第二十六条)',
  RECORDED: '按规定拍照、录音、录像记录现场情况 (程序规定第四十四条)',
  CUSTODY: '保管、封存、交接记录完整 (程序规定第三十一条、第三十四条、第四十一条)',
  QUALIFIED_BODY: '检测、检验、检疫、鉴定机构具有法定资质或者具备条件 (程序规定第三十二条)',
}
/** An item of the legality checklist. */
export type LegalityItem = keyof typeof legalityLabels

/** 审查结论. */
export const legalityAnswerLabels = { YES: '是', NO: '否', NOT_APPLICABLE: '不适用' }
/** The answer to an item of the checklist. */
export type LegalityAnswer = keyof typeof legalityAnswerLabels

/** 不予互认的理由. */
export const rejectionGroundLabels = {
  UNLAWFUL_MEANS: '以非法手段取得',
  PROCEDURE: '收集程序不符合规定',
  FORM: '形式要件不完备',
  UNQUALIFIED: '收集人员或者检测鉴定机构不具备资格',
  CUSTODY: '保管交接不清',
  NOT_GENUINE: '真实性不能确认',
  NOT_CONFIRMED: '实地核查不能证实',
  IRRELEVANT: '与案件事实无关联',
}
/** Why a piece is rejected. */
export type RejectionGround = keyof typeof rejectionGroundLabels

/** 复核结论: what becomes of a case's citation. */
export const citationOutcomeLabels = { KEPT: '保留引用', DROPPED: '不再引用', REPLACED: '以其他证据替代' }
/** What becomes of a case's citation. */
export type CitationOutcome = keyof typeof citationOutcomeLabels

/** What the recipient must do, in Chinese and in English; null where it must do nothing. */
export const evidenceDuties: Record<EvidenceState, { zh: string; en: string } | null> = {
  SHARED: {
    zh: '审查证据，决定予以互认、实地核查或者不予互认',
    en: 'examine the evidence: recognise it, verify it on site, or reject it',
  },
  VERIFY_ONSITE: { zh: '实地核查并作出结论', en: 'verify it on site, and conclude' },
  CORRECTED: {
    zh: '对更正后的证据重新审查，并复核引用的案件',
    en: 'examine the corrected version, and review the cases that cite it',
  },
  RECOGNISED: null,
  VERIFIED: null,
  REJECTED: null,
  WITHDRAWN: null,
}
/** What must be done while cases cite what was corrected or withdrawn. */
export const reviewDuty = {
  zh: '证据已更正或者撤回，逐案复核引用',
  en: 'the evidence was corrected or withdrawn: review each case that cites it',
}
