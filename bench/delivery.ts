/**
 * Measures delivery between two counties on this machine: `npm run bench:delivery -- [--matters n] [--backlog n] [--out
 * file]`. Two county nodes and a gateway, each a process of its own with its database, over real sockets; needs a
 * PostgreSQL in BENCH_DATABASE_URL (default postgres://postgres:postgres@127.0.0.1:5432/postgres) where it may create
 * databases. They are dropped afterwards. 3,000 matters and a backlog of 15,000 unless told otherwise; `--backlog 100000` takes
 * 12 minutes and says, tenth by tenth, how fast the backlog was written.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { drawUp } from './delivery/exchange.ts'
import type { Figures, Usage } from './delivery/node.ts'
import { type Helper, startHelper, stopAll } from './run/child.ts'
import { createDatabases } from './world/databases.ts'

const { values } = parseArgs({
  options: {
    matters: { type: 'string', default: '3000' },
    backlog: { type: 'string', default: '15000' },
    out: { type: 'string' },
  },
})
const matters = Number(values.matters)
const backlog = Number(values.backlog)
/** Officers who open matters at the same time. */
const atOnce = 8
/** How often a matter is opened while the backlog drains, milliseconds. */
const everyMs = 500

const databases = createDatabases(
  process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres:postgres@127.0.0.1:5432/postgres',
)
const folder = await mkdtemp(join(tmpdir(), 'liandong-bench-delivery-'))
const report: string[] = []
const say = (line: string): void => {
  report.push(line)
  process.stdout.write(`${line}\n`)
}
const whole = (value: number): string => Math.round(value).toLocaleString('en')
const since = (begin: number): number => (performance.now() - begin) / 1_000

try {
  const parts = await drawUp(databases)
  const run = async (which: keyof typeof parts): Promise<Helper> => {
    const helper = startHelper('delivery/node.ts', join(folder, `${which}.log`))
    await helper.call('start', parts[which])
    return helper
  }
  const from = await run('from')
  let to = await run('to')
  const gateway = await run('gateway')
  const pending = (): Promise<number> => from.call<number>('pending')
  const untilNone = async (): Promise<void> => {
    while ((await pending()) > 0) await sleep(100)
  }
  const usages = (): Promise<Usage[]> => Promise.all([from, to, gateway].map((each) => each.call<Usage>('usage')))
  /** What something costs an envelope; gives what it took, seconds. */
  const weigh = async (count: number, work: () => Promise<void>): Promise<number> => {
    const before = await usages()
    const begin = performance.now()
    await work()
    const seconds = since(begin)
    const spent = (await usages()).map(({ own, postgres, statements }, index) => {
      const then = before[index] ?? { own: 0, postgres: 0, statements: 0 }
      return [own - then.own, postgres - then.postgres, statements - then.statements].map((each) => each / count)
    })
    const column = (place: number): string => spent.map((each) => (each[place] ?? 0).toFixed(2)).join(' + ')
    const all = spent.reduce((sum, [own = 0, postgres = 0]) => sum + own + postgres, 0)
    say(
      `  sender + recipient + gateway, each: processor ${column(0)} ms, PostgreSQL ${column(1)} ms, ${all.toFixed(2)} ms in all`,
    )
    say(`  statements each: ${column(2)}`)
    return seconds
  }

  say(`processors ${availableParallelism()}, load before ${loadavg()[0]?.toFixed(1)}`)
  await from.call('open', { count: 300, atOnce })
  await untilNone()

  let opened = 0
  const seconds = await weigh(matters, async () => {
    opened = await from.call<number>('open', { count: matters, atOnce })
    await untilNone()
  })
  const live = matters / seconds
  say(
    `${whole(matters)} matters opened, delivered and acknowledged in ${seconds.toFixed(1)} s: ${whole(live)} a second; the opening took ${(opened / 1_000).toFixed(1)} s of it, ${atOnce} officers at a time`,
  )
  const alone = await openSome(from, 20)
  say(`one matter at a time, acknowledged after: ${quantiles(alone)}`)

  await to.stop()
  const making = performance.now()
  let made = 0
  const rates: string[] = []
  while (made < backlog) {
    const begin = performance.now()
    const part = await from.call<number>('openMany', { envelopes: Math.ceil(backlog / 10), atOnce })
    made += part
    rates.push(whole(part / since(begin)))
  }
  say(`${whole(made)} envelopes written in ${whole(since(making))} s while the recipient is down`)
  say(`  a second, tenth by tenth: ${rates.join(', ')}`)
  to = await run('to')
  const back = performance.now()
  const latencies: number[] = []
  const waiting: Promise<unknown>[] = []
  const openOne = async (): Promise<void> => {
    latencies.push((await from.call<{ acknowledged: number }>('openAndWait')).acknowledged)
  }
  // What is opened before anything goes out again is the end of the backlog.
  for (let left = await pending(); (await pending()) >= left; left += 1) {
    await from.call('open', { count: 1, atOnce: 1 })
    await sleep(everyMs)
  }
  say(`delivery went on ${since(back).toFixed(1)} s after the recipient was back`)
  const beginning = await pending()
  const drained = await weigh(beginning, async () => {
    let told = performance.now()
    let left = beginning
    for (let round = 1; left > 0; round += 1) {
      waiting.push(openOne())
      await sleep(everyMs)
      // Counting costs the database something.
      if (left < 2_000 || round % 4 === 0) left = await pending()
      if (since(told) < 15) continue
      told = performance.now()
      process.stdout.write(`  ${whole(left)} left\n`)
    }
  })
  await Promise.all(waiting)
  const drain = beginning / drained
  say(
    `backlog of ${whole(beginning)} drained in ${whole(drained)} s: ${whole(drain)} envelopes a second, delivered and acknowledged`,
  )
  say(`matters opened meanwhile, every ${everyMs} ms, acknowledged after: ${quantiles(latencies)}`)
  const here = await from.call<Figures>('figures')
  const there = await to.call<Figures>('figures')
  say(`held by the recipient ${whole(there.received)}, pending ${here.pending}, out of order ${there.outOfOrder}`)
  say(`load after ${loadavg()[0]?.toFixed(1)}`)
  if (values.out !== undefined) await writeFile(values.out, `${report.join('\n')}\n`)
} finally {
  await stopAll()
  await databases.drop()
  await rm(folder, { recursive: true, force: true })
}

async function openSome(from: Helper, count: number): Promise<number[]> {
  const found: number[] = []
  for (let index = 0; index < count; index += 1) {
    found.push((await from.call<{ acknowledged: number }>('openAndWait')).acknowledged)
  }
  return found
}

function quantiles(given: readonly number[]): string {
  const sorted = given.toSorted((a, b) => a - b)
  const at = (share: number): string => `${sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0}`
  return `median ${at(0.5)} ms, p90 ${at(0.9)} ms, longest ${sorted.at(-1) ?? 0} ms (${sorted.length})`
}
