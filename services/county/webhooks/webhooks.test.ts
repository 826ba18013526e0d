import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, rows } from '../../platform/database.ts'
import { matters } from '../delivery/delivery.table.ts'
import { sampleEngines } from '../sample-database.ts'
import { memoryDatabase } from '../sample-node.ts'
import type { Webhook } from './webhook.service.ts'
import { type Receiver, answerWith, isSignedWith, startReceiver } from './testing/receiver.ts'
import { type WebhookWorld, hashOf, matterOf, startWebhooks } from './testing/webhook-world.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

let database: OpenDatabase
let world: WebhookWorld
let receiver: Receiver
beforeAll(async () => {
  database = await (sampleEngines().at(-1)?.open ?? memoryDatabase)()
})
afterAll(() => database?.close())
afterEach(async () => {
  await world?.close()
  await receiver?.close()
})

/** Starts a receiver, and webhooks whose configuration lists it. */
async function begin(): Promise<void> {
  receiver = await startReceiver()
  world = await startWebhooks(database, { targets: receiver.host })
}

const add = (url = receiver.url, agency?: string) => world.webhooks.service.add(world.context(agency), url, null)
const only = async (agency?: string): Promise<Webhook> => {
  const [webhook] = await world.webhooks.service.list(world.context(agency))
  if (!webhook) throw new Error('There is no endpoint.')
  return webhook
}
/** Looks through the queue until the endpoint stands as is said. */
async function until(expected: Partial<Webhook>): Promise<void> {
  const look = async () => {
    world.timers.look()
    return only()
  }
  await expect.poll(look, { timeout: 20_000, interval: 10 }).toMatchObject(expected)
}
const numbers = () => receiver.taken.map(({ id }) => Number(id.replace('msg_', '')))

