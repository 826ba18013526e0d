import { Pool } from 'undici'
import type { Clock } from '../../services/platform/clock.ts'
import { headers as names } from '../../services/platform/viewer.ts'
import { Admission } from './admission.ts'
import { type BreakerState, CircuitBreaker } from './circuit-breaker.ts'
import type { CountyRequest, Delivery, OutageReason, ShardingLimits, ShardingMetrics } from './contract.ts'
import { exchange, type HttpAnswer } from './county-exchange.ts'
import type { Hop } from './hop.ts'

/** Why a request was not sent while the breaker is open. */
export const leftAlone = 'left alone after several failures'

/** How a county's client is doing, for readiness and metrics. */
export interface CountyClientStatus {
  county: string
  breaker: BreakerState
  inFlight: number
  queued: number
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

  /** Sends a request, and waits as long as the hop lasts. Never rejects. */
  async send(request: CountyRequest, headers: Readonly<Record<string, string>>, hop: Hop): Promise<Delivery> {
    const started = this.#clock.now().getTime()
    const admitted = this.#admission.enterAtOnce() ? 'ADMITTED' : await this.#admission.enter(hop)
    if (admitted === 'FULL') return this.#unsent(started, 'UNREACHABLE', 'too many requests wait for this county')
    if (admitted === 'ENDED') return this.#unsent(started, 'TIMEOUT', 'no turn before the deadline')
    try {
      if (!this.#breaker.admit()) return this.#unsent(started, 'UNREACHABLE', leftAlone)
      let answer = await this.#attempt(request, headers, hop)
      if (answer.kind === 'OUTAGE' && answer.untouched && !request.mutation && !hop.ended) {
        answer = await this.#attempt(request, headers, hop)
      }
      const milliseconds = this.#clock.now().getTime() - started
      this.#learn(answer, hop, milliseconds)
      if (answer.kind === 'BODY') {
        this.#metrics.countyRequest?.(this.county, 'ANSWERED', milliseconds, answer.bytes)
        return { body: answer.body }
      }
      const { outage, detail, sent } = answer
      this.#metrics.countyRequest?.(this.county, outage, milliseconds, answer.bytes)
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

  #unsent(started: number, outage: OutageReason, detail: string): Delivery {
    this.#metrics.countyRequest?.(this.county, outage, this.#clock.now().getTime() - started, 0)
    return { outage, detail }
  }

  #attempt(request: CountyRequest, given: Readonly<Record<string, string>>, hop: Hop): Promise<HttpAnswer> {
    const requestId = this.#clock.uuid()
    const left = Math.max(1, Math.floor(hop.deadline - this.#clock.now().getTime()))
    const headers = [...ownHeaders, names.request, requestId, names.deadline, String(left)]
    for (const name of Object.keys(given)) headers.push(name, given[name] ?? '')
    return exchange(this.#pool, {
      path: this.#path,
      body: bodyOf(request),
      headers,
      county: this.county,
      requestId,
      responseBytes: this.#limits.responseBytes,
      hop,
    })
  }

  /** Tells the breaker what the answer says about the county. */
  #learn(answer: HttpAnswer, hop: Hop, milliseconds: number): void {
    if (answer.kind === 'BODY' || answer.outage === 'REFUSED') this.#breaker.succeeded()
    else if (answer.outage !== 'TIMEOUT') this.#breaker.failed()
    // A caller who went away, or came late, says nothing about the county.
    else if (hop.callerLeft || milliseconds < this.#limits.breakerTimeoutMs) this.#breaker.undecided()
    else this.#breaker.failed()
  }
}

/** Headers of every request, names and values in turn. */
const ownHeaders = [
  'content-type',
  'application/json',
  'accept',
  'application/graphql-response+json, application/json',
] as const

const bodies = new WeakMap<CountyRequest, Buffer>()

/** A request's text; one that goes to several counties is written once. */
function bodyOf(request: CountyRequest): Buffer {
  let body = bodies.get(request)
  if (body === undefined) {
    body = Buffer.from(JSON.stringify({ query: request.query, variables: request.variables }))
    bodies.set(request, body)
  }
  return body
}
