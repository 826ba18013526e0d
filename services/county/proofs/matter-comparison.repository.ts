import { and, asc, eq, gte, inArray, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import type { StoredEntry } from '../../platform/journal/journal.ts'
import { journalEntries } from '../../platform/journal/journal.table.ts'
import type { Party } from '../delivery/contract.ts'
import { envelopes, outgoing } from '../delivery/delivery.table.ts'

/** An envelope without its text. */
export type ComparedRow = Pick<
  typeof envelopes.$inferSelect,
  'hash' | 'matter' | 'sender' | 'sequence' | 'at' | 'status' | 'receivedAt' | 'acknowledgement'
>

/** SQL of what two counties compare, read only. */
export class MatterComparisonRepository {
  /** How many envelopes each of these matters has. */
  async counts(db: Database, ids: readonly string[]): Promise<Map<string, number>> {
    if (ids.length === 0) return new Map()
    const found = await db
      .select({ matter: envelopes.matter, count: sql<string | number>`count(*)` })
      .from(envelopes)
      .where(inArray(envelopes.matter, [...ids]))
      .groupBy(envelopes.matter)
    return new Map(found.map(({ matter, count }) => [matter, Number(count)]))
  }

  /** The envelopes of these matters, by sender and number. */
  async envelopes(db: Database, ids: readonly string[]): Promise<ComparedRow[]> {
    if (ids.length === 0) return []
    const { hash, matter, sender, sequence, at, status, receivedAt, acknowledgement } = envelopes
    return db
      .select({ hash, matter, sender, sequence, at, status, receivedAt, acknowledgement })
      .from(envelopes)
      .where(inArray(envelopes.matter, [...ids]))
      .orderBy(asc(sender), asc(sequence), asc(hash))
  }

  /** What is known of own envelopes of these matters on their way to a recipient. */
  async receipts(db: Database, own: Party, recipient: Party, ids: readonly string[]) {
    if (ids.length === 0) return []
    return db
      .select({
        matter: envelopes.matter,
        envelope: outgoing.envelope,
        acknowledgement: outgoing.acknowledgement,
        receivedAt: outgoing.acknowledgedAt,
      })
      .from(outgoing)
      .innerJoin(envelopes, eq(envelopes.hash, outgoing.envelope))
      .where(and(inArray(outgoing.matter, [...ids]), eq(outgoing.recipient, recipient), eq(envelopes.sender, own)))
  }

  /** Entries of a journal from a position on, the entry at it first when there is one. */
  async entries(db: Database, chain: string, from: number, limit: number): Promise<StoredEntry[]> {
    const { sequence } = journalEntries
    return db
      .select()
      .from(journalEntries)
      .where(and(eq(journalEntries.chain, chain), gte(sequence, from)))
      .orderBy(asc(sequence))
      .limit(limit)
  }

  /** Entries of these transactions. */
  async byTransaction(db: Database, chain: string, transactions: readonly string[]): Promise<StoredEntry[]> {
    if (transactions.length === 0) return []
    return db
      .select()
      .from(journalEntries)
      .where(and(eq(journalEntries.chain, chain), inArray(journalEntries.transaction, [...transactions])))
  }
}
