import type { LineResult } from '../run/measure.ts'
import { figures, lineOf, medianOf, ratio, show } from './statistics.ts'

/** All that was measured. */
export interface Results {
  checks: { size: number; real: boolean; lines: LineResult[] }[]
  entities: LineResult[] | undefined
}

/** One table for each number of counties, where there are two that of the real nodes: what growth is read from. */
export function oneForEachSize({ checks }: Pick<Results, 'checks'>): Results['checks'] {
  return checks.filter(({ size }, place) => checks.findIndex((check) => check.size === size) === place)
}

/** One aim and what was measured of it. */
export interface Aim {
  what: string
  aim: string
  measured: string
  reached: string
}

/** The aims against the results; an aim whose scenario was left out says so. */
export function aims({ checks, entities }: Results): Aim[] {
  const at = (size: number): LineResult[] | undefined => checks.find((check) => check.size === size)?.lines
  const [few, hundred, many] = [at(2), at(100), at(200)]
  const faster = (peer: string, factor: number, what: string): Aim[] =>
    (['ours-on', 'ours-on-small'] as const).map((id) => {
      const times = ratio(lineOf(hundred, id), lineOf(hundred, peer), figures.rate)
      return aim(`${what}, ${selections[id]}`, `≥ ${factor} × requests/s`, times, times >= factor, '×')
    })
  const growth = (id: 'ours-on' | 'ours-on-small', figure: typeof figures.busyP99, load: string): Aim => {
    const times = medianOf(lineOf(many, id), figure) / medianOf(lineOf(few, id), figure)
    return aim(
      `p99 at N = 200 against N = 2, index on, ${selections[id]}, ${load}`,
      '≤ 1.3 ×',
      times,
      times <= mostGrowth,
      '×',
    )
  }
  const live = (real: boolean): Aim => {
    const lines = checks.find((check) => check.size === 10 && check.real === real)?.lines
    const times = ratio(lineOf(lines, 'ours-off'), lineOf(lines, 'floor'), figures.gatewayMs)
    const counties = real ? 'real nodes' : 'the light process'
    return aim(
      `live check (index off), N = 10, ${counties}, gateway CPU against the bare client`,
      '≤ 2 ×',
      times,
      times <= 2,
      '×',
    )
  }
  const page = ratio(lineOf(entities, 'ours-on'), lineOf(entities, 'apollo'), figures.rate)
  return [
    ...faster('apollo', 30, 'check, N = 100, against plain Apollo gateway'),
    ...faster('hive-rust', 10, 'check, N = 100, against Hive with the Rust planner'),
    ...faster('grafbase', 2, 'check, N = 100, against Grafbase'),
    growth('ours-on', figures.busyP99, '16 at once'),
    growth('ours-on', figures.quietP99, 'one at a time'),
    growth('ours-on-small', figures.busyP99, '16 at once'),
    growth('ours-on-small', figures.quietP99, 'one at a time'),
    live(false),
    live(true),
    aim('entity page against plain Apollo gateway', '≥ 1.8 × requests/s', page, page >= 1.8, '×'),
  ]
}

const mostGrowth = 1.3
const selections = { 'ours-on': 'every county selected', 'ours-on-small': 'small selection' } as const

function aim(what: string, text: string, value: number, reached: boolean, unit: string): Aim {
  const known = Number.isFinite(value)
  return {
    what,
    aim: text,
    measured: known ? `${show(value, 2)} ${unit}` : 'not measured',
    reached: known ? (reached ? 'reached' : '**not reached**') : '–',
  }
}
