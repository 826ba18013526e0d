import type { Clock } from '../../services/platform/clock.ts'
import { ExchangeError } from '../../services/platform/errors.ts'
import { CountyClient, type CountyClientStatus, leftAlone } from './county-client.ts'
import type {
  AskerContext,
  CountyRequest,
  CountyTransport,
  Credentials,
  Delivery,
  RegisteredCounty,
  ShardingLimits,
  ShardingLogger,
  ShardingMetrics,
} from './contract.ts'

/** The ways to all counties, each made when it is first needed and anew when the directory gives another URL. */
export class CountyPool<C extends AskerContext> implements CountyTransport<C> {
  readonly #clients = new Map<string, CountyClient>()
  readonly #credentials: Credentials<C>
  readonly #clock: Clock
  readonly #limits: ShardingLimits
  readonly #metrics: ShardingMetrics
  readonly #logger: ShardingLogger

  constructor(options: {
    credentials: Credentials<C>
    clock: Clock
    limits: ShardingLimits
    metrics: ShardingMetrics
    logger: ShardingLogger
  }) {
    this.#credentials = options.credentials
    this.#clock = options.clock
    this.#limits = options.limits
    this.#metrics = options.metrics
    this.#logger = options.logger
  }

  /** How each county asked so far is doing. */
  status(): CountyClientStatus[] {
    return [...this.#clients.values()].map((client) => client.status())
  }

  /** Sends a request with the credentials for this county, within the asker's deadline. Never rejects. */
  async send(county: RegisteredCounty, request: CountyRequest, context: C): Promise<Delivery> {
    const now = this.#clock.now().getTime()
    const left = context.transaction.deadline - now
    const time = left * this.#limits.timeShare
    if (time <= 0 || context.signal.aborted) return { outage: 'TIMEOUT', detail: 'no time left to ask' }
    const ender = new AbortController()
    const end = (): void => ender.abort()
    const timer = setTimeout(end, time)
    context.signal.addEventListener('abort', end, { once: true })
    try {
      const headers = await this.#authorize(county, context, ender.signal)
      if ('outage' in headers || 'refused' in headers) return headers
      const delivery = await this.#client(county).send(request, headers.headers, {
        deadline: now + time,
        signal: ender.signal,
        caller: context.signal,
      })
      // An open breaker was reported when it opened.
      if ('outage' in delivery && delivery.detail !== leftAlone && !context.signal.aborted) {
        const { outage, detail } = delivery
        this.#logger.warn({ county: county.code, outage, detail }, 'a county did not answer')
      }
      return delivery
    } catch (error) {
      this.#logger.error({ county: county.code, error }, 'a county could not be asked')
      return { outage: 'UNREACHABLE', detail: 'could not be asked' }
    } finally {
      clearTimeout(timer)
      context.signal.removeEventListener('abort', end)
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    const clients = [...this.#clients.values()]
    this.#clients.clear()
    await Promise.all(clients.map((client) => client.close()))
  }

  async #authorize(
    county: RegisteredCounty,
    context: C,
    signal: AbortSignal,
  ): Promise<{ headers: Record<string, string> } | Exclude<Delivery, { body: unknown }>> {
    let ended: (() => void) | undefined
    const late = new Promise<{ outage: 'TIMEOUT'; detail: string }>((resolve) => {
      ended = () => resolve({ outage: 'TIMEOUT', detail: 'no credentials before the deadline' })
      signal.addEventListener('abort', ended, { once: true })
    })
    try {
      return await Promise.race([this.#credentials(county.code, context).then((headers) => ({ headers })), late])
    } catch (error) {
      if (error instanceof ExchangeError) return { refused: error }
      this.#logger.error({ county: county.code, error }, 'no credentials for a county')
      return { outage: 'FAULT', detail: 'no credentials' }
    } finally {
      if (ended !== undefined) signal.removeEventListener('abort', ended)
    }
  }

  #client({ code, url }: RegisteredCounty): CountyClient {
    const known = this.#clients.get(code)
    if (known?.url === url) return known
    // What is under way to the old URL may end; each request has its deadline.
    if (known !== undefined) void known.retire().catch(() => {})
    const client = new CountyClient({
      county: code,
      url,
      clock: this.#clock,
      limits: this.#limits,
      metrics: this.#metrics,
    })
    this.#clients.set(code, client)
    return client
  }
}
