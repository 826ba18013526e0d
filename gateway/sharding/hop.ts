import type { Clock } from '../../services/platform/clock.ts'

/** Somebody who waits for something until a hop ends. */
export interface Waiter {
  /** The hop has ended; called at most once, and never after {@link Hop.leave}. */
  giveUp(): void
}

/**
 * How long one asker waits for what it asks in one go: one timer and one listener on the caller, however many counties
 * are asked. Both are there only while somebody waits.
 */
export class Hop {
  /** When it began and when it ends at the latest, epoch milliseconds. */
  readonly began: number
  readonly deadline: number
  readonly #caller: AbortSignal
  readonly #clock: Clock
  readonly #waiters = new Set<Waiter>()
  readonly #end = (): void => {
    this.#ended = true
    this.#disarm()
    const waiters = [...this.#waiters]
    this.#waiters.clear()
    for (const waiter of waiters) waiter.giveUp()
  }
  #timer: NodeJS.Timeout | undefined
  #ended = false

  /** `caller` aborts when the caller goes away. */
  constructor(options: { began: number; deadline: number; caller: AbortSignal; clock: Clock }) {
    this.began = options.began
    this.deadline = options.deadline
    this.#caller = options.caller
    this.#clock = options.clock
  }

  /** Whether nobody should wait any more. */
  get ended(): boolean {
    return this.#ended || this.#caller.aborted
  }

  /** Whether the caller has gone away: that says nothing about a county. */
  get callerLeft(): boolean {
    return this.#caller.aborted
  }

  /** Adds a waiter; only while it has not {@link ended}. */
  join(waiter: Waiter): void {
    this.#waiters.add(waiter)
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(this.#end, Math.max(0, this.deadline - this.#clock.now().getTime()))
    this.#caller.addEventListener('abort', this.#end, { once: true })
  }

  /** Takes a waiter out: it has what it waited for. */
  leave(waiter: Waiter): void {
    if (this.#waiters.delete(waiter) && this.#waiters.size === 0) this.#disarm()
  }

  #disarm(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#caller.removeEventListener('abort', this.#end)
  }
}