describe('webhooks', () => {
  it('tell what happened and who is next, and nothing of the subject, of names or of what was written', async () => {
    await begin()
    const { secret } = await add()
    await world.happens(1)
    await until({ waiting: { count: 0, oldest: null }, standing: 'WORKING' })
    const [taken] = receiver.taken
    if (!taken) throw new Error('Nothing came.')
    expect(taken.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': `msg_${hashOf(1)}` })
    expect(taken.event).toEqual({
      type: 'matter.changed',
      timestamp: '2026-03-01T03:59:00.000Z',
      data: {
        matter: matterOf(1).id,
        kind: 'CLUE_TRANSFER',
        kindLabel: '线索移送',
        parties: ['411528', '411729'],
        nextActors: ['411729'],
        event: 'SEND',
        label: expect.stringMatching(/移送/) as string,
        sender: '411528',
      },
    })
    // The clock of the test stands still, the library's does not.
    expect(isSignedWith({ ...taken, headers: { ...taken.headers } }, secret)).toBe(false)
    expect(Number(taken.headers['webhook-timestamp'])).toBe(world.clock.now().getTime() / 1_000)
  })

  it('are queued in the transaction of what they tell of: none of it, none of them', async () => {
    await begin()
    await add()
    const undone = world.database.db.transaction(async (tx) => {
      await world.happens(1, 1, tx)
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect((await only()).waiting.count).toBe(0)
    await world.happens(2)
    await until({ waiting: { count: 0, oldest: null }, lastSuccessAt: world.clock.now() })
    expect(numbers()).toEqual([2])
  })

  it('come once, in their order, also when what they tell of is taken up again before they were taken', async () => {
    await begin()
    await add()
    receiver.answer(answerWith(500))
    for (const number of [1, 2, 3, 2, 4, 1, 5]) await world.happens(number, 1)
    await until({ waiting: { count: 5, oldest: expect.any(Date) as Date }, failures: 1 })
    receiver.answer(answerWith(204))
    world.pass(10_000)
    await until({ waiting: { count: 0, oldest: null } })
    expect(numbers()).toEqual([1, 1, 2, 3, 4, 5])
  })

  it('go to others after a minute where an endpoint takes its own slowly', async () => {
    await begin()
    await add()
    for (let number = 1; number <= 10; number += 1) await world.happens(number)
    receiver.answer((taken, response) => {
      world.pass(14_000)
      answerWith(204)(taken, response)
    })
    world.timers.look()
    await expect.poll(() => world.timers.waits(100), { timeout: 20_000, interval: 10 }).toBe(true)
    expect(numbers()).toEqual([1, 2, 3, 4, 5])
    await until({ waiting: { count: 0, oldest: null } })
    expect(numbers()).toHaveLength(10)
  })

  it('wait after a failure, ever longer over three days, then are tried twice a day; nothing is left out', async () => {
    await begin()
    await add()
    receiver.answer(answerWith(500))
    for (const number of [1, 2]) await world.happens(number)
    const begun = world.clock.now().getTime()
    const standings: [number, string][] = []
    for (let failures = 1; failures <= 16; failures++) {
      await until({ failures, lastError: 'It answered with HTTP status 500.' })
      const { nextAttemptAt, standing } = await only()
      standings.push([Math.round((world.clock.now().getTime() - begun) / hour), standing])
      world.clock.set(new Date(nextAttemptAt.getTime() - 1).toISOString())
      world.timers.look()
      expect((await only()).failures).toBe(failures)
      world.clock.set(nextAttemptAt.toISOString())
    }
    expect(standings.slice(0, 13).every(([, standing]) => standing === 'RETRYING')).toBe(true)
    expect(standings.slice(13).every(([, standing]) => standing === 'FAILING')).toBe(true)
    expect(standings[13]?.[0]).toBeGreaterThanOrEqual(64)
    expect(standings[13]?.[0]).toBeLessThanOrEqual(80)
    receiver.answer(answerWith(200))
    await until({ standing: 'WORKING', failures: 0, failingSince: null })
    await until({ waiting: { count: 0, oldest: null } })
    expect(numbers().slice(-2)).toEqual([1, 2])
    expect(new Set(numbers())).toEqual(new Set([1, 2]))
  })

  it('tell that a matter was frozen, and on whose account', async () => {
    await begin()
    await add()
    const matter = matterOf(1)
    await database.db.insert(matters).values(matter)
    const why = { at: world.clock.now(), reason: 'FORK', by: '411729' } as const
    await database.db.transaction((tx) => world.webhooks.listener.frozen(tx, matter.id, why))
    await until({ waiting: { count: 0, oldest: null }, lastSuccessAt: world.clock.now() })
    expect(receiver.taken.map(({ event }) => event)).toMatchObject([
      {
        type: 'matter.frozen',
        data: { matter: matter.id, reason: 'FORK', by: '411729', nextActors: [], label: '事项冻结' },
      },
    ])
  })

  it('give a receiver that does not answer fifteen seconds', async () => {
    await begin()
    await add()
    receiver.answer(() => {})
    await world.happens(1)
    world.timers.look()
    await expect.poll(() => (world.timers.look(), receiver.taken.length)).toBe(1)
    expect(world.timers.waits(15_000)).toBe(true)
    world.timers.expire(15_000)
    await until({ failures: 1, lastError: 'It did not answer in time.' })
  })

  it('follow no redirect, and read no endless answer', async () => {
    await begin()
    await add()
    receiver.answer(answerWith(302, { location: receiver.url.replace('events', 'elsewhere') }))
    await world.happens(1)
    await until({ lastError: 'It answered with HTTP status 302; redirects are not followed.' })
    expect(receiver.taken).toHaveLength(1)
    let written = 0
    receiver.answer((_taken, response) => {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(1_024))) written += 1_024
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    world.pass(10_000)
    await until({ waiting: { count: 0, oldest: null }, standing: 'WORKING' })
    expect(written).toBeLessThan(100_000_000)
  })

  it('bear both signatures for a day after a rotation, then the new one only', async () => {
    await begin()
    world.clock.set(new Date().toISOString())
    const { secret: old, webhook } = await add()
    const rotated = await world.webhooks.service.rotate(world.context(), webhook.id)
    expect(rotated.webhook.oldSecretUntil?.getTime()).toBe(world.clock.now().getTime() + day)
    await world.happens(1)
    await until({ waiting: { count: 0, oldest: null } })
    const [first] = receiver.taken
    if (!first) throw new Error('Nothing came.')
    expect([isSignedWith(first, old), isSignedWith(first, rotated.secret)]).toEqual([true, true])
    expect(first.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    world.pass(day)
    await world.happens(2)
    await until({ waiting: { count: 0, oldest: null } })
    expect(receiver.taken[1]?.headers['webhook-signature']?.split(' ')).toHaveLength(1)
    await world.webhooks.housekeeping.keep({ refreshDays: async () => {} })
    expect(await rows(world.database.db, sql`select old_secret from webhook_endpoint`)).toEqual([{ old_secret: null }])
  })

  it('end with 410 Gone, and begin again with a test, after what had waited', async () => {
    await begin()
    const { webhook } = await add()
    receiver.answer(answerWith(410))
    await world.happens(1)
    await until({ standing: 'DISABLED', lastError: 'It answered 410 Gone: it wants no more events.' })
    await world.happens(2)
    expect((await only()).waiting.count).toBe(1)
    receiver.answer(answerWith(204))
    world.pass(30 * minute)
    world.timers.look()
    expect(receiver.taken).toHaveLength(1)
    expect(await world.webhooks.service.test(world.context(), webhook.id)).toMatchObject({ disabledAt: null })
    await until({ standing: 'WORKING', waiting: { count: 0, oldest: null } })
    expect(receiver.taken.map(({ event }) => event.type)).toEqual(['matter.changed', 'matter.changed', 'webhook.test'])
  })

  it('go on where they were after the process was started again, with the same id', async () => {
    await begin()
    await add()
    receiver.answer(answerWith(503))
    for (const number of [1, 2, 3]) await world.happens(number)
    await until({ failures: 1 })
    await world.restart()
    receiver.answer(answerWith(204))
    world.pass(10_000)
    await until({ waiting: { count: 0, oldest: null } })
    expect(numbers()).toEqual([1, 1, 2, 3])
  })

  it('do not hold up one endpoint for another', async () => {
    await begin()
    const other = await startReceiver()
    await world.close()
    world = await startWebhooks(database, { targets: `${receiver.host} ${other.host}` })
    await add()
    await add(other.url, 'another-agency')
    receiver.answer(() => {})
    for (const number of [1, 2, 3]) await world.happens(number)
    await expect.poll(() => (world.timers.look(), other.taken.length), { timeout: 20_000 }).toBe(3)
    expect(receiver.taken.length).toBeLessThanOrEqual(1)
    await world.webhooks.stop()
    await other.close()
  })

  it('say that a secret cannot be read any more, once the county has another pepper, until it is rotated', async () => {
    await begin()
    const { webhook } = await add()
    await world.restart('quite another pepper')
    await world.happens(1)
    await until({ lastError: 'The county’s node cannot read its secret any more: rotate it.' })
    expect(receiver.taken).toEqual([])
    await world.webhooks.service.rotate(world.context(), webhook.id)
    world.pass(10_000)
    await until({ standing: 'WORKING', waiting: { count: 0, oldest: null } })
    expect(receiver.taken).toHaveLength(1)
  })

  it('keep secrets and addresses out of the log, and secrets out of the database', async () => {
    await begin()
    const { secret } = await add(`${receiver.url}?key=very-private`)
    receiver.answer(answerWith(500))
    await world.happens(1)
    await until({ failures: 1 })
    const log = world.lines.join('\n')
    expect(log).toContain('a webhook was not taken')
    for (const part of [secret, 'very-private', receiver.host]) expect(log).not.toContain(part)
    const stored = JSON.stringify(await rows(world.database.db, sql`select * from webhook_endpoint`))
    expect(stored).not.toContain(secret.slice(6))
    expect(JSON.stringify(await only())).not.toMatch(/whsec_|"secret"|"oldSecret"/)
    const figures = await world.metrics.metrics()
    expect(figures).toContain('liandong_webhook_attempts_total{outcome="FAILED"} 1')
    expect(figures).toContain('liandong_webhook_waiting_events 1')
    expect(figures).toContain('liandong_webhook_endpoints{standing="RETRYING"} 1')
  })
})
