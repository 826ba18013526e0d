/** What a breaker does with requests: lets them through, turns them away, or lets one through to see. */
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN'

/** When a breaker opens, and for how long: milliseconds, doubled with each failed probe up to the longest. */
export interface BreakerSettings {
  failures: number
  openMs: number
  maxOpenMs: number
}

/**
 * Leaves a county alone that failed several times in a row. After a while one request goes through as a probe: if it
 * succeeds all do, else the county is left alone for twice as long.
 */
export class CircuitBreaker {
  readonly #settings: BreakerSettings
  readonly #now: () => number
  readonly #changed: (state: BreakerState) => void
  #state: BreakerState = 'CLOSED'
  #failures = 0
  #openMs: number
  #until = 0

  /** `now` in epoch milliseconds; `changed` is told each new state. */
  constructor(settings: BreakerSettings, now: () => number, changed: (state: BreakerState) => void = () => {}) {
    this.#settings = settings
    this.#now = now
    this.#changed = changed
    this.#openMs = settings.openMs
  }

  get state(): BreakerState {
    return this.#state
  }

  /** Whether a request may go out now. Whoever is let through must tell how it went, by exactly one of the others. */
  admit(): boolean {
    if (this.#state === 'CLOSED') return true
    if (this.#state === 'HALF_OPEN' || this.#now() < this.#until) return false
    this.#become('HALF_OPEN')
    return true
  }

  /** The county answered, whatever it said. */
  succeeded(): void {
    this.#failures = 0
    this.#openMs = this.#settings.openMs
    this.#become('CLOSED')
  }

  /** The county did not answer, or with nonsense. */
  failed(): void {
    this.#failures += 1
    if (this.#state === 'HALF_OPEN') {
      this.#openMs = Math.min(this.#openMs * 2, this.#settings.maxOpenMs)
      this.#open()
    } else if (this.#state === 'CLOSED' && this.#failures >= this.#settings.failures) {
      this.#open()
    }
  }

  /** Nothing was learnt, for example because the caller went away; a probe may be tried again at once. */
  undecided(): void {
    if (this.#state !== 'HALF_OPEN') return
    this.#until = this.#now()
    this.#become('OPEN')
  }

  #open(): void {
    this.#until = this.#now() + this.#openMs
    this.#become('OPEN')
  }

  #become(state: BreakerState): void {
    if (state === this.#state) return
    this.#state = state
    this.#changed(state)
  }
}
