import type { Logger } from './log.ts'

/** How long a process may take to finish what is in flight. */
const drainMs = 10_000

/** A started process. */
export interface RunningProcess {
  logger: Logger
  /** Lets requests in flight end, then frees everything. */
  close(): Promise<void>
}

/**
 * postgres 3.4.9 may write to a connection that has just been lost, in a callback where nobody can catch what it throws
 * (porsager/postgres#1208). Whoever waited for that connection has been told by then. Without this, a database that is
 * restarted takes every process with it. Any other error that nobody caught ends the process, as it does without.
 */
function outliveLostConnections(): void {
  process.on('uncaughtException', (error) => {
    if (error instanceof TypeError && /\bnextWrite\b.*[\\/]postgres[\\/].*connection\.js/.test(error.stack ?? ''))
      return
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  })
}

/**
 * The life of a process: start, run until SIGTERM or SIGINT, drain, end. A start that fails prints one message for
 * people and ends with code 1; a drain that takes longer than 10 s is cut off. The only place that ends the process.
 */
export async function runProcess(start: () => Promise<RunningProcess>): Promise<void> {
  outliveLostConnections()
  let running: RunningProcess
  try {
    running = await start()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    // Whatever was opened before the failure must not keep the process alive.
    process.exit(1)
  }
  let closing = false
  const stop = (signal: NodeJS.Signals): void => {
    if (closing) return
    closing = true
    running.logger.info({ signal }, 'closing')
    const cutOff = setTimeout(() => process.exit(1), drainMs)
    cutOff.unref()
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        running.logger.error({ reason: error instanceof Error ? error.message : String(error) }, 'closing failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
