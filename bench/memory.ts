/** Fills the gateway's merged map with random hashes, as many counties would, in a process of its own. */
import { MergedMap } from '../gateway/hit-index/merged-map.ts'
import { answerCalls } from './run/commands.ts'
import { peakMegabytes, residentMegabytes } from './run/processor.ts'

/** What the index takes. Memory in megabytes (2^20). */
export interface IndexMemory {
  entries: number
  /** Bytes of the map's own tables. */
  bytes: number
  /** What the process held more after than before, and at most while the map grew. */
  residentMb: number
  peakMb: number
  fillSeconds: number
  /** Nanoseconds of one look-up, of a hash that is in the map and of one that is not. */
  hitNs: number
  missNs: number
}

const counties = 200
const lookups = 1_000_000

/** A generator of 32-bit numbers that can be started again: hashes to look up are those that were put in. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) >>> 0
  }
}

function fill({ entries }: { entries: number }): IndexMemory {
  const before = residentMegabytes(process.pid)
  const map = new MergedMap()
  const started = performance.now()
  const [high, low] = [numbers(1), numbers(2)]
  for (let entry = 0; entry < entries; entry++) map.add(high(), low(), entry % counties)
  const fillSeconds = (performance.now() - started) / 1_000
  const look = (one: () => number, other: () => number): number => {
    const begun = performance.now()
    let found = 0
    for (let index = 0; index < lookups; index++) if (map.holders(one(), other()).length > 0) found += 1
    if (found > lookups) throw new Error('never: keeps the look-ups from being left out')
    return ((performance.now() - begun) / lookups) * 1e6
  }
  const hitNs = look(numbers(1), numbers(2))
  const missNs = look(numbers(3), numbers(4))
  return {
    entries: map.size,
    bytes: map.bytes,
    residentMb: residentMegabytes(process.pid) - before,
    peakMb: peakMegabytes(process.pid) - before,
    fillSeconds,
    hitNs,
    missNs,
  }
}

answerCalls({ fill })
