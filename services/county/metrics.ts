import { Histogram, type Registry } from 'prom-client'
import type { Clock } from '../platform/clock.ts'
import { registerDirectoryMetrics } from '../platform/directory/directory-metrics.ts'
import type { Directory } from '../platform/directory/directory.ts'

/** A county node's figures. No label ever holds a subject, a person or a document number. */
export interface CountyMetrics {
  /** One question was answered with this HTTP status. */
  answered(status: number, seconds: number): void
}

/** Registers a county node's figures. */
export function createCountyMetrics(registry: Registry, directory: Directory, clock: Clock): CountyMetrics {
  const registers = [registry]
  const answers = new Histogram({
    name: 'liandong_question_seconds',
    help: 'Time to answer a question, by HTTP status.',
    labelNames: ['status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers,
  })
  registerDirectoryMetrics(registry, directory, clock)
  return { answered: (status, seconds) => answers.observe({ status: String(status) }, seconds) }
}
