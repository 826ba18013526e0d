import { randomUUID } from 'node:crypto'

/** Where time and randomness come from; tests hand in their own. */
export interface Clock {
  /** The present moment. */
  now(): Date
  /** A new random UUID. */
  uuid(): string
}

/** The machine's own clock and random source. */
export const systemClock: Clock = { now: () => new Date(), uuid: () => randomUUID() }
