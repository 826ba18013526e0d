import { spawn } from 'node:child_process'
import { openLogFile } from './log-file.ts'
import { programPath } from './program-path.ts'

/** A program that runs to its end. */
export interface ChildProgram {
  /** Compiled module, e.g. `services/local/load-county.js`. */
  module: string
  env: Readonly<Record<string, string>>
  logFile: string
  limitMs: number
  signal: AbortSignal
}

/**
 * Runs a program to its end and returns what it printed; undefined when `signal` aborted meanwhile. Rejects with the end
 * of its error output when it failed or took longer than its limit.
 */
export async function runChild(program: ChildProgram): Promise<string | undefined> {
  const { module, env, logFile, limitMs, signal } = program
  if (signal.aborted) return undefined
  const log = openLogFile(logFile)
  const child = spawn(
    process.execPath,
    ['--import', programPath('services/local/parent-watch.js'), programPath(module)],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  )
  const stop = (): void => void child.kill('SIGTERM')
  const timer = setTimeout(stop, limitMs)
  signal.addEventListener('abort', stop, { once: true })
  let output = ''
  let errors = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    log.write(chunk)
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-4_000)
    log.write(chunk)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
  log.close()
  if (signal.aborted) return undefined
  if (code !== 0) throw new Error(`${module} ended with ${code ?? 'a signal'}: ${errors.trim()}`)
  return output
}
