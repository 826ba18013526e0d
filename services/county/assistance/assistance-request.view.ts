import type { Database } from '../../platform/database.ts'
import type { DeadlineFacts } from '../matters/deadline.ts'
import { assistanceLimit } from '../matters/limits.ts'
import type { BothLanguages, MatterView } from '../matters/matter-view.ts'
import { describeAssistance } from './assistance-request.describe.ts'
import type { AssistanceMessage } from './assistance-request.document.ts'
import { AssistanceRequestKind, assistanceLabel } from './assistance-request.kind.ts'
import { assistanceEventLabels } from './assistance-request.labels.ts'
import { AssistanceRequestRepository, type AssistanceRow, type ExtensionRow } from './assistance-request.repository.ts'

/** What people are shown of assistance requests. */
export class AssistanceRequestView implements MatterView {
  readonly kind: AssistanceRequestKind
  readonly label = assistanceLabel
  readonly #requests = new AssistanceRequestRepository()

  constructor(kind: AssistanceRequestKind) {
    this.kind = kind
  }

  /** The Chinese term of an event. */
  eventLabel(event: string): string {
    return (assistanceEventLabels as Readonly<Record<string, string>>)[event] ?? event
  }

  /** What an envelope says. */
  describe(_event: string, body: unknown): BothLanguages {
    return describeAssistance(body as AssistanceMessage)
  }

  /** The limits of assistance that run. */
  async deadlines(db: Database, ids: readonly string[]): Promise<Map<string, DeadlineFacts>> {
    const [rows, extensions] = await Promise.all([this.#requests.byIds(db, ids), this.#requests.extensions(db, ids)])
    const all = new Map<string, DeadlineFacts>()
    for (const row of rows.values()) {
      const facts = assistanceDeadline(row, extensions.get(row.id) ?? [])
      if (facts) all.set(row.id, facts)
    }
    return all
  }

  /** Where each letter stands. */
  async states(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
    return new Map([...(await this.#requests.byIds(db, ids)).values()].map(({ id, state }) => [id, state]))
  }
}

/**
 * What the limit of assistance is computed from (程序规定 art. 45): it runs from the receipt of the letter, or of the last
 * letter that asked for a supplement, to the reply or the refusal. Undefined before the receipt and for what went back.
 */
export function assistanceDeadline(
  row: Pick<AssistanceRow, 'state' | 'receivedAt' | 'repliedAt' | 'declinedAt'>,
  extensions: readonly Pick<ExtensionRow, 'until' | 'toldAt' | 'receivedAt'>[],
): DeadlineFacts | undefined {
  const { receivedAt, repliedAt, declinedAt } = row
  if (receivedAt === null || row.state === 'WITHDRAWN') return undefined
  return {
    limit: assistanceLimit,
    from: receivedAt,
    postponements: extensions.map((told) => ({ until: told.until, at: told.toldAt, receivedAt: told.receivedAt })),
    metAt: repliedAt ?? declinedAt,
  }
}
