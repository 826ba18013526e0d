import { createSecretBox } from '../../county/webhooks/secret-box.ts'
import { WebhookRepository } from '../../county/webhooks/webhook.repository.ts'
import { newWebhookSecret } from '../../county/webhooks/webhook-signature.ts'
import { webhookSecretsUse } from '../../county/webhooks/webhooks.ts'
import type { DemoDesk } from './demo-desk.ts'
import { demoMatterRecords } from './demo-matters.ts'

/**
 * Registers an endpoint of 息县's bureau at a host that nobody has (RFC 2606), disabled, so that nothing is sent until
 * somebody tries it.
 */
export async function enterWebhook(desk: DemoDesk, pepper: string): Promise<void> {
  const { county, db, clock } = desk
  const id = demoMatterRecords.webhook
  if (!id.startsWith(county)) return
  const repository = new WebhookRepository()
  const { agency } = desk.context().viewer
  const now = clock.now()
  const secret = createSecretBox(pepper, webhookSecretsUse).seal(newWebhookSecret(), id)
  await db.transaction(async (tx) => {
    await repository.lockAgency(tx, agency)
    if ((await repository.ofAgency(tx, agency)).length > 0) return
    const url = 'https://oa.example.com/liandong/demo'
    await repository.add(tx, { id, agency, url, note: '办公系统（演示）', secret, createdAt: now, nextAttemptAt: now })
    await repository.change(tx, id, { disabledAt: now })
  })
}
