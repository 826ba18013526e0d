import { Counter, Gauge, type Registry } from 'prom-client'
import type { DigestAnswer, DigestFigures } from './publisher.ts'

/** Figures of the county's digest. */
export interface HitIndexMetrics {
  /** A frame left. */
  left(kind: DigestAnswer['kind']): void
}

/** Registers the figures of the digest; `figures` gives undefined where none is published. */
export function createHitIndexMetrics(registry: Registry, figures: () => DigestFigures | undefined): HitIndexMetrics {
  const registers = [registry]
  const frames = new Counter({
    name: 'liandong_hit_index_frames_total',
    help: 'Digests of the list that left, by kind: full, delta or renewal.',
    labelNames: ['kind'],
    registers,
  })
  const gauge = (name: string, help: string, value: (figures: DigestFigures) => number): void => {
    const made: Gauge = new Gauge({
      name: `liandong_hit_index_${name}`,
      help,
      registers,
      collect() {
        const now = figures()
        if (now) made.set(value(now))
      },
    })
  }
  gauge('entries', 'Hashes in the digest of the list.', ({ entries }) => entries)
  gauge('bytes', 'Memory of the digest.', ({ bytes }) => bytes)
  gauge('list_version', 'List version of the digest in memory.', ({ version }) => version)
  gauge('waiting', 'Requests of gateways that wait for a change of the list.', ({ waiting }) => waiting)
  return { left: (kind) => frames.inc({ kind }) }
}
