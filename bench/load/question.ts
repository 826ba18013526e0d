import type { Expectation } from './expectation.ts'

/** How the load generator asks one contestant. */
export interface Question {
  port: number
  path: string
  document: string
  operationName: string
  /** The check's variables: `check` for ours, `questions` for the peers' list of one; `subject` for the page. */
  variables: 'check' | 'questions' | 'subject'
  expect: Expectation
}

/** One phase of asking. */
export interface Phase {
  /** For how long new requests are sent; then those in flight are waited for. */
  ms: number
  /** Requests in flight; a closed loop. */
  concurrency: number
}

/** What came of a phase. */
export interface PhaseResult {
  requests: number
  failures: number
  /** From the first request to the last answer. */
  seconds: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Bytes of an answer, the mean. */
  bytes: number
  /** Answers that were read word by word. */
  sampled: number
  /** What was wrong, the first few. */
  wrong: string[]
}

/** Sums a phase up. Latencies of answers that failed are not among them. */
export function summarise(given: {
  latencies: number[]
  failures: number
  seconds: number
  bytes: number
  sampled: number
  wrong: string[]
}): PhaseResult {
  const sorted = Float64Array.from(given.latencies).toSorted()
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  const requests = sorted.length + given.failures
  return {
    requests,
    failures: given.failures,
    seconds: given.seconds,
    p50: at(0.5),
    p99: at(0.99),
    bytes: requests === 0 ? 0 : Math.round(given.bytes / requests),
    sampled: given.sampled,
    wrong: given.wrong,
  }
}
