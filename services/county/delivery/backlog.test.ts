import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, type OpenDatabase, openDatabase, rows } from '../../platform/database.ts'
import { DeliveryRepository } from './delivery.repository.ts'

const [xixian, xincai] = ['411528', '411729'] as const
const [delivered, waiting] = [20_000, 3_000]
const begun = new Date('2026-03-02T01:00:00.000Z')
const repository = new DeliveryRepository()

describe('[A04] what a statement reads of a backlog of which the statistics know nothing yet, as when an outage begins', () => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await openDatabase({ dataDir: 'memory://', migrationsDir: 'services/county/db/migrations' })
    await fill(database.db, 'ACCEPTED', delivered)
    await database.db.execute(sql`analyze`)
    await fill(database.db, 'PENDING', waiting)
  }, 300_000)
  afterAll(() => database.close())

  const counted = async (tx: Database): Promise<number> => {
    const [found] = await rows<{ read: string }>(
      tx,
      sql`select sum(pg_stat_get_xact_tuples_returned(oid)) as read from pg_class where oid = 'outgoing'::regclass
        or oid in (select indexrelid from pg_index where indrelid = 'outgoing'::regclass)`,
    )
    return Number(found?.read)
  }
  /** How many entries of the outbox's indexes and rows of its table some work reads; it is undone. */
  const readBy = async (work: (tx: Database) => Promise<unknown>): Promise<number> => {
    let read = NaN
    await database.db
      .transaction(async (tx) => {
        const before = await counted(tx)
        await work(tx)
        read = (await counted(tx)) - before
        tx.rollback()
      })
      .catch((error: unknown) => {
        if (Number.isNaN(read)) throw error
      })
    return read
  }
  const first = (count: number) =>
    rows<{ envelope: string; matter: string }>(
      database.db,
      sql`select envelope, matter from outgoing where state = 'PENDING' order by position limit ${count}`,
    )
  const append = (tx: Database, matter: string, sequence: number) => {
    const hash = 'f'.repeat(64)
    const place = { matter, sequence }
    const envelope = {
      hash,
      id: hash,
      ...place,
      sender: xixian,
      recipients: [xincai],
      event: 'OPEN',
      jws: 'x',
      at: begun,
    }
    const queued = {
      envelope: hash,
      recipient: xincai,
      ...place,
      queuedAt: begun,
      state: 'PENDING',
      nextAttemptAt: begun,
    }
    return repository.append(tx, { ...envelope, status: 'APPLIED', depth: sequence }, [queued])
  }

  it('opens a matter without looking at what waits', async () => {
    expect(await readBy((tx) => append(tx, `${xixian}:parley:new`, 1))).toBeLessThan(10)
  })

  it('goes on with a matter that waits by its own envelopes, and is due no earlier than they', async () => {
    const [{ matter } = { matter: '' }] = await first(1)
    let due: unknown
    const read = await readBy(async (tx) => {
      await append(tx, matter, 2)
      const found = rows(tx, sql`select next_attempt_at from outgoing where envelope = ${'f'.repeat(64)}`)
      due = (await found)[0]?.['next_attempt_at']
    })
    expect(read).toBeLessThan(50)
    expect(new Date(String(due))).toEqual(new Date(begun.getTime() + 3_600_000))
  })

  it('acknowledges a request’s envelopes one by one', async () => {
    const given = (await first(50)).map(({ envelope }) => ({
      envelope,
      state: 'ACCEPTED' as const,
      acknowledgement: 'x',
      acknowledgedAt: begun,
    }))
    expect(await readBy((tx) => repository.acknowledge(tx, xincai, given))).toBeLessThan(500)
  })

  it('puts off what a recipient holds back matter by matter', async () => {
    const held = (await first(20)).map(({ matter }) => ({ matter, sequence: 1, until: begun }))
    expect(await readBy((tx) => repository.putOff(tx, xincai, held))).toBeLessThan(500)
  })

  it('finds what has become due since, without the backlog for each of it', async () => {
    const now = new Date(begun.getTime() + 86_400_000)
    const question = { now, since: new Date(begun.getTime() + 3_601_000), oldest: 50, fresh: 50 }
    expect(await readBy((tx) => repository.due(tx, xincai, question))).toBeLessThan(1_000)
  })

  it('looks once for each county for which something may wait', async () => {
    const read = await readBy((tx) => repository.waitingRecipients(tx, [xincai, xixian, '410823']))
    expect(read).toBeLessThan(10)
  })
})

/** Matters of one envelope each, due an hour later, a millisecond after one another. */
async function fill(db: Database, state: string, count: number): Promise<void> {
  await db.execute(sql`
    insert into envelope (hash, id, matter, sender, sequence, recipients, event, jws, at, status, depth)
    select md5(${state} || g) || md5(g::text), ${state} || g, ${`${xixian}:parley:${state}`} || g, ${xixian}, 1,
      array[${xincai}], 'OPEN', 'x', now(), 'APPLIED', 1 from generate_series(1, ${count}::int) as g`)
  await db.execute(sql`
    insert into outgoing (envelope, recipient, matter, sequence, queued_at, state, next_attempt_at)
    select hash, ${xincai}, matter, 1, now(), ${state},
      ${begun.toISOString()}::timestamptz + interval '1 hour' + (row_number() over (order by ordinal) - 1) * interval '1 ms'
    from envelope where matter like ${`${xixian}:parley:${state}%`} order by ordinal`)
}
