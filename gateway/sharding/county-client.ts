import { Pool } from 'undici'
import type { Clock } from '../../services/platform/clock.ts'
import { headers as names } from '../../services/platform/viewer.ts'
import { Admission } from './admission.ts'
import { type BreakerState, CircuitBreaker } from './circuit-breaker.ts'
import type {
  CountyRequest,
  Delivery,
  OutageReason,
  ShardingLimits,
  ShardingLogger,
  ShardingMetrics,
} from './contract.ts'
import { exchange, type HttpAnswer } from './county-exchange.ts'
import type { Hop } from './hop.ts'

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
  readonly #logger: ShardingLogger

  constructor(options: {
    county: string
    url: string
    clock: Clock
    limits: ShardingLimits
    metrics: ShardingMetrics
    logger: ShardingLogger
  }) {
    const { county, url, clock, limits, metrics, logger } = options
    this.#logger = logger
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
    if (admitted !== 'ADMITTED') {
      return admitted === 'FULL'
        ? this.#outage(started, hop, { outage: 'UNREACHABLE', detail: 'too many requests wait for this county' })
        : this.#outage(started, hop, { outage: 'TIMEOUT', detail: 'no turn before the deadline' })
    }
    try {
      if (!this.#breaker.admit()) {
        // No word of it in the log: that was said when the breaker opened.
        this.#metrics.countyRequest?.(this.county, 'UNREACHABLE', 0, 0)
        return { outage: 'UNREACHABLE', detail: 'left alone after several failures' }
      }
      let answer = await this.#attempt(request, headers, hop, started)
      if (answer.kind === 'OUTAGE' && answer.untouched && !request.mutation && !hop.ended) {
        answer = await this.#attempt(request, headers, hop, this.#clock.now().getTime())
      }
      const milliseconds = this.#clock.now().getTime() - started
      this.#learn(answer, hop, milliseconds)
      if (answer.kind === 'OUTAGE') {
        const { outage, detail, sent } = answer
        return this.#outage(started, hop, { outage, detail, sent }, answer.bytes)
      }
      this.#metrics.countyRequest?.(this.county, 'ANSWERED', milliseconds, answer.bytes)
      return { body: answer.body }
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

  #outage(started: number, hop: Hop, why: Extract<Delivery, { outage: OutageReason }>, bytes = 0): Delivery {
    const { outage, detail } = why
    this.#metrics.countyRequest?.(this.county, outage, this.#clock.now().getTime() - started, bytes)
    if (!hop.callerLeft) this.#logger.warn({ county: this.county, outage, detail }, 'a county did not answer')
    return why
  }

  #attempt(
    request: CountyRequest,
    given: Readonly<Record<string, string>>,
    hop: Hop,
    now: number,
  ): Promise<HttpAnswer> {
    const requestId = this.#clock.uuid()
    const left = Math.max(1, Math.floor(hop.deadline - now))
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
/** The document written last, as JSON: what goes to several counties at once differs in its variables only. */
let lastQuery = { query: '', text: '""' }

/** A request's text; one that goes to several counties is written once. */
function bodyOf(request: CountyRequest): Buffer {
  let body = bodies.get(request)
  if (body === undefined) {
    const { query, variables } = request
    if (lastQuery.query !== query) lastQuery = { query, text: JSON.stringify(query) }
    body = Buffer.from(`{"query":${lastQuery.text},"variables":${JSON.stringify(variables)}}`)
    bodies.set(request, body)
  }
  return body
}
