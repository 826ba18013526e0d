/** Exit codes of `liandong check`, and of the other commands where they fit. */
export const exitCodes = {
  /** CLEAR; or the command did what was asked. */
  ok: 0,
  /** CONSIDER or BARRED; a receipt that is not genuine; an import with rejected rows; a journal that is broken. */
  finding: 1,
  /** INCONCLUSIVE: some county has not answered. */
  inconclusive: 2,
  /** The command could not do its work. */
  error: 3,
  /** Two counties that were compared differ. */
  differs: 4,
} as const

/** Ends a command with one line for people and an exit code. */
export class CommandFailed extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode: number = exitCodes.error) {
    super(message)
    this.name = 'CommandFailed'
    this.exitCode = exitCode
  }
}
