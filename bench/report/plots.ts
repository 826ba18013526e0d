import { mostRealCounties } from '../run/settings.ts'
import { type Results, oneForEachSize } from './aims.ts'
import { type Figure, baselineOf, figures, lineOf, medianOf, ratio, show } from './statistics.ts'
import { type Bar, type Series, barChart, lineChart } from './svg.ts'

/** A plot: its name without the report's, what it shows, and its text. */
export interface Plot {
  name: string
  title: string
  svg: string
}

const looks: Record<string, { label: string; colour: string; strong?: boolean; dashed?: boolean }> = {
  'ours-on': { label: 'this gateway, index on', colour: '#0b6bcb', strong: true },
  'ours-on-small': { label: '… small selection', colour: '#0b6bcb', dashed: true },
  'ours-off': { label: 'this gateway, index off', colour: '#5aa7ee' },
  apollo: { label: '@apollo/gateway', colour: '#7b3fb5' },
  hive: { label: 'Hive Gateway', colour: '#c98500' },
  'hive-rust': { label: 'Hive, Rust planner', colour: '#a35b00' },
  grafbase: { label: 'Grafbase (Rust)', colour: '#16875a' },
  floor: { label: 'bare undici client', colour: '#7a828d', dashed: true },
}

/** The plots of what was measured. */
export function plotsOf({ checks, entities }: Results): Plot[] {
  const plots: Plot[] = []
  const growing = oneForEachSize({ checks })
  if (growing.length > 1) {
    plots.push(
      growth(growing, figures.gatewayMs, 'growth-cpu', {
        title: 'What a check costs: processor time of the gateway',
        subtitle: 'milliseconds a check, nobody lists the subject; both axes logarithmic',
      }),
      growth(growing, figures.quietP99, 'growth-p99', {
        title: 'How long a caller waits: p99',
        subtitle: 'milliseconds, one check at a time; both axes logarithmic',
      }),
    )
  }
  const most = checks.find(({ size }) => size === 100) ?? checks.at(-1)
  if (most) {
    plots.push(
      bars(most.lines, 'check', {
        title: `Checks a second, ${most.size} counties`,
        subtitle: '16 in flight, nobody lists the subject; counties and load on the same machine',
      }),
    )
  }
  if (entities) {
    plots.push(
      bars(entities, 'entities', {
        title: 'Pages a second: 50 cases of ten counties, 100 links followed',
        subtitle: '16 in flight; counties and load on the same machine',
      }),
    )
  }
  return plots
}

function growth(
  checks: Results['checks'],
  figure: Figure,
  name: string,
  words: { title: string; subtitle: string },
): Plot {
  const series = Object.entries(looks).flatMap(([id, look]): Series[] => {
    const points = checks.flatMap(({ size, lines }) => {
      const value = medianOf(lineOf(lines, id), figure)
      return value > 0 ? [[size, value] as const] : []
    })
    const { label, colour, strong = false, dashed = false } = look
    return points.length > 0 ? [{ name: label, colour, strong, dashed, points }] : []
  })
  const sizes = checks.map(({ size }) => size)
  const lastReal = Math.max(...sizes.filter((size) => size <= mostRealCounties), 0)
  const firstLight = Math.min(...sizes.filter((size) => size > mostRealCounties))
  const parting =
    lastReal > 0 && Number.isFinite(firstLight)
      ? { parting: { x: Math.sqrt(lastReal * firstLight), left: 'real nodes', right: 'light process' } }
      : {}
  const svg = lineChart({ ...words, xTitle: 'counties', xTicks: sizes, series, ...parting })
  return { name, title: words.title, svg }
}

function bars(
  lines: Results['checks'][number]['lines'],
  name: string,
  words: { title: string; subtitle: string },
): Plot {
  const base = baselineOf(lines)
  const drawn = lines
    .filter(({ rounds }) => rounds.length > 0)
    .map((line): Bar => {
      const times = ratio(line, base, figures.rate)
      const { colour = '#7a828d', strong = false } = looks[line.id] ?? {}
      const note = line === base || !Number.isFinite(times) ? '' : `(${show(times, 2)} ×)`
      return { name: line.name, colour, strong, value: medianOf(line, figures.rate), note }
    })
  return { name, title: words.title, svg: barChart({ ...words, bars: drawn }) }
}
