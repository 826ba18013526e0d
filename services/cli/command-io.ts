import type { ProgressStream } from '../county/import/progress.ts'

/** What a command sees of the world, so that tests can hand in their own. */
export interface CommandIo {
  env: NodeJS.ProcessEnv
  /** Writes to standard output, as it is. */
  out: (text: string) => void
  /** Writes to standard error, as it is. */
  err: (text: string) => void
  /** Where progress is shown. */
  progress: ProgressStream
  /** Reads standard input to its end. */
  stdin: () => Promise<string>
  /** Sets the code that the process ends with. */
  exit: (code: number) => void
}
