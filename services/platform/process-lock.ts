import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { errorCode } from './error-code.ts'

/** A lock that is held; released when the process ends. */
export interface Lock {
  release(): void
}

const beatMs = 5_000
/** A holder that has not touched its lock for so long is gone; its process number belongs to somebody else. */
const staleMs = 60_000

/** Takes the lock, or returns the process number of whoever holds it. Left behind by a killed process, it is taken over. */
export function takeLock(file: string): Lock | { heldBy: number } {
  mkdirSync(dirname(file), { recursive: true })
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx' })
      return hold(file)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
    const holder = readHolder(file)
    if (holder !== undefined) return { heldBy: holder }
    rmSync(file, { force: true })
  }
  return { heldBy: 0 }
}

function hold(file: string): Lock {
  const beat = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date())
    } catch {
      // The folder was removed under our feet; there is nothing left to guard.
      clearInterval(beat)
    }
  }, beatMs)
  beat.unref()
  return {
    release: () => {
      clearInterval(beat)
      rmSync(file, { force: true })
    },
  }
}

/** The living holder's process number, or undefined when the lock is stale. */
function readHolder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    const age = Date.now() - statSync(file).mtimeMs
    if (!Number.isSafeInteger(pid) || pid <= 0) return age < beatMs ? 0 : undefined
    process.kill(pid, 0)
    return age < staleMs ? pid : undefined
  } catch (error) {
    return errorCode(error) === 'EPERM' ? Number(readFileSync(file, 'utf8')) : undefined
  }
}
