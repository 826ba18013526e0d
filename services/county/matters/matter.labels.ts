import type { DayUnit } from '../../platform/calendar/working-days.ts'
import type { DeadlineState } from './deadline.ts'
import type { HistoryLine } from './history.ts'
import type { InboxState } from './inbox-state.ts'

/** 期限单位. */
export const dayUnitLabels: Record<DayUnit, string> = { WORKING_DAYS: '工作日', CALENDAR_DAYS: '自然日' }

/** 期限状态. */
export const deadlineStateLabels: Record<DeadlineState, string> = {
  RUNNING: '期限内',
  DUE_SOON: '即将届满',
  OVERDUE: '已逾期',
  MET: '已办结',
  PAUSED: '中止计算',
  NOT_YET_COMPUTABLE: '尚不能计算',
}

/** 记录状态. */
export const historyStatusLabels: Record<HistoryLine['status'], string> = {
  APPLIED: '已生效',
  WAITING: '等待前序文书',
  REFUSED: '被拒绝',
  FORK: '与此前签名的记录相抵触',
  REMINDER: '期限提示',
}

/** 收件箱分类. */
export const inboxStateLabels: Record<InboxState, string> = {
  WAITING: '待本县办理',
  WAITING_FOR_OTHERS: '待对方办理',
  DUE_SOON: '即将届满',
  OVERDUE: '已逾期',
  REFUSED: '被拒绝或冻结',
  ENDED: '已办结',
}

/** 签收状态. */
export const receiptStateLabels: Record<HistoryLine['receipts'][number]['state'], string> = {
  PENDING: '待签收',
  ACCEPTED: '已签收',
  REFUSED: '已拒绝',
}
