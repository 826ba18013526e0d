import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { importantLine } from './important-line.ts'
import { openLogFile } from './log-file.ts'

/** One process to run. */
export interface ProcessSpec {
  /** Name of its log file and in messages. */
  name: string
  /** Absolute path of its program. */
  program: string
  args?: readonly string[]
  /** Its whole environment besides what it inherits. */
  env: Readonly<Record<string, string>>
  /** What people are told. */
  url: string
  /** Answers 200 once the process can serve. */
  readyUrl: string
}

/** A process that is kept running. */
export interface Supervised {
  readonly spec: ProcessSpec
  /** Process number; undefined while it is not running. */
  pid(): number | undefined
  /** Resolves when the process serves; rejects, with the end of its log, when it ends before or `limitMs` pass. */
  ready(limitMs: number): Promise<void>
  /** Asks it to drain (SIGTERM), ends it by force after a bound, and starts it no more. */
  stop(): Promise<void>
}

/** What the supervisor of one process is given. */
export interface SuperviseOptions {
  logFolder: string
  /** Whether it is started again, with backoff, when it ends. */
  restart: boolean
  /** Module loaded before the program. */
  preload: string
  /** Tells people one line. */
  say: (line: string) => void
}

const drainMs = 15_000
const firstBackoffMs = 1_000
const longestBackoffMs = 30_000
/** A process that has run so long starts with the first backoff again. */
const steadyMs = 60_000
const keptLines = 15

/** Starts a process of its own and keeps it running. Its output goes to its log; warnings and errors are also said. */
export function supervise(spec: ProcessSpec, options: SuperviseOptions): Supervised {
  const log = openLogFile(join(options.logFolder, `${spec.name}.log`))
  const important = importantLine()
  const lastLines: string[] = []
  let child: ChildProcess | undefined
  let stopping = false
  let served = false
  let ended: string | undefined
  let restartTimer: NodeJS.Timeout | undefined
  let backoffMs = firstBackoffMs

  const take = (line: string): void => {
    log.write(`${line}\n`)
    lastLines.push(line)
    if (lastLines.length > keptLines) lastLines.shift()
    const worth = important(line)
    if (worth !== undefined && served && !stopping) options.say(`${spec.name}: ${worth}`)
  }

  const start = (): void => {
    const startedAt = Date.now()
    ended = undefined
    // A process group of its own: Ctrl-C reaches the supervisor only, which stops its children in order.
    const running = spawn(
      process.execPath,
      ['--enable-source-maps', '--import', options.preload, spec.program, ...(spec.args ?? [])],
      { env: { ...process.env, ...spec.env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
    )
    child = running
    for (const stream of [running.stdout, running.stderr]) if (stream) eachLine(stream, take)
    running.once('error', (error) => take(error.message))
    running.once('close', (code, signal) => {
      child = undefined
      ended = signal === null ? `exit code ${code}` : signal
      if (stopping) return
      if (Date.now() - startedAt > steadyMs) backoffMs = firstBackoffMs
      if (!served) return
      const pid = running.pid ?? 0
      if (!options.restart) {
        options.say(`${spec.name} (pid ${pid}) ended: ${ended}. It is left dead (--no-restart).`)
        return
      }
      options.say(`${spec.name} (pid ${pid}) ended: ${ended}. It starts again in ${backoffMs / 1_000} s.`)
      restartTimer = setTimeout(start, backoffMs)
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs)
    })
  }
  start()

  return {
    spec,
    pid: () => child?.pid,
    ready: async (limitMs) => {
      const until = Date.now() + limitMs
      while (!(await answers(spec.readyUrl))) {
        if (stopping) return
        if (ended !== undefined || Date.now() > until) {
          const why = ended === undefined ? `was not ready within ${limitMs / 1_000} s` : `ended (${ended})`
          throw new Error(
            `${spec.name} ${why}. The end of its log:\n${lastLines.map((line) => `  ${line}`).join('\n')}`,
          )
        }
        await sleep(100)
      }
      served = true
    },
    stop: async () => {
      stopping = true
      clearTimeout(restartTimer)
      const running = child
      if (running && running.exitCode === null && running.signalCode === null) {
        const gone = once(running, 'close')
        running.kill('SIGTERM')
        const force = setTimeout(() => running.kill('SIGKILL'), drainMs)
        await gone
        clearTimeout(force)
      }
      log.close()
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_500) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}

function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(-100_000)
    for (const line of lines) take(line)
  })
  stream.on('end', () => {
    if (rest !== '') take(rest)
  })
}
