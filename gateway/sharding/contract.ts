import type { ExchangeError } from '../../services/platform/errors.ts'

/** Why a county's part of an answer is missing. */
export type OutageReason = 'TIMEOUT' | 'UNREACHABLE' | 'REFUSED' | 'FAULT' | 'STALE'

/** A county as the directory names it. */
export interface RegisteredCounty {
  /** Six digits. */
  code: string
  /** GraphQL endpoint of the county's node. */
  url: string
  /** ACTIVE counties are asked; SUSPENDED ones are unanswered (REFUSED) without being asked; LEFT ones are unknown. */
  status: 'ACTIVE' | 'SUSPENDED' | 'LEFT'
  /** Reached by fields that name it, its viewer or a record of it; never among those that a scattered field asks. */
  apart?: boolean
}

/** The counties there are, in the order in which lists are joined. */
export interface CountyRegistry {
  /** May throw an ExchangeError, which then is the answer to every field. */
  list(): readonly RegisteredCounty[]
}

/** What the sharded data source must know of a request; the exchange's RequestContext has it. */
export interface AskerContext {
  /** `county` is the code that fields routed by VIEWER go to. */
  viewer: { county: string }
  /** `deadline`: when the answer must have left, epoch milliseconds. */
  transaction: { deadline: number }
  /** Aborts when the caller goes away. */
  signal: AbortSignal
}

/** Makes the headers of one request to one county: authorization, purpose, transaction. At once, where it can. */
export type Credentials<C extends AskerContext> = (
  county: string,
  context: C,
) => Readonly<Record<string, string>> | Promise<Record<string, string>>

/** One GraphQL request to one county. */
export interface CountyRequest {
  query: string
  variables: Record<string, unknown>
  /** A mutation is sent at most once. */
  mutation: boolean
}

/**
 * What came of a request: the parsed body of a county that is who it says it is, an outage, or a refusal on this side
 * of the wire (no credentials, no journal) that is an error of its own. `sent` when the county may have got the request.
 */
export type Delivery =
  | { body: Record<string, unknown> }
  | { outage: OutageReason; detail: string; sent?: boolean }
  | { refused: ExchangeError }

/** Sends requests to counties; never rejects. */
export interface CountyTransport<C extends AskerContext> {
  send(county: RegisteredCounty, request: CountyRequest, context: C): Promise<Delivery>
}

/** What this folder writes to a log; pino's loggers have it. Details never hold values from records. */
export interface ShardingLogger {
  warn(details: Record<string, unknown>, message: string): void
  error(details: Record<string, unknown>, message: string): void
}

/** Called once per request to a county, for metrics. */
export interface ShardingMetrics {
  /** `milliseconds` from the decision to send until the answer was read or given up. */
  countyRequest?(county: string, outcome: 'ANSWERED' | OutageReason, milliseconds: number, bytes: number): void
  /** A county's breaker changed its state. */
  breakerChanged?(county: string, state: 'CLOSED' | 'OPEN' | 'HALF_OPEN'): void
}

/** Bounds of the sharded data source. Sizes in bytes, times in milliseconds. */
export interface ShardingLimits {
  /** Bytes of one county's answer; reading stops there. */
  responseBytes: number
  /** Elements of any list in a county's answer. */
  listLength: number
  /** Requests in flight to one county. */
  inFlight: number
  /** Requests that wait for their turn at one county; a further one is unanswered at once. */
  queued: number
  /**
   * Part of the time left that one request may take. The rest is for merging and for the hops that follow: else one
   * county that hangs would leave no time to ask the others what comes next.
   */
  timeShare: number
  /** How long a TCP and TLS handshake may take. */
  connectMs: number
  /** Failures in a row after which a county is left alone. */
  breakerFailures: number
  /** How long it is left alone the first time; doubles with each failed probe. */
  breakerOpenMs: number
  breakerMaxOpenMs: number
  /** A timeout says something about a county only if it had at least this long to answer. */
  breakerTimeoutMs: number
  /** Parsed documents that are kept. */
  documents: number
}

/** The bounds used unless others are given. */
export const defaultLimits: ShardingLimits = {
  responseBytes: 8 * 1024 * 1024,
  listLength: 10_000,
  inFlight: 32,
  queued: 256,
  timeShare: 0.75,
  connectMs: 1_500,
  breakerFailures: 5,
  breakerOpenMs: 2_000,
  breakerMaxOpenMs: 30_000,
  breakerTimeoutMs: 500,
  documents: 500,
}
