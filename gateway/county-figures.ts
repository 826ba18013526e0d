import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { ShardingMetrics } from './sharding/contract.ts'

const breakerStates = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const

type Outcome = Parameters<NonNullable<ShardingMetrics['countyRequest']>>[1]

/** What has come of one county's requests since the figures were last read. */
interface Tally {
  outcomes: Map<Outcome, number>
  bytes: number
}

/**
 * Registers the figures of requests to counties. What is only counted is counted here, and handed over when somebody
 * reads the figures: finding a labelled counter by its labels costs more than counting, ten times in each live check.
 */
export function createCountyFigures(registry: Registry): Required<ShardingMetrics> {
  const registers = [registry]
  const tallies = new Map<string, Tally>()
  const requests = new Counter({
    name: 'liandong_county_requests_total',
    help: 'Requests to counties by outcome.',
    labelNames: ['county', 'outcome'],
    registers,
    collect() {
      for (const [county, { outcomes }] of tallies) {
        for (const [outcome, count] of outcomes) requests.inc({ county, outcome }, count)
        outcomes.clear()
      }
    },
  })
  const times = new Histogram({
    name: 'liandong_county_request_seconds',
    help: 'Time until a county answered or was given up.',
    labelNames: ['county'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers,
  })
  const bytes = new Counter({
    name: 'liandong_county_answer_bytes_total',
    help: 'Bytes of answers read from counties.',
    labelNames: ['county'],
    registers,
    collect() {
      for (const [county, tally] of tallies) {
        bytes.inc({ county }, tally.bytes)
        tally.bytes = 0
      }
    },
  })
  const breakers = new Gauge({
    name: 'liandong_county_breaker',
    help: 'State of a county’s circuit breaker: 0 closed, 1 half open, 2 open.',
    labelNames: ['county'],
    registers,
  })
  return {
    countyRequest(county, outcome, milliseconds, size) {
      let tally = tallies.get(county)
      if (tally === undefined) tallies.set(county, (tally = { outcomes: new Map(), bytes: 0 }))
      tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1)
      tally.bytes += size
      times.observe({ county }, milliseconds / 1_000)
    },
    breakerChanged: (county, state) => breakers.set({ county }, breakerStates.indexOf(state)),
  }
}
