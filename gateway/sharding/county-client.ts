import { Pool } from 'undici'
import type { Clock } from '../../services/platform/clock.ts'
import { headers as names } from '../../services/platform/viewer.ts'
import { Admission } from './admission.ts'
import { type BreakerState, CircuitBreaker } from './circuit-breaker.ts'
import type { CountyRequest, Delivery, OutageReason, ShardingLimits, ShardingMetrics } from './contract.ts'
import { exchange, type HttpAnswer } from './county-exchange.ts'

/** Why a request was not sent while the breaker is open. */
export const leftAlone = 'left alone after several failures'

/** How a county's client is doing, for readiness and metrics. */
export interface CountyClientStatus {
  county: string
  breaker: BreakerState
  inFlight: number
  queued: number
}

/** When a request ends at the latest. */
export interface RequestBounds {
  /** Epoch milliseconds, handed down to the county. */
  deadline: number
  /** Aborts at the deadline, and when the caller goes away. */
  signal: AbortSignal
  /** Aborts only when the caller goes away: that says nothing about the county. */
  caller: AbortSignal
}

/**
 * The way to one county's node: connections kept alive, so many requests at once, so many waiting, a breaker.
 *
 * Nothing is ever sent again but a query whose connection was lost before a byte of the answer came, and that once: the
 * usual cause is a node that closed an idle connection just as it was taken into use. A mutation is sent at most once.
 */
export class CountyClient {
  readonly county: string
  readonly url: string
  readonly #path: string
  readonly #pool: Pool
  readonly #admission: Admission
  readonly #breaker: CircuitBreaker
  readonly #clock: Clock
  readonly #limits: ShardingLimits
  readonly #metrics: ShardingMetrics

  constructor(options: {
    county: string
    url: string
    clock: Clock
    limits: ShardingLimits
    metrics: ShardingMetrics
  }) {
    const { county, url, clock, limits, metrics } = options
    this.county = county
    this.url = url
    this.#clock = clock
    this.#limits = limits
    this.#metrics = metrics
    const { origin, pathname, search } = new URL(url)
    this.#path = pathname + search
    this.#pool = new Pool(origin, {
      connections: limits.inFlight,
      pipelining: 1,
      connect: { timeout: limits.connectMs },
      // The deadline of each request is what ends it.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    this.#admission = new Admission(limits.inFlight, limits.queued)
    const settings = {
      failures: limits.breakerFailures,
      openMs: limits.breakerOpenMs,
      maxOpenMs: limits.breakerMaxOpenMs,
    }
    this.#breaker = new CircuitBreaker(
      settings,
      () => clock.now().getTime(),
      (state) => metrics.breakerChanged?.(county, state),
    )
  }

  /** How it is doing now. */
  status(): CountyClientStatus {
    const { running, waiting } = this.#admission.load
    return { county: this.county, breaker: this.#breaker.state, inFlight: running, queued: waiting }
  }

  /** Sends a request within its bounds. Never rejects. */
  async send(request: CountyRequest, headers: Record<string, string>, bounds: RequestBounds): Promise<Delivery> {
    const { signal } = bounds
    const started = this.#clock.now().getTime()
    const report = (outcome: 'ANSWERED' | OutageReason, bytes = 0): void => {
      this.#metrics.countyRequest?.(this.county, outcome, this.#clock.now().getTime() - started, bytes)
    }
    const unsent = (outage: OutageReason, detail: string): Delivery => {
      report(outage)
      return { outage, detail }
    }
    const admitted = await this.#admission.enter(signal)
    if (admitted === 'FULL') return unsent('UNREACHABLE', 'too many requests wait for this county')
    if (admitted === 'ABORTED') return unsent('TIMEOUT', 'no turn before the deadline')
    try {
      if (!this.#breaker.admit()) return unsent('UNREACHABLE', leftAlone)
      const body = JSON.stringify({ query: request.query, variables: request.variables })
      const attempt = () => this.#attempt(body, headers, bounds)
      let answer = await attempt()
      if (answer.kind === 'OUTAGE' && answer.untouched && !request.mutation && !signal.aborted) answer = await attempt()
      this.#learn(answer, bounds, this.#clock.now().getTime() - started)
      if (answer.kind === 'BODY') {
        report('ANSWERED', answer.bytes)
        return { body: answer.body }
      }
      report(answer.outage, answer.bytes)
      const { outage, detail, sent } = answer
      return { outage, detail, sent }
    } finally {
      this.#admission.leave()
    }
  }

  /** Closes the connections as the requests on them end. */
  async retire(): Promise<void> {
    await this.#pool.close()
  }

  /** Closes all connections, in use or not. */
  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  #attempt(body: string, headers: Record<string, string>, { deadline, signal }: RequestBounds): Promise<HttpAnswer> {
    const requestId = this.#clock.uuid()
    const left = Math.max(1, Math.floor(deadline - this.#clock.now().getTime()))
    return exchange(this.#pool, {
      path: this.#path,
      body,
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        [names.request]: requestId,
        [names.deadline]: String(left),
      },
      county: this.county,
      requestId,
      responseBytes: this.#limits.responseBytes,
      signal,
    })
  }

  /** Tells the breaker what the answer says about the county. */
  #learn(answer: HttpAnswer, { caller }: RequestBounds, milliseconds: number): void {
    if (answer.kind === 'BODY' || answer.outage === 'REFUSED') this.#breaker.succeeded()
    else if (answer.outage !== 'TIMEOUT') this.#breaker.failed()
    // A caller who went away, or came late, says nothing about the county.
    else if (caller.aborted || milliseconds < this.#limits.breakerTimeoutMs) this.#breaker.undecided()
    else this.#breaker.failed()
  }
}
