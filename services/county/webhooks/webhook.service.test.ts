import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type OpenDatabase, rows } from '../../platform/database.ts'
import { matters } from '../delivery/delivery.table.ts'
import { matterDues } from '../matters/matter-due.table.ts'
import { sampleEngines } from '../sample-database.ts'
import { memoryDatabase } from '../sample-node.ts'
import { type Receiver, startReceiver } from './testing/receiver.ts'
import { WebhookRepository } from './webhook.repository.ts'
import { type WebhookWorld, matterOf, startWebhooks } from './testing/webhook-world.ts'

const day = 86_400_000
const noDays = { refreshDays: async () => {} }

let database: OpenDatabase
let receiver: Receiver
let world: WebhookWorld
beforeAll(async () => {
  database = await (sampleEngines().at(-1)?.open ?? memoryDatabase)()
})
afterAll(() => database?.close())
beforeEach(async () => {
  receiver = await startReceiver()
  world = await startWebhooks(database, { targets: receiver.host })
})
afterEach(async () => {
  await world?.close()
  await receiver?.close()
})

const add = (url: string, agency?: string) => world.webhooks.service.add(world.context(agency), url, '办公系统')
const list = (agency?: string) => world.webhooks.service.list(world.context(agency))
/** Looks through the queue until nothing waits. */
async function drained(): Promise<void> {
  const look = async () => {
    world.timers.look()
    return (await list()).every(({ waiting }) => waiting.count === 0)
  }
  await expect.poll(look, { timeout: 20_000, interval: 10 }).toBe(true)
}

describe('an agency’s endpoints', () => {
  it('are its own: no other agency sees or changes them, and none of another county', async () => {
    const { service } = world.webhooks
    const { webhook } = await add('https://hooks.example/a')
    expect(await list()).toEqual([webhook])
    expect(webhook).toMatchObject({ note: '办公系统', standing: 'WORKING', waiting: { count: 0 } })
    expect(await list('another-agency')).toEqual([])
    const stranger = world.context('another-agency')
    const missing = { message: 'This agency has no such endpoint.', extensions: { code: 'NOT_FOUND' } }
    await expect(service.rotate(stranger, webhook.id)).rejects.toMatchObject(missing)
    await expect(service.remove(stranger, webhook.id)).rejects.toMatchObject(missing)
    await expect(service.test(stranger, webhook.id)).rejects.toMatchObject(missing)
    const elsewhere = world.context('xincai-enforcement', '411729')
    const refused = { extensions: { code: 'AGREEMENT_MISSING' } }
    await expect(service.list(elsewhere)).rejects.toMatchObject(refused)
    await expect(service.add(elsewhere, 'https://hooks.example/b', null)).rejects.toMatchObject(refused)
    expect(await list()).toHaveLength(1)
  })

  it('can be removed while it is being noted that they took an event', async () => {
    const { webhook } = await add('https://hooks.example/a')
    await world.webhooks.service.test(world.context(), webhook.id)
    const repository = new WebhookRepository()
    const { db } = database
    const next = await repository.next(db, webhook.id, new Date('2999-01-01'))
    if (!next) throw new Error('Nothing waits.')
    let noted: Promise<void> | undefined
    await db.transaction(async (tx) => {
      await repository.lock(tx, next.endpoint.agency, webhook.id)
      noted = db.transaction((other) => repository.taken(other, next.event, new Date()))
      noted.catch(() => {})
      const waits = async () => (await rows(tx, sql`select from pg_locks where not granted`)).length > 0
      // PGlite has one connection, so the other one has not begun.
      if (sampleEngines().length > 1) await expect.poll(waits, { timeout: 20_000 }).toBe(true)
      await repository.remove(tx, webhook.id)
    })
    await noted
    expect(await list()).toEqual([])
    expect(await rows(db, sql`select * from webhook_event`)).toEqual([])
  })

  it('are five at most, and each URL once', async () => {
    for (const place of ['a', 'b', 'c', 'd']) await add(`https://hooks.example/${place}`)
    await expect(add('https://HOOKS.example:443/a')).rejects.toMatchObject({
      message: 'This agency has registered that URL already.',
      extensions: { code: 'CONFLICT' },
    })
    const both = await Promise.allSettled([add('https://hooks.example/e'), add('https://hooks.example/f')])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await add('https://hooks.example/a', 'another-agency')
  })

  it('take with them what waits when they are removed', async () => {
    const { webhook } = await add('https://hooks.example/a')
    await world.happens(1)
    expect(await world.webhooks.service.remove(world.context(), webhook.id)).toBe(webhook.id)
    expect(await list()).toEqual([])
    expect(await rows(database.db, sql`select * from webhook_event`)).toEqual([])
    await world.happens(2)
  })

  it('on private networks are refused by the connection itself when the configuration does not list them', async () => {
    await world.close()
    const resolve = (_host: string, _options: object, done: (error: null, found: never) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }] as never)
    world = await startWebhooks(database, { resolve })
    await add(`https://rebound.example:${new URL(receiver.url).port}/`)
    await world.happens(1)
    const look = async () => {
      world.timers.look()
      return (await list())[0]?.lastError
    }
    await expect
      .poll(look)
      .toBe('The host has an address outside of the public network, which the county’s configuration does not list.')
    await expect(add(receiver.url)).rejects.toThrow('must begin with https://')
    expect(receiver.taken).toEqual([])
  })
})

