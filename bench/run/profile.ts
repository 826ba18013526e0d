import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where the processor time of a gateway went in the busy phases, as shares of the time it was not idle. */
export interface Profile {
  name: string
  /** Milliseconds that were looked at, idle ones left out. */
  ms: number
  groups: [name: string, share: number][]
  functions: [name: string, share: number][]
}

/** A stretch of time in microseconds of the machine's monotonic clock. */
export type Stretch = readonly [from: number, to: number]

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  startTime: number
  samples: number[]
  timeDeltas: number[]
}

/** Now, by the clock that profiles go by. */
export function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n)
}

/** Sums up the one profile in `folder` over these stretches; undefined when the process has written none. */
export function readProfile(folder: string, name: string, stretches: readonly Stretch[]): Profile | undefined {
  const file = readdirSync(folder).find((each) => each.endsWith('.cpuprofile'))
  if (file === undefined) return undefined
  const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const groups = new Map<string, number>()
  const functions = new Map<string, number>()
  let time = profile.startTime
  let sum = 0
  for (const [index, sample] of profile.samples.entries()) {
    const delta = profile.timeDeltas[index] ?? 0
    time += delta
    const frame = frames.get(sample)
    const inside = stretches.some(([from, to]) => time >= from && time <= to)
    if (!frame || !inside || frame.functionName === '(idle)') continue
    sum += delta
    const group = groupOf(frame)
    groups.set(group, (groups.get(group) ?? 0) + delta)
    const label = `${frame.functionName || '(anonymous)'} · ${group}`
    functions.set(label, (functions.get(label) ?? 0) + delta)
  }
  const shares = (from: Map<string, number>, most: number): [string, number][] =>
    [...from]
      .map(([key, value]): [string, number] => [key, value / sum])
      .toSorted((a, b) => b[1] - a[1])
      .slice(0, most)
  return { name, ms: sum / 1_000, groups: shares(groups, 14), functions: shares(functions, 20) }
}

function groupOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (url === '') return functionName === '(program)' ? 'native code' : 'built in'
  if (url.startsWith('node:'))
    return `node:${
      url
        .slice(5)
        .replace(/^internal\//, '')
        .split('/')[0]
    }`
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/.exec(url)?.[1]
  if (inPackage !== undefined) return inPackage
  return /dist\/(gateway\/[^/]+|services\/platform\/[^/]+)/.exec(url)?.[1] ?? 'other'
}
