import type { Database } from '../../platform/database.ts'
import { marketRegulation } from '../../platform/directory/snapshot.ts'
import type { DeadlineFacts } from '../matters/deadline.ts'
import { consultationLimit, designationLimit } from '../matters/limits.ts'
import type { BothLanguages, MatterView } from '../matters/matter-view.ts'
import { describeDispute } from './jurisdiction.describe.ts'
import type { DisputeMessage } from './jurisdiction.document.ts'
import type { JurisdictionDisputeKind } from './jurisdiction.kind.ts'
import { disputeEventLabels } from './jurisdiction.labels.ts'
import { type DisputeRow, JurisdictionRepository } from './jurisdiction.repository.ts'

/** What people are shown of disputes about jurisdiction. */
export class JurisdictionDisputeView implements MatterView {
  readonly kind: JurisdictionDisputeKind
  readonly label = '管辖争议'
  readonly #disputes = new JurisdictionRepository()

  constructor(kind: JurisdictionDisputeKind) {
    this.kind = kind
  }

  /** The Chinese term of an event. */
  eventLabel(event: string): string {
    return (disputeEventLabels as Readonly<Record<string, string>>)[event] ?? event
  }

  /** What an envelope says. */
  describe(_event: string, body: unknown): BothLanguages {
    return describeDispute(body as DisputeMessage)
  }

  /** The limits of consultation and designation that run. */
  async deadlines(db: Database, ids: readonly string[]): Promise<Map<string, DeadlineFacts>> {
    const rows = await this.#disputes.byIds(db, ids)
    return new Map(
      [...rows.values()].flatMap((row) => {
        const facts = disputeDeadline(row)
        return facts ? [[row.id, facts] as const] : []
      }),
    )
  }

  /** Where each dispute stands. */
  async states(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
    return new Map([...(await this.#disputes.byIds(db, ids)).values()].map(({ id, state }) => [id, state]))
  }
}

/**
 * What a dispute's limit is computed from. Between departments of market regulation: seven working days to consult, from
 * the receipt of the dispute (程序规定 art. 13), then seven for the superior, from its receipt of the request (art. 16). For
 * other departments the law states none, so that none is shown; nor while nobody has signed when it was received.
 */
export function disputeDeadline(row: DisputeRow): DeadlineFacts | undefined {
  if (row.raiserSystem !== marketRegulation || row.respondentSystem !== marketRegulation) return undefined
  if (row.escalatedAt === null) {
    if (row.receivedAt === null) return undefined
    return { limit: consultationLimit, from: row.receivedAt, metAt: row.decidedAt ?? row.endedAt }
  }
  if (row.referredAt === null) return undefined
  return { limit: designationLimit, from: row.referredAt, metAt: row.decidedAt }
}
