import { randomUUID } from 'node:crypto'
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../services/platform/error-code.ts'
import { type FrameStore, type LinkState, linkStateSchema } from './county-link.ts'

const lengthBytes = 4

/**
 * Keeps a county's frames in `<county>.log` (each with its length before it) and the rest in `<county>.json`. The log
 * grows by appending; whatever is replaced is written to another name first. A log that ends in the middle of a frame is
 * read up to the last whole one.
 */
export function createFrameLog(folder: string, county: string): FrameStore {
  const log = join(folder, `${county}.log`)
  const stateFile = join(folder, `${county}.json`)
  let size = { first: 0, further: 0 }

  return {
    async load() {
      const { frames, isWhole } = parseLog(await readOrNothing(log))
      size = sizeOf(frames)
      return { frames, isWhole, state: parseState(await readOrNothing(stateFile)) }
    },
    async replace(frames) {
      await writeWhole(folder, log, Buffer.concat(frames.flatMap(withLength)))
      size = sizeOf(frames)
    },
    async append(frame) {
      await appendFile(log, Buffer.concat(withLength(frame)), { mode: 0o600, flush: true })
      size = { ...size, further: size.further + frame.length }
    },
    saveState: (state) => writeWhole(folder, stateFile, JSON.stringify(state)),
    size: () => size,
  }
}

/** The frames of a log, and whether it ended with the last of them. */
export function parseLog(bytes: Buffer): { frames: Uint8Array[]; isWhole: boolean } {
  const frames: Uint8Array[] = []
  let at = 0
  while (at + lengthBytes <= bytes.length) {
    const end = at + lengthBytes + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    frames.push(bytes.subarray(at + lengthBytes, end))
    at = end
  }
  return { frames, isWhole: at === bytes.length }
}

function withLength(frame: Uint8Array): Uint8Array[] {
  const length = Buffer.alloc(lengthBytes)
  length.writeUInt32BE(frame.length)
  return [length, frame]
}

function sizeOf(frames: readonly Uint8Array[]): { first: number; further: number } {
  const [first = 0, ...further] = frames.map(({ length }) => length)
  return { first, further: further.reduce((sum, length) => sum + length, 0) }
}

function parseState(bytes: Buffer): LinkState | undefined {
  try {
    return linkStateSchema.parse(JSON.parse(bytes.toString('utf8')))
  } catch {
    return undefined
  }
}

async function readOrNothing(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

async function writeWhole(folder: string, file: string, contents: string | Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, contents, { mode: 0o600, flush: true })
    await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}
