import { baseline } from '../contestants/lines.ts'
import type { LineResult, Round } from '../run/measure.ts'

/** A figure of a round. */
export interface Figure {
  id: string
  title: string
  of(round: Round): number
  /** Digits after the point. */
  digits: number
}

/** Requests answered well a second. */
function rate({ busy }: Round): number {
  return (busy.requests - busy.failures) / busy.seconds
}

/** The figures of the tables. */
export const figures = {
  rate: { id: 'rate', title: 'requests/s', of: rate, digits: 1 },
  busyP50: { id: 'busyP50', title: 'p50 ms, 16 at once', of: ({ busy }) => busy.p50, digits: 1 },
  busyP99: { id: 'busyP99', title: 'p99 ms, 16 at once', of: ({ busy }) => busy.p99, digits: 1 },
  quietP50: { id: 'quietP50', title: 'p50 ms, one at a time', of: ({ quiet }) => quiet.p50, digits: 2 },
  quietP99: { id: 'quietP99', title: 'p99 ms, one at a time', of: ({ quiet }) => quiet.p99, digits: 2 },
  gatewayMs: { id: 'gatewayMs', title: 'CPU ms/request, gateway', of: ({ gatewayMs }) => gatewayMs, digits: 2 },
  countiesMs: { id: 'countiesMs', title: 'CPU ms/request, counties', of: ({ countiesMs }) => countiesMs, digits: 2 },
  calls: { id: 'calls', title: 'subgraph calls/request', of: ({ calls }) => calls, digits: 2 },
} satisfies Record<string, Figure>

/** The middle of some numbers; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The median over the rounds; NaN when there is none. */
export function medianOf(line: LineResult | undefined, figure: Figure): number {
  return median((line?.rounds ?? []).map((round) => figure.of(round)))
}

/** The median over the rounds of one line's figure over another's in the same round. */
export function ratio(line: LineResult | undefined, other: LineResult | undefined, figure: Figure): number {
  const against = other?.rounds ?? []
  return median(
    (line?.rounds ?? []).map((round, index) => {
      const base = against[index]
      return base === undefined ? Number.NaN : figure.of(round) / figure.of(base)
    }),
  )
}

/** The line with this id. */
export function lineOf(lines: readonly LineResult[] | undefined, id: string): LineResult | undefined {
  return lines?.find((line) => line.id === id)
}

/** The line that ratios are taken against. */
export function baselineOf(lines: readonly LineResult[]): LineResult | undefined {
  return lineOf(lines, baseline)
}

/** Requests of a line, how many failed, how many answers were read word by word. */
export function countsOf({ rounds }: LineResult): { requests: number; failures: number; sampled: number } {
  const counts = { requests: 0, failures: 0, sampled: 0 }
  for (const { busy, quiet } of rounds) {
    for (const phase of [busy, quiet]) {
      counts.requests += phase.requests
      counts.failures += phase.failures
      counts.sampled += phase.sampled
    }
  }
  return counts
}

/** A number with so many digits, `–` for none. */
export function show(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–'
  const text = value.toFixed(value >= 1_000 ? 0 : value >= 100 ? Math.min(1, digits) : digits)
  return text.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',')
}
