import type { Hop } from './hop.ts'

/** How a wait for admission ended. */
export type Admitted = 'ADMITTED' | 'FULL' | 'ENDED'

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

  /** Takes a place if one is free; after true, {@link leave} must be called once. */
  enterAtOnce(): boolean {
    if (this.#inside >= this.#running) return false
    this.#inside += 1
    return true
  }

  /** Waits for a turn as long as the hop lasts; after ADMITTED, {@link leave} must be called once. */
  enter(hop: Hop): Promise<Admitted> {
    if (hop.ended) return Promise.resolve('ENDED')
    if (this.enterAtOnce()) return Promise.resolve('ADMITTED')
    if (this.#queue.size >= this.#waiting) return Promise.resolve('FULL')
    return new Promise((resolve) => {
      const waiter = {
        giveUp: () => {
          this.#queue.delete(turn)
          resolve('ENDED')
        },
      }
      const turn = (): void => {
        hop.leave(waiter)
        resolve('ADMITTED')
      }
      hop.join(waiter)
      this.#queue.add(turn)
    })
  }

  /** Gives one's place to the next in the queue. */
  leave(): void {
    if (this.#queue.size === 0) {
      this.#inside -= 1
      return
    }
    for (const next of this.#queue) {
      this.#queue.delete(next)
      next()
      return
    }
  }
}
