import type { WebhookStanding } from './webhook-schedule.ts'

/** 推送状态. */
export const webhookStandingLabels: Record<WebhookStanding, string> = {
  WORKING: '正常',
  RETRYING: '重试中',
  FAILING: '持续失败',
  DISABLED: '已停用',
}