describe('deadlines', () => {
  it('are told once when they are near and once when they are over, and again when the day has moved', async () => {
    await add(receiver.url)
    const { db } = database
    const now = world.clock.now()
    for (const number of [1, 2, 3]) {
      const matter = matterOf(number)
      await db.insert(matters).values({ ...matter, pen: number === 3 ? null : matter.pen })
    }
    const due = { changedAt: now, soonOn: '2026-03-02', dueOn: '2026-03-05' }
    await db.insert(matterDues).values([
      { ...due, matter: matterOf(1).id },
      { ...due, matter: matterOf(3).id },
      { matter: matterOf(2).id, changedAt: now, soonOn: '2026-02-20', dueOn: '2026-02-25', awaited: ['411528'] },
    ])
    const keep = async (moment: string) => {
      world.clock.set(moment)
      await world.webhooks.housekeeping.keep(noDays)
      await world.webhooks.housekeeping.keep(noDays)
      await drained()
      return receiver.taken.splice(0).map(({ event }) => [event.type, event.data])
    }
    const about = { kind: 'CLUE_TRANSFER', kindLabel: '线索移送', parties: ['411528', '411729'] }
    const first = { ...about, matter: matterOf(1).id, nextActors: ['411729'], dueOn: '2026-03-05' }
    const second = { ...about, matter: matterOf(2).id, nextActors: ['411528'], dueOn: '2026-02-25' }
    expect(await keep('2026-03-01T04:00:00Z')).toEqual([['matter.overdue', { ...second, label: '已逾期' }]])
    expect(await keep('2026-03-01T15:59:00Z')).toEqual([])
    expect(await keep('2026-03-01T16:00:00Z')).toEqual([['matter.due_soon', { ...first, label: '即将届满' }]])
    expect(await keep('2026-03-05T15:59:00Z')).toEqual([])
    expect(await keep('2026-03-05T16:00:00Z')).toEqual([['matter.overdue', { ...first, label: '已逾期' }]])
    await db.execute(sql`update matter_due set soon_on = '2026-03-20', due_on = '2026-03-25'`)
    expect(await keep('2026-03-06T04:00:00Z')).toEqual([])
    expect(await keep('2026-03-20T04:00:00Z')).toHaveLength(2)
  })
})

describe('events that nobody takes', () => {
  it('wait for thirty days, and are counted when they are given up', async () => {
    await add('https://hooks.example/a')
    await world.happens(1)
    world.pass(day)
    await world.happens(2)
    world.pass(29 * day)
    await world.webhooks.housekeeping.keep(noDays)
    expect(await list()).toMatchObject([{ waiting: { count: 2 }, dropped: 0 }])
    world.pass(1)
    await world.webhooks.housekeeping.keep(noDays)
    expect(await list()).toMatchObject([{ waiting: { count: 1 }, dropped: 1 }])
    expect(world.lines.join('\n')).toContain('webhook events that nobody took were given up')
  })

  it('are 100,000 for an endpoint at most: the oldest go', async () => {
    const { webhook } = await add('https://hooks.example/a')
    await add('https://hooks.example/a', 'another-agency')
    const now = world.clock.now().toISOString()
    await database.db.execute(sql`
      insert into webhook_event (endpoint, id, body, queued_at)
      select ${webhook.id}, n::text, '{}', ${now}::timestamptz from generate_series(1, 100003) as n`)
    await world.happens(1)
    await world.webhooks.housekeeping.keep(noDays)
    expect(await list()).toMatchObject([{ waiting: { count: 100_000 }, dropped: 4 }])
    expect(await list('another-agency')).toMatchObject([{ waiting: { count: 1 }, dropped: 0 }])
    const [first] = await rows<{ id: string }>(
      database.db,
      sql`select id from webhook_event where endpoint = ${webhook.id} order by position limit 1`,
    )
    expect(first?.id).toBe('5')
  })
})
