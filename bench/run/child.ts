import { type ChildProcess, fork, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Call, Reply } from './commands.ts'

/** Every process that this one started and that has not ended. */
const running = new Set<ChildProcess>()

/** A helper in a process of its own that answers calls. */
export interface Helper {
  pid: number
  call<Result>(name: string, argument?: unknown): Promise<Result>
  stop(): Promise<void>
}

/** Starts a script of `bench/` (TypeScript) as a helper; its output goes to `log`. */
export function startHelper(script: string, log: string): Helper {
  const output = openSync(log, 'a')
  const child = fork(fileURLToPath(new URL(`../${script}`, import.meta.url)), [], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    stdio: ['ignore', output, output, 'ipc'],
    serialization: 'advanced',
  })
  keep(child)
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  let last = 0
  const fail = (why: string): void => {
    for (const call of waiting.values()) call.reject(new Error(`${script}: ${why}, see ${log}`))
    waiting.clear()
  }
  child.on('message', ({ id, result, error }: Reply) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) call?.resolve(result as never)
    else call?.reject(new Error(`${script}: ${error}`))
  })
  child.on('exit', () => fail('ended'))
  child.on('error', (error) => fail(error.message))
  return {
    pid: child.pid ?? 0,
    call: (name, argument) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        child.send({ id: last, name, argument } satisfies Call, (error) => {
          if (error) fail(error.message)
        })
      }),
    stop: () => end(child),
  }
}

/** A program that serves on a port. */
export interface Server {
  pid: number
  stop(): Promise<void>
  /** Undefined while it runs. */
  ended(): string | undefined
}

/** Starts a program; its output goes to `log`. */
export function startServer(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string>; log: string },
): Server {
  const output = openSync(options.log, 'a')
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], HOME: options.cwd, ...options.env },
    stdio: ['ignore', output, output],
  })
  keep(child)
  let why: string | undefined
  child.on('error', (error) => {
    why = error.message
  })
  child.on('exit', (code, signal) => {
    why = `ended with ${signal ?? code}, see ${options.log}`
  })
  return { pid: child.pid ?? 0, stop: () => end(child), ended: () => why }
}

/** Ends everything that still runs. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map(end))
}

function keep(child: ChildProcess): void {
  running.add(child)
  child.on('exit', () => running.delete(child))
}

const graceMs = 5_000

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve()
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), graceMs)
    child.once('exit', () => {
      clearTimeout(hard)
      resolve()
    })
    child.kill('SIGTERM')
  })
}
