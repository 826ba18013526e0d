import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A log file that never grows past twice its bound. */
export interface LogFile {
  write(text: string): void
  close(): void
}

/** Opens a log file; what an earlier start left becomes `<file>.1`, and so does the file whenever it reaches `bound` bytes. */
export function openLogFile(file: string, bound = 10 * 1024 * 1024): LogFile {
  mkdirSync(dirname(file), { recursive: true })
  if (existsSync(file) && statSync(file).size > 0) renameSync(file, `${file}.1`)
  let descriptor = openSync(file, 'a', 0o600)
  let size = 0
  return {
    write: (text) => {
      if (descriptor < 0) return
      size += writeSync(descriptor, text)
      if (size < bound) return
      closeSync(descriptor)
      renameSync(file, `${file}.1`)
      descriptor = openSync(file, 'a', 0o600)
      size = 0
    },
    close: () => {
      if (descriptor >= 0) closeSync(descriptor)
      descriptor = -1
    },
  }
}
