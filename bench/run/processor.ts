import { readFileSync, readdirSync } from 'node:fs'

/** Clock ticks a second of /proc/<pid>/stat on Linux. */
const ticks = 100

/** Processor time of a process, its threads and its children, in milliseconds. */
export function processorMs(pid: number): number {
  let sum = 0
  for (const each of family(pid)) {
    const fields = statOf(each)
    // utime, stime, and those of children that have ended.
    sum += [11, 12, 13, 14].reduce((total, at) => total + Number(fields[at] ?? 0), 0)
  }
  return (sum / ticks) * 1_000
}

/** The most memory that a process and its children have held (VmHWM), in megabytes. */
export function peakMegabytes(pid: number): number {
  return family(pid).reduce((sum, each) => sum + kilobytes(each, 'VmHWM') / 1_024, 0)
}

/** What a process and its children hold now (VmRSS), in megabytes. */
export function residentMegabytes(pid: number): number {
  return family(pid).reduce((sum, each) => sum + kilobytes(each, 'VmRSS') / 1_024, 0)
}

function kilobytes(pid: number, name: string): number {
  try {
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may hold blanks.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

function family(pid: number): number[] {
  const found = [pid]
  for (const each of found) {
    try {
      for (const task of readdirSync(`/proc/${each}/task`)) {
        const children = readFileSync(`/proc/${each}/task/${task}/children`, 'utf8')
        found.push(...children.split(' ').filter(Boolean).map(Number))
      }
    } catch {
      // It has ended.
    }
  }
  return found
}
