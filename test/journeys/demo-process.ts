import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { packageRoot } from '../../services/platform/package-root.ts'

/** A program that ran to its end. */
export interface Finished {
  code: number | null
  out: string
  err: string
}

/** Runs a command in the package's folder to its end, with at most `limitMs`. */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  limitMs = 100_000,
): Promise<Finished> {
  const child = spawn(command, args, { cwd: packageRoot(), env: { ...process.env, ...env }, timeout: limitMs })
  child.stdin.end()
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  await once(child, 'close')
  // npm's own remarks about its configuration are not the program's.
  return { code: child.exitCode, out, err: err.replaceAll(/^npm warn .*\n/gm, '') }
}

/** The demo as `npm start` runs it, in a process group of its own, like a command in a terminal. */
export class Demo {
  readonly #child: ChildProcess
  /** Everything shown so far. */
  output = ''

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn('npm', ['start', '--', ...args], {
      cwd: packageRoot(),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    }
  }

  /** Waits until the text is shown; rejects with all that was shown when the demo ends before. */
  async shows(text: string | RegExp, limitMs = 230_000): Promise<void> {
    const until = Date.now() + limitMs
    const found = (): boolean => (typeof text === 'string' ? this.output.includes(text) : text.test(this.output))
    while (!found()) {
      if (this.ended() || Date.now() > until) throw new Error(`"${text}" was not shown:\n${this.output}`)
      await sleep(100)
    }
  }

  /** Process number of a part, as shown last. */
  pidOf(name: string): number {
    const shown = [...this.output.matchAll(new RegExp(`${name}\\b.*\\bpid (\\d+)\\b`, 'g'))]
    return Number(shown.at(-1)?.[1])
  }

  ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Ctrl-C: the signal goes to everything in the terminal's foreground. Resolves when all of it has ended. */
  async interrupt(): Promise<void> {
    if (this.ended()) return
    const closed = once(this.#child, 'close')
    process.kill(-(this.#child.pid ?? 0), 'SIGINT')
    await closed
  }

  /** Ends the supervisor and all around it at once, as a crash would. */
  async crash(): Promise<void> {
    const closed = once(this.#child, 'exit')
    process.kill(-(this.#child.pid ?? 0), 'SIGKILL')
    await closed
  }
}

/** Whether a process lives. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Waits until the condition holds; rejects with `what` after `limitMs`. */
export async function eventually(
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  const until = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`In vain waited for: ${typeof what === 'string' ? what : what()}`)
    await sleep(100)
  }
}
