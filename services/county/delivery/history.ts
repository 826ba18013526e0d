import type { Database } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import type { HistoryEntry, Party, RefusalCode } from './contract.ts'
import type { DeliveryRepository } from './delivery.repository.ts'
import { storedPayload } from './envelope-jws.ts'

/** The histories of matters, each in the order that all parties come to, in two statements. */
export async function readHistories(
  repository: DeliveryRepository,
  db: Database,
  matters: readonly string[],
  county: Party,
): Promise<Map<string, HistoryEntry[]>> {
  const rows = await repository.ofMatters(db, matters)
  const sent = groupBy(
    await repository.outgoingOf(
      db,
      rows.filter(({ sender }) => sender === county).map(({ hash }) => hash),
    ),
    (row) => row.envelope,
  )
  const entries = rows.map((row): HistoryEntry => ({
    payload: storedPayload(row.jws),
    hash: row.hash,
    jws: row.jws,
    status: row.status as HistoryEntry['status'],
    refusal: row.code === null ? null : { code: row.code as RefusalCode, reason: row.reason ?? '' },
    receivedAt: row.receivedAt,
    acknowledgements:
      row.sender === county
        ? (sent.get(row.hash) ?? []).map(({ recipient, acknowledgement, state, acknowledgedAt }) => ({
            recipient,
            jws: acknowledgement,
            state: state as HistoryEntry['acknowledgements'][number]['state'],
            receivedAt: acknowledgedAt,
          }))
        : [
            {
              recipient: county,
              jws: row.acknowledgement,
              state: row.status === 'APPLIED' ? 'ACCEPTED' : row.code === null ? 'PENDING' : 'REFUSED',
              receivedAt: row.receivedAt,
            },
          ],
  }))
  return groupBy(entries, ({ payload }) => payload.matter)
}
