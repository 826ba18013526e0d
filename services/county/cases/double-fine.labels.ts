/** What speaks against a fine, or a case of one's own, for this act (一事不二罚, 行政处罚法 art. 29; 管辖, art. 25). */
export const caseConflictLabels = {
  DISPUTE_OPEN: '管辖争议未办结',
  DISPUTE_DECIDED: '管辖争议已确定由对方县管辖',
  LINKED_CASE: '对方县关联案件，同一违法行为',
  CLUE_SENT: '线索已移送对方县',
  OWN_CASE: '本县另案已作出处罚决定',
  PENALTY: '本县已有罚款记录',
}
/** A kind of conflict. */
export type CaseConflictKind = keyof typeof caseConflictLabels
