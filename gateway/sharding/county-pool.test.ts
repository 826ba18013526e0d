import { afterEach, describe, expect, test } from 'vitest'
import { ExchangeError } from '../../services/platform/errors.ts'
import { systemClock } from '../../services/platform/clock.ts'
import type {
  AskerContext,
  CountyRequest,
  Credentials,
  RegisteredCounty,
  ShardingLimits,
  ShardingMetrics,
} from './contract.ts'
import { defaultLimits } from './contract.ts'
import { CountyPool } from './county-pool.ts'
import { type HttpCounty, type Illness, startHttpCounty } from './testing/http-county.ts'
import { MemoryCounty } from './testing/memory-county.ts'

const code = '100001'
const query: CountyRequest = { query: '{ mine }', variables: {}, mutation: false }
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function county(illness?: Illness): Promise<HttpCounty> {
  const started = await startHttpCounty(new MemoryCounty(code))
  closing.push(() => started.close())
  started.illness = illness
  return started
}

function pool(
  limits: Partial<ShardingLimits> = {},
  metrics: ShardingMetrics = {},
  clock = systemClock,
  credentials: Credentials<AskerContext> = (of) => Promise.resolve({ authorization: `for ${of}` }),
): CountyPool<AskerContext> {
  const made = new CountyPool<AskerContext>({
    credentials,
    clock,
    limits: { ...defaultLimits, ...limits },
    metrics,
    logger: { warn: () => {}, error: () => {} },
  })
  closing.push(() => made.close())
  return made
}

function context(milliseconds = 20_000, signal = new AbortController().signal): AskerContext {
  return { viewer: { county: code }, transaction: { deadline: Date.now() + milliseconds }, signal }
}

function at(url: string): RegisteredCounty {
  return { code, url, status: 'ACTIVE' }
}

