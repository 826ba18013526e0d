import { Gauge, Histogram, type Registry } from 'prom-client'
import type { Clock } from '../platform/clock.ts'
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
  void new Gauge({
    name: 'liandong_directory_expires_in_seconds',
    help: 'Seconds until the directory snapshot expires; negative when it has, absent when there is none.',
    registers,
    collect() {
      const { expiresAt } = directory.status()
      if (expiresAt !== undefined) this.set((Date.parse(expiresAt) - clock.now().getTime()) / 1_000)
    },
  })
  return { answered: (status, seconds) => answers.observe({ status: String(status) }, seconds) }
}
