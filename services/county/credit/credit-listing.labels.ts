import type { ListingCategory } from '../../platform/directory/snapshot.ts'
import type { ListingEvent, ListingState } from './credit-listing.machine.ts'

/** 列入情形, 严重违法失信名单管理办法 art. 5 to 11. */
export const categoryLabels: Record<ListingCategory, string> = {
  FOOD_SAFETY: '食品安全领域 (第五条)',
  DRUG_DEVICE_COSMETICS: '药品、医疗器械、化妆品领域 (第六条)',
  PRODUCT_QUALITY_SPECIAL_EQUIPMENT: '质量安全、特种设备领域 (第七条)',
  CONSUMER_RIGHTS: '侵害消费者权益 (第八条)',
  FAIR_COMPETITION: '破坏公平竞争秩序和扰乱市场秩序 (第九条)',
  UNLICENSED_OR_FRAUDULENT_LICENCE: '无证经营、虚假取得许可登记、拒绝阻碍检查 (第十条)',
  REFUSAL_TO_PERFORM: '有履行能力但拒不履行 (第十一条)',
}

/** 名单状态. */
export const listingStateLabels: Record<ListingState, string> = {
  PROPOSED: '拟列入',
  NOTIFIED: '已告知',
  PENDING_SUPERIOR_CONSENT: '报上级同意',
  NOT_LISTED: '不予列入',
  LISTED: '已列入',
  PUBLISHED: '已公示',
  REPAIR_APPLIED: '申请提前移出',
  REPAIR_ACCEPTED: '受理提前移出',
  REMOVED_EARLY: '提前移出',
  EXPIRED: '期满移出',
  REVOKED: '撤销列入',
  RESTORED: '恢复列入',
}

/** 名单事项. */
export const listingEventLabels: Record<ListingEvent, string> = {
  NOTIFY: '事先告知 (第十三条)',
  REQUEST_CONSENT: '报请上级同意 (第二十二条)',
  LIST: '作出列入决定 (第十三条); needs details.superiorConsent',
  DECLINE: '不予列入 (第十二条); needs details.reason',
  PUBLISH: '公示 (第十四条)',
  APPLY_REPAIR: '申请提前移出 (第十六条)',
  ACCEPT_REPAIR: '受理申请 (第十七条)',
  REJECT_REPAIR: '不予受理或不予移出 (第十七条); needs details.reason',
  REMOVE_EARLY: '提前移出 (第十六条至第十八条); needs the three conditions in details',
  EXPIRE: '期满移出 (第二十一条)',
  REVOKE: '撤销列入 (第十九条); needs details.document, the decision that annulled the penalty',
  RESTORE: '恢复列入 (第二十条); needs details.reason, the fraud',
}

/** 较重行政处罚, the gate of art. 2 and 12 for art. 5 to 10. */
export const heavyPenaltyLabels = {
  HEAVY_FINE: '依照行政处罚裁量基准从重处罚的罚款',
  QUALIFICATION_OR_LICENCE: '降低资质等级、吊销许可证件、营业执照',
  BUSINESS_RESTRICTION: '限制开展生产经营活动、责令停产停业、责令关闭、限制从业',
  OTHER: '法律、行政法规和部门规章规定的其他较重行政处罚',
}
/** A kind of heavy penalty. */
export type HeavyPenalty = keyof typeof heavyPenaltyLabels
