import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Clock } from '../services/platform/clock.ts'
import { registerDirectoryMetrics } from '../services/platform/directory/directory-metrics.ts'
import type { Directory } from '../services/platform/directory/directory.ts'
import { createCountyFigures } from './county-figures.ts'
import type { ShardingMetrics } from './sharding/contract.ts'

/** The gateway's figures. No label ever holds a subject, a person or a document number. */
export interface GatewayMetrics extends Required<ShardingMetrics> {
  /** One operation was answered: `code` of its first error, or OK. */
  operation(name: string, code: string, seconds: number): void
  /** A verdict was given. */
  verdict(verdict: string): void
}

/** What the hit index tells when figures are read. */
export interface HitIndexFigures {
  counties: readonly { county: string; entries: number; asOf: number; vouches: boolean }[]
  bytes: number
  entries: number
}

/** The hit index's own figures. */
export interface HitIndexMetrics {
  /** A county was asked for its digest. */
  result(county: string, result: string): void
}

/** Registers the figures of the hit index; `figures` is called whenever they are read. */
export function createHitIndexMetrics(
  registry: Registry,
  figures: () => HitIndexFigures,
  clock: Clock,
): HitIndexMetrics {
  const registers = [registry]
  const perCounty = (name: string, help: string, of: (each: HitIndexFigures['counties'][number]) => number): void => {
    const gauge: Gauge<'county'> = new Gauge({
      name,
      help,
      labelNames: ['county'],
      registers,
      collect() {
        gauge.reset()
        for (const each of figures().counties) gauge.set({ county: each.county }, of(each))
      },
    })
  }
  const whole = (name: string, help: string, of: (all: HitIndexFigures) => number): void => {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(of(figures())) })
  }
  const ageOf = (asOf: number): number => (clock.now().getTime() - asOf) / 1_000
  perCounty('liandong_hit_index_age_seconds', 'Age of what the hit index has of a county.', ({ asOf }) => ageOf(asOf))
  perCounty('liandong_hit_index_county_entries', 'Hashes in a county’s digest.', ({ entries }) => entries)
  perCounty('liandong_hit_index_vouches', 'Whether a county’s digest vouches for it: 1 or 0.', ({ vouches }) =>
    vouches ? 1 : 0,
  )
  whole('liandong_hit_index_entries', 'Different hashes of all counties.', ({ entries }) => entries)
  whole('liandong_hit_index_bytes', 'Bytes of memory that the hashes take.', ({ bytes }) => bytes)
  whole('liandong_hit_index_bytes_per_entry', 'Bytes of memory for each hash.', ({ bytes, entries }) =>
    entries === 0 ? 0 : bytes / entries,
  )
  const results = new Counter({
    name: 'liandong_hit_index_frames_total',
    help: 'Requests for digests by what came of them: FULL, DELTA, RENEWAL, DECLINED, FAILED, or why a frame was refused.',
    labelNames: ['county', 'result'],
    registers,
  })
  return { result: (county, result) => results.inc({ county, result }) }
}

/** Registers the gateway's figures. */
export function createGatewayMetrics(registry: Registry, directory: Directory, clock: Clock): GatewayMetrics {
  const registers = [registry]
  const operations = new Histogram({
    name: 'liandong_operation_seconds',
    help: 'Time to answer an operation, by registered name and outcome code.',
    labelNames: ['operation', 'code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers,
  })
  const verdicts = new Counter({
    name: 'liandong_verdicts_total',
    help: 'Credit checks by verdict.',
    labelNames: ['verdict'],
    registers,
  })
  registerDirectoryMetrics(registry, directory, clock)
  return {
    operation: (name, code, seconds) => operations.observe({ operation: name, code }, seconds),
    verdict: (verdict) => verdicts.inc({ verdict }),
    ...createCountyFigures(registry),
  }
}
