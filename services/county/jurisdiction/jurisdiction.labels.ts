import type { DisputeNote, DisputeState } from './jurisdiction.machine.ts'

/** 管辖争议状态. */
export const disputeStateLabels: Record<DisputeState, string> = {
  RAISED: '已提出',
  CONSULTING: '协商中',
  AGREED: '协商一致',
  ESCALATED: '已报请指定管辖',
  EXAMINING: '上级机关已受理',
  DESIGNATED: '已指定管辖',
  HANDED_OVER: '已移送案件和材料',
  SETTLED: '已办结',
  ENDED: '已终止协商',
}

/** Steps that an officer takes once a dispute is raised. */
export const disputeStepLabels = {
  PROPOSE: '提出管辖意见',
  AGREE: '同意，协商一致',
  ESCALATE: '报请共同的上一级机关指定管辖 (处罚法第二十五条)',
  END_CONSULTATION: '终止协商',
  RECEIVE: '受理指定管辖申请',
  DESIGNATE: '指定管辖: 指定管辖通知书 (程序规定第十六条)',
  RECORD_DESIGNATION: '登记纸质指定管辖通知书',
}
/** A step that `advanceDispute` takes. */
export type DisputeStepEvent = keyof typeof disputeStepLabels

/** 备注种类. */
export const disputeNoteLabels: Record<DisputeNote, string> = {
  STATE_CLAIM: '说明本县立案情况',
  REMIND: '催办',
  COMMENT: '说明',
  FURTHER_MATERIAL: '补充材料',
  CONFIRM_DESIGNATION: '确认登记的指定管辖通知书',
  CONTEST_DESIGNATION: '对登记的指定管辖通知书有异议',
}

/** All events of a dispute, as histories show them. */
export const disputeEventLabels = {
  RAISE: '提出管辖争议',
  RAISE_DIRECTLY: '直接报请指定管辖',
  ...disputeStepLabels,
  HAND_OVER: '移送案件和材料',
  TAKE_OVER: '接收案件和材料',
  ...disputeNoteLabels,
}

/** What the side whose turn it is must do, in Chinese and in English. */
export const disputeDuties: Record<DisputeState, { zh: string; en: string } | null> = {
  RAISED: {
    zh: '说明本县立案情况并协商，协商不成的报请共同的上一级机关指定管辖',
    en: 'state when the own case was filed and consult, or ask the common superior',
  },
  CONSULTING: {
    zh: '答复对方的管辖意见，协商不成的报请共同的上一级机关指定管辖',
    en: 'answer the proposal, or ask the common superior',
  },
  AGREED: { zh: '移送或者接收案件和材料', en: 'hand over, or take over, the case and its material' },
  ESCALATED: { zh: '受理并指定管辖，或者登记上级机关的通知书', en: 'designate, or record the superior’s notice' },
  EXAMINING: { zh: '指定管辖', en: 'designate the county that has jurisdiction' },
  DESIGNATED: { zh: '移送或者接收案件和材料', en: 'hand over, or take over, the case and its material' },
  HANDED_OVER: { zh: '清点并接收案件和材料', en: 'check and take over the case and its material' },
  SETTLED: null,
  ENDED: null,
}
