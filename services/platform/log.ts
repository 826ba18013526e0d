import { type Logger, destination, pino } from 'pino'
import { redactIdentityNumbers } from './codes/mask.ts'

export type { Logger } from 'pino'

/**
 * A JSON logger to standard output. Whatever is logged, a natural person's identity number leaves only as its last four
 * characters: every line passes through the redaction, so that no call can forget it.
 */
export function createLogger(options: { name: string; level: string; write?: (line: string) => void }): Logger {
  const out = options.write ?? toStandardOutput()
  return pino(
    {
      name: options.name,
      level: options.level,
      redact: { paths: ['authorization', '*.authorization', '*.headers.authorization', 'token', '*.token'] },
    },
    { write: (line: string) => out(redactIdentityNumbers(line)) },
  )
}

function toStandardOutput(): (line: string) => void {
  const stream = destination({ dest: 1, sync: false, minLength: 0 })
  return (line) => {
    stream.write(line)
  }
}
