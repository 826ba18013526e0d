/** How a wait for admission ended. */
export type Admitted = 'ADMITTED' | 'FULL' | 'ABORTED'

/** Bounds how many requests run at once and how many wait, first come first served. */
export class Admission {
  readonly #running: number
  readonly #waiting: number
  readonly #queue = new Set<() => void>()
  #inside = 0

  constructor(running: number, waiting: number) {
    this.#running = running
    this.#waiting = waiting
  }

  /** Requests running and waiting now. */
  get load(): { running: number; waiting: number } {
    return { running: this.#inside, waiting: this.#queue.size }
  }

  /** Waits for a turn; after ADMITTED, {@link leave} must be called once. */
  enter(signal: AbortSignal): Promise<Admitted> {
    if (signal.aborted) return Promise.resolve('ABORTED')
    if (this.#inside < this.#running) {
      this.#inside += 1
      return Promise.resolve('ADMITTED')
    }
    if (this.#queue.size >= this.#waiting) return Promise.resolve('FULL')
    return new Promise((resolve) => {
      const aborted = (): void => {
        this.#queue.delete(turn)
        resolve('ABORTED')
      }
      const turn = (): void => {
        signal.removeEventListener('abort', aborted)
        resolve('ADMITTED')
      }
      signal.addEventListener('abort', aborted, { once: true })
      this.#queue.add(turn)
    })
  }

  /** Gives one's place to the next in the queue. */
  leave(): void {
    const [next] = this.#queue
    if (next === undefined) {
      this.#inside -= 1
      return
    }
    this.#queue.delete(next)
    next()
  }
}
