import type { Clock } from '../../services/platform/clock.ts'
import { ExchangeError } from '../../services/platform/errors.ts'
import { CountyClient, type CountyClientStatus } from './county-client.ts'
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
import { Hop } from './hop.ts'

/** The ways to all counties, each made when it is first needed and anew when the directory gives another URL. */
export class CountyPool<C extends AskerContext> implements CountyTransport<C> {
  readonly #clients = new Map<string, CountyClient>()
  readonly #hops = new WeakMap<C, Hop>()
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
  send(county: RegisteredCounty, request: CountyRequest, context: C): Promise<Delivery> {
    const hop = this.#hop(context)
    if (hop === undefined) return Promise.resolve({ outage: 'TIMEOUT', detail: 'no time left to ask' })
    const credentials = this.#authorize(county, context, hop)
    if (credentials instanceof Promise) return credentials.then((given) => this.#sendWith(given, county, request, hop))
    return this.#sendWith(credentials, county, request, hop)
  }

  #sendWith(credentials: Authorized, county: RegisteredCounty, request: CountyRequest, hop: Hop): Promise<Delivery> {
    if (!('headers' in credentials)) return Promise.resolve(credentials)
    try {
      return this.#client(county).send(request, credentials.headers, hop)
    } catch (error) {
      this.#logger.error({ county: county.code, error }, 'a county could not be asked')
      return Promise.resolve({ outage: 'UNREACHABLE', detail: 'could not be asked' })
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    const clients = [...this.#clients.values()]
    this.#clients.clear()
    await Promise.all(clients.map((client) => client.close()))
  }

  /** How long to wait; what one asker asks within a few milliseconds waits together. Nothing when no time is left. */
  #hop(context: C): Hop | undefined {
    const began = this.#clock.now().getTime()
    const known = this.#hops.get(context)
    if (known !== undefined && !known.ended && began >= known.began && began - known.began < togetherMs) return known
    const time = (context.transaction.deadline - began) * this.#limits.timeShare
    if (time <= 0 || context.signal.aborted) return undefined
    const hop = new Hop({ began, deadline: began + time, caller: context.signal, clock: this.#clock })
    this.#hops.set(context, hop)
    return hop
  }

  /** The headers of a request. A promise only where the credentials are one. */
  #authorize(county: RegisteredCounty, context: C, hop: Hop): Authorized | Promise<Authorized> {
    try {
      const headers = this.#credentials(county.code, context)
      if (!(headers instanceof Promise)) return { headers }
      return inTime(headers, hop).catch((error: unknown) => this.#unauthorized(county, error))
    } catch (error) {
      return this.#unauthorized(county, error)
    }
  }

  #unauthorized(county: RegisteredCounty, error: unknown): Authorized {
    if (error instanceof ExchangeError) return { refused: error }
    this.#logger.error({ county: county.code, error }, 'no credentials for a county')
    return { outage: 'FAULT', detail: 'no credentials' }
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
      logger: this.#logger,
    })
    this.#clients.set(code, client)
    return client
  }
}

/** What is asked within this time waits together: its deadlines would differ by less than a quarter of it. */
const togetherMs = 4

type Authorized = { headers: Readonly<Record<string, string>> } | Exclude<Delivery, { body: unknown }>

/** The headers, or TIMEOUT when the hop ends before. */
async function inTime(headers: Promise<Record<string, string>>, hop: Hop): Promise<Authorized> {
  let giveUp: (() => void) | undefined
  const late = new Promise<Authorized>((resolve) => {
    giveUp = () => resolve({ outage: 'TIMEOUT', detail: 'no credentials before the deadline' })
  })
  const waiter = { giveUp: () => giveUp?.() }
  hop.join(waiter)
  try {
    return await Promise.race([headers.then((given) => ({ headers: given })), late])
  } finally {
    hop.leave(waiter)
  }
}
