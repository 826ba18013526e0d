import type { Database } from '../../platform/database.ts'
import { type DeadlineFacts } from '../matters/deadline.ts'
import { verificationExtension, verificationLimit } from '../matters/limits.ts'
import type { BothLanguages, MatterView } from '../matters/matter-view.ts'
import { describeClue } from './clue-transfer.describe.ts'
import type { ClueMessage } from './clue-transfer.document.ts'
import { ClueTransferKind } from './clue-transfer.kind.ts'
import { clueEventLabels } from './clue-transfer.labels.ts'
import { type ClueRow, type ClueTestRow, ClueTransferRepository } from './clue-transfer.repository.ts'

/** What people are shown of clue transfers. */
export class ClueTransferView implements MatterView {
  readonly kind: ClueTransferKind
  readonly label = '线索移送'
  readonly #clues = new ClueTransferRepository()

  constructor(kind: ClueTransferKind) {
    this.kind = kind
  }

  /** The Chinese term of an event. */
  eventLabel(event: string): string {
    return (clueEventLabels as Readonly<Record<string, string>>)[event] ?? event
  }

  /** What an envelope says. */
  describe(_event: string, body: unknown): BothLanguages {
    return describeClue(body as ClueMessage)
  }

  /** The limits of verification that run. */
  async deadlines(db: Database, ids: readonly string[]): Promise<Map<string, DeadlineFacts>> {
    const [rows, tests] = await Promise.all([this.#clues.byIds(db, ids), this.#clues.tests(db, ids)])
    const all = new Map<string, DeadlineFacts>()
    for (const row of rows.values()) {
      const facts = clueDeadline(row, tests.get(row.id) ?? [])
      if (facts) all.set(row.id, facts)
    }
    return all
  }

  /** Where each clue stands. */
  async states(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
    return new Map([...(await this.#clues.byIds(db, ids)).values()].map(({ id, state }) => [id, state]))
  }
}

/**
 * What the limit of verification is computed from (程序规定 art. 18): it runs from the receipt of the transfer to the
 * decision whether to file. The time of tests does not count, nor does that of an objection, while it is open who has
 * jurisdiction. Undefined before the receipt and once the clue went back.
 */
export function clueDeadline(row: ClueRow, tests: readonly ClueTestRow[]): DeadlineFacts | undefined {
  const { receivedAt, objectedAt, extendedAt, decidedAt } = row
  if (receivedAt === null || row.state === 'WITHDRAWN' || row.state === 'RETURNED') return undefined
  const objection =
    objectedAt === null ? [] : [{ from: objectedAt, until: row.state === 'OBJECTED' ? null : row.acceptedAt }]
  return {
    limit: verificationLimit,
    from: receivedAt,
    ...(extendedAt && { extension: { limit: verificationExtension, at: extendedAt } }),
    pauses: [...objection, ...tests.map(({ begunAt, endedAt }) => ({ from: begunAt, until: endedAt }))],
    metAt: decidedAt,
  }
}