describe('an answer over the wire', () => {
  test('is the body of a county that repeats its code and the request, with the headers of its own credentials', async () => {
    const { url, seen } = await county()
    const delivery = await pool().send(at(url), query, context(5_000))
    expect(delivery).toEqual({ body: { data: { mine: `mine of ${code}` } } })
    expect(seen[0]).toMatchObject({ authorization: `for ${code}`, 'content-type': 'application/json' })
    expect(Number(seen[0]?.['exchange-deadline-ms'])).toBeGreaterThan(0)
    // Three quarters of the time left: the rest is for the hops that follow.
    expect(Number(seen[0]?.['exchange-deadline-ms'])).toBeLessThanOrEqual(3_750)
    expect(seen[0]?.['exchange-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test.each<[Illness, string]>([
    ['HTTP_500', 'FAULT'],
    ['HTTP_401', 'REFUSED'],
    ['HTTP_500_WITH_CODE', 'FAULT'],
    ['HTML', 'FAULT'],
    ['JSON_AS_HTML', 'FAULT'],
    ['BROKEN_JSON', 'FAULT'],
    ['LIST_FOR_BODY', 'FAULT'],
    ['CLOSES_HALF_WAY', 'FAULT'],
    ['ANOTHER_REQUEST', 'FAULT'],
    ['ANOTHER_COUNTY', 'FAULT'],
    ['NO_HEADERS', 'FAULT'],
    ['REDIRECT', 'FAULT'],
    ['HANGS_UP', 'UNREACHABLE'],
    ['HUGE', 'FAULT'],
    ['HUGE_AND_SAYS_SO', 'FAULT'],
  ])('of a county that is ill with %s is an outage: %s', async (illness, outage) => {
    const { url } = await county(illness)
    expect(await pool().send(at(url), query, context())).toMatchObject({ outage })
  })

  test('with an error status passes on when its codes say what it means', async () => {
    const { url } = await county('HTTP_403_PURPOSE')
    expect(await pool().send(at(url), query, context())).toMatchObject({
      body: { data: null, errors: [{ extensions: { code: 'PURPOSE_MISSING' } }] },
    })
  })

  test('is UNREACHABLE when nobody listens, and when the name cannot be found', async () => {
    const gone = await county()
    await gone.close()
    expect(await pool().send(at(gone.url), query, context())).toMatchObject({ outage: 'UNREACHABLE', sent: false })
    expect(await pool().send(at('http://nowhere.invalid/'), query, context())).toMatchObject({ outage: 'UNREACHABLE' })
  })

  test.each<Illness>(['HANGS', 'DRIPS'])(
    'of a county that %s is a TIMEOUT before the deadline, and the connection is closed',
    async (illness) => {
      const started = await county(illness)
      const begun = Date.now()
      expect(await pool().send(at(started.url), query, context(400))).toMatchObject({ outage: 'TIMEOUT', sent: true })
      expect(Date.now() - begun).toBeGreaterThan(250)
      await expect.poll(() => started.abandoned).toBe(1)
    },
  )

  test('is not waited for once the caller has gone, and the county is told so', async () => {
    const started = await county('HANGS')
    const caller = new AbortController()
    const pending = pool().send(at(started.url), query, context(60_000, caller.signal))
    await expect.poll(() => started.seen.length).toBe(1)
    caller.abort()
    expect(await pending).toMatchObject({ outage: 'TIMEOUT' })
    await expect.poll(() => started.abandoned).toBe(1)
    expect(await pool().send(at(started.url), query, context(60_000, caller.signal))).toMatchObject({
      outage: 'TIMEOUT',
    })
    expect(started.seen).toHaveLength(1)
  })

  test('of 50 MB is given up at the bound, so that most of it is never sent', async () => {
    const started = await county('HUGE')
    await pool({ responseBytes: 1_000_000 }).send(at(started.url), query, context())
    await expect.poll(() => started.abandoned).toBe(1)
    // What the sockets buffer on both sides comes on top of the bound.
    expect(started.written).toBeLessThan(25_000_000)
  })

  test('that says it will be too long is not read at all', async () => {
    const { url } = await county('HUGE_AND_SAYS_SO')
    const read: number[] = []
    await pool({}, { countyRequest: (...[, , , bytes]) => void read.push(bytes) }).send(at(url), query, context())
    expect(read).toEqual([0])
  })
})

describe('requests', () => {
  test('use connections again', async () => {
    const started = await county()
    const way = pool()
    for (let i = 0; i < 20; i++) await way.send(at(started.url), query, context())
    // A second one may be opened while the first is not yet known to be free.
    expect(started.connections).toBeLessThanOrEqual(2)
  })

  test('a query whose connection is lost before an answer is sent once more; a mutation never is', async () => {
    const started = await county('HANGS_UP')
    const way = pool()
    await way.send(at(started.url), query, context())
    expect(started.seen).toHaveLength(2)
    await way.send(
      at(started.url),
      { query: 'mutation { add(name: "x") { id } }', variables: {}, mutation: true },
      context(),
    )
    expect(started.seen).toHaveLength(3)
  })

  test('in flight are bounded, and so are those that wait; one too many is unanswered at once', async () => {
    const started = await county('HANGS')
    const way = pool({ inFlight: 2, queued: 1 })
    const pending = Array.from({ length: 4 }, () => way.send(at(started.url), query, context(1_000)))
    const turnedAway = await pending[3]
    expect(turnedAway).toMatchObject({ outage: 'UNREACHABLE', detail: 'too many requests wait for this county' })
    expect(way.status()).toEqual([{ county: code, breaker: 'CLOSED', inFlight: 2, queued: 1 }])
    await Promise.all(pending)
    expect(started.seen.length).toBe(2)
    expect(way.status()).toMatchObject([{ inFlight: 0, queued: 0 }])
  })

  test('go to the URL that the directory gives now, while those under way to the old one may end', async () => {
    const before = await county('SLOW')
    const after = await county()
    const way = pool()
    const underWay = way.send(at(before.url), query, context())
    await expect.poll(() => before.seen.length).toBe(1)
    expect(await way.send(at(after.url), query, context())).toHaveProperty('body')
    expect(await underWay).toHaveProperty('body')
    expect([before.seen.length, after.seen.length]).toEqual([1, 1])
  })

  test('without credentials are not sent: an ExchangeError is theirs, anything else a FAULT, silence a TIMEOUT', async () => {
    const { url, seen } = await county()
    const refused = new ExchangeError('JOURNAL_UNAVAILABLE', 'The journal cannot be written.')
    const failing = (error: Error) =>
      pool({}, {}, systemClock, async () => {
        throw error
      })
    expect(await failing(refused).send(at(url), query, context())).toEqual({ refused })
    expect(await failing(new Error('secret')).send(at(url), query, context())).toMatchObject({ outage: 'FAULT' })
    const silent = pool({}, {}, systemClock, () => new Promise(() => {}))
    expect(await silent.send(at(url), query, context(100))).toMatchObject({ outage: 'TIMEOUT' })
    expect(seen).toEqual([])
  })

  test('with credentials that are there at once are sent as well, and not when these are refused at once', async () => {
    const { url, seen } = await county()
    const ready = pool({}, {}, systemClock, (of) => ({ authorization: `at once for ${of}` }))
    expect(await ready.send(at(url), query, context())).toHaveProperty('body')
    expect(seen[0]).toMatchObject({ authorization: `at once for ${code}` })
    const refused = new ExchangeError('JOURNAL_UNAVAILABLE', 'The journal cannot be written.')
    const failing = (error: Error) =>
      pool({}, {}, systemClock, () => {
        throw error
      })
    expect(await failing(refused).send(at(url), query, context())).toEqual({ refused })
    expect(await failing(new Error('secret')).send(at(url), query, context())).toMatchObject({ outage: 'FAULT' })
    expect(seen).toHaveLength(1)
  })

  test('to an address that is none are an outage like any other', async () => {
    expect(await pool().send(at('no address'), query, context())).toMatchObject({ outage: 'UNREACHABLE' })
  })

  test('are reported with their outcome, time and size', async () => {
    const reports: unknown[][] = []
    const { url } = await county()
    const way = pool({}, { countyRequest: (...report) => void reports.push(report) })
    await way.send(at(url), query, context())
    expect(reports).toEqual([[code, 'ANSWERED', expect.any(Number), 34]])
  })
})

describe('a county that fails again and again', () => {
  test('is left alone for a while, then probed by one request, and used again when it answers', async () => {
    let now = Date.now()
    const clock = { now: () => new Date(now), uuid: () => systemClock.uuid() }
    const states: string[] = []
    const started = await county('HTTP_500')
    const way = pool(
      { breakerFailures: 3, breakerOpenMs: 1_000 },
      { breakerChanged: (_, state) => void states.push(state) },
      clock,
    )
    const later = () => ({ ...context(), transaction: { deadline: now + 20_000 } })
    for (let i = 0; i < 5; i++) await way.send(at(started.url), query, later())
    expect(started.seen).toHaveLength(3)
    expect(await way.send(at(started.url), query, later())).toMatchObject({ outage: 'UNREACHABLE' })
    now += 1_000
    await way.send(at(started.url), query, later())
    expect(started.seen).toHaveLength(4)
    now += 1_000
    expect(await way.send(at(started.url), query, later())).toMatchObject({ outage: 'UNREACHABLE' })
    now += 1_000
    started.illness = undefined
    expect(await way.send(at(started.url), query, later())).toHaveProperty('body')
    expect(states).toEqual(['OPEN', 'HALF_OPEN', 'OPEN', 'HALF_OPEN', 'CLOSED'])
  })

  test('by refusing is well: it is asked each time', async () => {
    const started = await county('HTTP_401')
    const way = pool({ breakerFailures: 2 })
    for (let i = 0; i < 5; i++) await way.send(at(started.url), query, context())
    expect(started.seen).toHaveLength(5)
  })

  test('is not judged by requests that came with too little time', async () => {
    const started = await county('HANGS')
    const way = pool({ breakerFailures: 1, breakerTimeoutMs: 10_000 })
    await way.send(at(started.url), query, context(50))
    expect(way.status()).toMatchObject([{ breaker: 'CLOSED' }])
  })

  test('is not judged by requests whose callers went away', async () => {
    const started = await county('HANGS')
    const way = pool({ breakerFailures: 1, breakerTimeoutMs: 0 })
    const caller = new AbortController()
    const pending = way.send(at(started.url), query, context(20_000, caller.signal))
    await expect.poll(() => started.seen.length).toBe(1)
    caller.abort()
    await pending
    expect(way.status()).toMatchObject([{ breaker: 'CLOSED' }])
    await way.send(at(started.url), query, context(100))
    expect(way.status()).toMatchObject([{ breaker: 'OPEN' }])
  })
})
