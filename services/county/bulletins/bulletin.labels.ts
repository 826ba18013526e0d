import type { BothLanguages } from '../matters/matter-view.ts'
import type { BulletinEvent, BulletinNote, BulletinState, Owed } from './bulletin.machine.ts'

/** 通报状态. */
export const bulletinStateLabels: Record<BulletinState, string> = {
  SENT: '已通报',
  CLOSED: '已结束',
  WITHDRAWN: '已撤回',
}

/** 通报类型 (二.5a). */
export const bulletinTypeLabels = { CASE: '案情', HOT_ISSUE: '热点问题', NEW_ISSUE: '新问题' }
/** What a bulletin is about. */
export type BulletinType = keyof typeof bulletinTypeLabels

/** 通报方式 (二.5a 正式文件、电子邮件、网络通讯等多种方式): how the bulletin is or was given formally. */
export const bulletinChannelLabels = {
  OFFICIAL_DOCUMENT: '正式文件',
  EMAIL: '电子邮件',
  NETWORK: '网络通讯',
  THIS_SYSTEM: '本系统',
}
/** How a bulletin is given formally. */
export type BulletinChannel = keyof typeof bulletinChannelLabels

/** What can be done with a bulletin that there is. */
export const bulletinActionLabels: Record<BulletinEvent | BulletinNote, string> = {
  CORRECT: '更正: the sender only; it is to be read anew',
  CLOSE: '结束通报: the sender only',
  WITHDRAW: '撤回: the sender only; who has read it is to read that',
  READ: '阅知: a recipient’s agency, once for each wording',
  REPLY: '答复: a recipient’s agency; counts as read',
  FURTHER_INFORMATION: '补充情况: the sender only',
  COMMENT: '说明: any county',
}

/** Every event's Chinese term. */
export const bulletinEventLabels: Record<string, string> = {
  SEND: '通报 (息双办〔2022〕6号 二.5)',
  ...Object.fromEntries(Object.entries(bulletinActionLabels).map(([event, label]) => [event, label.split(': ')[0]])),
}

/** What a recipient that owes something must do. */
export const bulletinDuties: Record<Owed, BothLanguages> = {
  READ: { zh: '阅知通报', en: 'read the bulletin and say so' },
  REPLY: { zh: '答复通报', en: 'reply to the bulletin' },
}
