import { existsSync, rmSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { takeLock } from '../platform/process-lock.ts'
import { localAddresses } from './addresses.ts'
import { banner } from './banner.ts'
import { createFolders } from './create-folders.ts'
import { demoClients } from './demo-clients.ts'
import { demoCounties } from './demo-counties.ts'
import { writeDemoRecords } from './demo-records.ts'
import { type DemoAsker, demoAsker } from './demo-matters/demo-asker.ts'
import { goOnWithDemoMatters } from './demo-matters/go-on-with-demo-matters.ts'
import { demoKeys } from './keys.ts'
import { loadDemoData, mattersUnderWay } from './load-demo-data.ts'
import { countyFolders, dataFolder, processSpecs } from './plan.ts'
import { portProblem } from './ports.ts'
import { programPath } from './program-path.ts'
import { supervise, type ProcessSpec, type Supervised } from './processes.ts'
import { portVariables, type LocalSettings } from './settings.ts'
import { writeJson } from './write-json.ts'

/** How the demo is started. */
export interface StartOptions {
  settings: LocalSettings
  /** Remove keys, databases and logs first. */
  fresh: boolean
  /** Start a process again when it ends. */
  restart: boolean
  /** Shows people one line. */
  say: (line: string) => void
  /** Aborts when the demo is to stop, also while it starts. */
  signal: AbortSignal
}

/** A start that cannot be; its message is one line. */
export class StartRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StartRefused'
  }
}

const readyLimitMs = 120_000
const mattersLimitMs = 60_000
const lockFile = 'lock'

/**
 * Starts every process of the demo, waits until all serve, shows where they are, and runs until `signal` aborts; then
 * stops them all. Throws {@link StartRefused} before anything is started when it cannot be.
 */
export async function start(options: StartOptions): Promise<void> {
  const { settings, say } = options
  const lock = takeLock(join(settings.home, lockFile))
  if ('heldBy' in lock) {
    throw new StartRefused(
      `Liandong already runs in this folder (process ${lock.heldBy}). Stop it first, or set LIANDONG_HOME to another folder.`,
    )
  }
  const running: Supervised[] = []
  /** Keeps whatever is still being started from starting once something has failed. */
  const over = new AbortController()
  try {
    const problem = await portProblem(settings.host, portVariables(settings))
    if (problem !== undefined) throw new StartRefused(problem)
    await run({ ...options, signal: AbortSignal.any([options.signal, over.signal]) }, running)
  } finally {
    over.abort()
    if (running.length > 0) say('Stopping …')
    // Those that ask first, those that answer last, so that what is in flight can end.
    for (const group of [['gateway'], demoCounties.map(({ code }) => `county-${code}`), ['issuer', 'coordination']]) {
      await Promise.all(running.filter(({ spec }) => group.includes(spec.name)).map((each) => each.stop()))
    }
    rmSync(join(settings.home, 'endpoints.json'), { force: true })
    lock.release()
    if (running.length > 0) say('Stopped.')
  }
}

async function run(options: StartOptions, running: Supervised[]): Promise<void> {
  const { settings, fresh, say, signal } = options
  const { home } = settings
  const startedAt = performance.now()
  const elapsed = (): string => `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`
  const step = (text: string): void => say(`[${elapsed().padStart(6)}] ${text}`)

  if (fresh) {
    step(`Removing keys, databases and logs in ${home} (databases on PostgreSQL stay as they are)`)
    await empty(home)
  }
  step('Keys and directory records')
  const keys = await demoKeys(
    join(home, 'keys'),
    demoCounties.map(({ code }) => code),
    demoClients.map(({ id }) => id),
  )
  const addresses = localAddresses(settings)
  const records = writeDemoRecords(home, keys, addresses)
  const specs = processSpecs(settings, keys, records)

  const launch = async (spec: ProcessSpec): Promise<void> => {
    if (signal.aborted) return
    const child = supervise(spec, {
      logFolder: join(home, 'logs'),
      restart: options.restart,
      preload: programPath('services/local/parent-watch.js'),
      say,
    })
    running.push(child)
    await child.ready(readyLimitMs)
    if (!signal.aborted) step(`${spec.name} is ready at ${spec.url} (pid ${child.pid()})`)
  }

  const embedded = [specs.coordination, ...specs.counties, specs.gateway]
    .filter(({ name }) => settings.databases[name] === undefined)
    .map(({ name }) => dataFolder(home, name))
  step('Databases, coordination node and token issuer')
  const created = createFolders(home, embedded, signal)
  const centre = Promise.all([created.then(() => launch(specs.coordination)), launch(specs.issuer)])
  const databases = demoCounties.map(({ code, name }) => ({
    code,
    name,
    url: settings.databases[`county-${code}`],
    dataDir: dataFolder(home, `county-${code}`),
    node: {
      keyFile: keys.counties[code]?.file ?? '',
      pepperFile: keys.counties[code]?.pepperFile ?? '',
      seedFolders: records.seedFolders,
      ...countyFolders(home, code),
    },
  }))
  const loaded = loadDemoData({ home, keys, counties: databases, created, say: step, signal })
  const counties = specs.counties.map(async (spec, index) => {
    await Promise.all([centre, loaded[index]])
    await launch(spec)
  })
  const all = Promise.all([centre, ...counties, centre.then(() => launch(specs.gateway))])
  await untilAborted(all, signal)
  if (signal.aborted) return

  writeJson(join(home, 'endpoints.json'), {
    gateway: `${addresses.gateway}/graphql`,
    issuer: addresses.issuer,
    directory: specs.directoryUrl,
    pid: process.pid,
  })
  say(banner({ elapsed: elapsed(), processes: running, settings, addresses }))
  const asker = demoAsker({
    gateway: `${addresses.gateway}/graphql`,
    issuer: addresses.issuer,
    clients: keys.clients,
    signal,
  })
  void goOn(home, asker, step, signal)
  await sleep(2 ** 31 - 1, undefined, { signal }).catch(() => undefined)
}

/** Takes the matters of a first start on to where the examples expect them; whatever fails, the demo stays as it is. */
async function goOn(home: string, asker: DemoAsker, step: (text: string) => void, signal: AbortSignal): Promise<void> {
  if (!existsSync(mattersUnderWay(home))) return
  try {
    await goOnWithDemoMatters(asker, mattersLimitMs, signal)
    rmSync(mattersUnderWay(home), { force: true })
    step('The matters between the counties are there: see Inbox in the playground')
  } catch (error) {
    if (signal.aborted) return
    const why = error instanceof Error ? error.message : String(error)
    step(`${why}. Everything else works; the next start tries again.`)
  }
}

/** The work's end, or an early return once `signal` aborts; what the work then still says is of no interest. */
async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (signal.aborted) resolve()
  })
  await Promise.race([work, aborted])
  work.catch(() => undefined)
}

async function empty(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name !== lockFile) await rm(join(home, name), { recursive: true, force: true })
  }
}
