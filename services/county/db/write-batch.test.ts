import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase, prepared, rows } from '../../platform/database.ts'
import { WriteBatch, jsonOf, together } from './write-batch.ts'

describe('a batch of writes', () => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await openDatabase({ dataDir: 'memory://' })
    await database.db.execute(sql`create table word (id int primary key, text text, statement int)`)
    await database.db.execute(sql`create sequence statements`)
  })
  afterAll(() => database.close())

  const words = new WriteBatch<{ id: number; text: string }>(
    `with this as materialized (select nextval('statements') as number)
     insert into word (id, text, statement) select id, text, number from json_populate_recordset(null::word, $1::json), this`,
  )
  const held = () =>
    rows<{ id: number; text: string; statement: number }>(database.db, sql`select * from word order by id`)

  it('is one statement for what comes in one turn of a transaction, and each waits for it', async () => {
    await database.db.transaction(async (tx) => {
      await together([words.put(tx, { id: 1, text: 'a' }), words.put(tx, { id: 2, text: 'b' })])
      expect(await prepared(tx, 'select id from word where text = $1', ['b'])).toEqual([{ id: 2 }])
      await words.put(tx, { id: 3, text: 'c' })
    })
    const [one, two, three] = await held()
    expect([two?.statement, three?.statement]).toEqual([one?.statement, (one?.statement ?? 0) + 1])
  })

  it('fails for all who wait for it, and leaves nothing behind', async () => {
    const before = await held()
    const failed = database.db.transaction((tx) =>
      together([words.put(tx, { id: 10, text: 'x' }), words.put(tx, { id: 1, text: 'held already' })]),
    )
    await expect(failed).rejects.toThrow('word')
    expect(await held()).toEqual(before)
  })

  it('waits for the others before it says what failed, so that nothing runs on after a rollback', async () => {
    const order: string[] = []
    const late = new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => order.push('late'))
    await together([Promise.reject(new Error('first')), late]).catch((error: unknown) => order.push(String(error)))
    expect(order).toEqual(['late', 'Error: first'])
  })

  it('writes any text that a JWS can hold', async () => {
    const text = 'half \ud83d, whole 😀, escaped \\ud83d, "quoted"\n'
    await database.db.transaction((tx) => words.put(tx, { id: 20, text }))
    expect((await held()).at(-1)?.text).toBe('half \ufffd, whole 😀, escaped \\ud83d, "quoted"\n')
    expect(JSON.parse(jsonOf({ text }))).toEqual({ text: 'half \ufffd, whole 😀, escaped \\ud83d, "quoted"\n' })
  })
})
