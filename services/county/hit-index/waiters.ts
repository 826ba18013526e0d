import { setTimeout as sleep } from 'node:timers/promises'

/** How often the list is looked at while somebody waits, in milliseconds. */
const pollMs = 250

interface Waiter {
  hasNews: () => boolean
  resolve: () => void
  reject: (error: unknown) => void
}

/** Those who wait for a change of the list. While there are any, and only then, it is looked at four times a second. */
export class Waiters {
  readonly #look: () => Promise<void>
  readonly #waiting = new Set<Waiter>()
  readonly #over = new AbortController()
  #polling = false

  /** `look` reads the list; what it throws ends the waiting of all. */
  constructor(look: () => Promise<void>) {
    this.#look = look
  }

  /** How many wait. */
  get count(): number {
    return this.#waiting.size
  }

  /** Resolves when `hasNews` says so, when `ms` are over, or after {@link stop}; rejects with what `signal` aborts with. */
  wait(hasNews: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.stopped || hasNews()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', gone)
        this.#waiting.delete(waiter)
      }
      const waiter: Waiter = {
        hasNews,
        resolve: () => {
          end()
          resolve()
        },
        reject: (error) => {
          end()
          reject(error instanceof Error ? error : new Error('Waiting ended.', { cause: error }))
        },
      }
      const gone = (): void => waiter.reject(signal.reason)
      const timer = setTimeout(() => waiter.resolve(), ms)
      signal.addEventListener('abort', gone, { once: true })
      this.#waiting.add(waiter)
      if (!this.#polling) void this.#poll()
    })
  }

  /** Whether waiting is over for good. */
  get stopped(): boolean {
    return this.#over.signal.aborted
  }

  /** Ends all waiting, also what begins later. */
  stop(): void {
    this.#over.abort()
    for (const waiter of this.#waiting) waiter.resolve()
  }

  async #poll(): Promise<void> {
    this.#polling = true
    while (this.#waiting.size > 0) {
      await sleep(pollMs, undefined, { signal: this.#over.signal }).catch(() => {})
      if (this.#waiting.size === 0) break
      try {
        await this.#look()
        for (const waiter of this.#waiting) if (waiter.hasNews()) waiter.resolve()
      } catch (error) {
        for (const waiter of this.#waiting) waiter.reject(error)
      }
    }
    this.#polling = false
  }
}
