import { and, asc, eq, gt } from 'drizzle-orm'
import type { Database } from '../database.ts'
import { chainStart, type StoredEntry, type Tail, verifyChain } from './journal.ts'
import { journalEntries } from './journal.table.ts'

/** What a walk over one chain has found. */
export interface ChainWalk {
  chain: string
  entries: number
  /** The first and the last stored entry, be the chain whole or not; absent when there is none. */
  first?: Tail & { at: Date }
  last?: Tail & { at: Date }
  /** Sequence of the first entry that does not follow from its predecessor, or from the chain's start. */
  broken?: number
  /** Hash that is stored under the sequence that was asked for; absent when there is no such entry. */
  noted?: string
}

const defaultPage = 500

/** The chains that have entries in a database, in the order of their names. Each costs one look into the index. */
export async function listChains(db: Database): Promise<string[]> {
  const chains: string[] = []
  for (;;) {
    const last = chains.at(-1)
    const [next] = await db
      .select({ chain: journalEntries.chain })
      .from(journalEntries)
      .where(last === undefined ? undefined : gt(journalEntries.chain, last))
      .orderBy(asc(journalEntries.chain))
      .limit(1)
    if (next === undefined) return chains
    chains.push(next.chain)
  }
}

/**
 * Walks a chain from its first entry to its last, a page of `pageSize` entries in memory at a time, and verifies it by
 * {@link verifyChain}; it must begin with sequence 1, since nothing ever takes entries out. `note` is the sequence whose
 * hash is wanted. Entries may be appended meanwhile.
 */
export async function walkChain(
  db: Database,
  chain: string,
  { note, pageSize = defaultPage }: { note?: number; pageSize?: number } = {},
): Promise<ChainWalk> {
  const walk: ChainWalk = { chain, entries: 0 }
  let tail: Tail = { sequence: 0, hash: chainStart }
  for (;;) {
    const page = await readPage(db, chain, walk.last?.sequence, pageSize)
    const broken = walk.broken ?? verifyChain(page, tail)
    if (broken !== undefined) walk.broken = broken
    const noted = page.find(({ sequence }) => sequence === note)
    if (noted !== undefined) walk.noted = noted.hash
    walk.entries += page.length
    const [first] = page
    const last = page.at(-1)
    if (first !== undefined) walk.first ??= standing(first)
    if (last !== undefined) tail = walk.last = standing(last)
    if (page.length < pageSize) return walk
  }
}

async function readPage(db: Database, chain: string, after: number | undefined, limit: number): Promise<StoredEntry[]> {
  return db
    .select()
    .from(journalEntries)
    .where(and(eq(journalEntries.chain, chain), after === undefined ? undefined : gt(journalEntries.sequence, after)))
    .orderBy(asc(journalEntries.sequence))
    .limit(limit)
}

function standing({ sequence, hash, at }: StoredEntry): Tail & { at: Date } {
  return { sequence, hash, at }
}
