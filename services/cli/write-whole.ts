import { randomUUID } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file as a whole or not at all: under another name first. */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`
  writeFileSync(temporary, text)
  renameSync(temporary, file)
}
