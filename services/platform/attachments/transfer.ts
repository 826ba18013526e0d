import { Readable } from 'node:stream'
import { ExchangeError } from '../errors.ts'

/** Bounds of handing files over. */
export interface TransferLimits {
  /** Longest time in which no byte moves, in milliseconds. */
  idleMs: number
  /** Longest time for one file, in milliseconds. */
  totalMs: number
  /** Transfers at the same time. */
  atOnce: number
  /** Of these, those of one asker. */
  eachAtOnce: number
}

/** Bounds of handing files over: 200 MiB within half an hour is 120 kB/s. */
export const transferLimits: TransferLimits = { idleMs: 30_000, totalMs: 1_800_000, atOnce: 32, eachAtOnce: 8 }

/** Counts transfers under way; those beyond the bounds are refused with OVERLOADED. */
export class Slots {
  readonly #limits: Pick<TransferLimits, 'atOnce' | 'eachAtOnce'>
  readonly #taken = new Map<string, number>()
  #all = 0

  constructor(limits: Pick<TransferLimits, 'atOnce' | 'eachAtOnce'>) {
    this.#limits = limits
  }

  /** Takes a slot for this asker; call what it gives back once, at the end. */
  take(asker: string): () => void {
    const own = this.#taken.get(asker) ?? 0
    if (this.#all >= this.#limits.atOnce || own >= this.#limits.eachAtOnce) {
      throw new ExchangeError('OVERLOADED', 'Too many files are being transferred. Try again in a while.')
    }
    this.#all += 1
    this.#taken.set(asker, own + 1)
    return () => {
      this.#all -= 1
      const left = (this.#taken.get(asker) ?? 1) - 1
      if (left === 0) this.#taken.delete(asker)
      else this.#taken.set(asker, left)
    }
  }
}

/**
 * Watches over one transfer: {@link signal} aborts with DEADLINE_EXCEEDED when no byte has moved for too long or the whole
 * takes too long, and when one of `ends` aborts. Call {@link end} when it is over.
 */
export class TransferWatch {
  readonly #controller = new AbortController()
  readonly #idle: NodeJS.Timeout
  readonly #total: NodeJS.Timeout
  readonly #ends: readonly AbortSignal[]
  #ended = false
  readonly #abort = (): void => this.#controller.abort(late('The transfer was broken off.'))

  constructor({ idleMs, totalMs }: Pick<TransferLimits, 'idleMs' | 'totalMs'>, ends: readonly AbortSignal[]) {
    const stop = (): void => this.#controller.abort(late('The transfer stood still, or took too long.'))
    this.#idle = setTimeout(stop, idleMs)
    this.#total = setTimeout(stop, totalMs)
    this.#ends = ends
    for (const end of ends) {
      if (end.aborted) this.#abort()
      else end.addEventListener('abort', this.#abort, { once: true })
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The chunks of `source`, each of which shows that the transfer goes on; an error after `most` bytes, and when aborted. */
  async *over(source: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer, void, undefined> {
    const chunks = source[Symbol.asyncIterator]()
    // A race against one lasting promise would keep every chunk.
    let breakOff: (() => void) | undefined
    const abort = (): void => breakOff?.()
    this.signal.addEventListener('abort', abort, { once: true })
    let bytes = 0
    try {
      for (;;) {
        const { done, value } = await new Promise<IteratorResult<Buffer, unknown>>((resolve, reject) => {
          breakOff = () => reject(this.signal.reason as Error)
          if (this.signal.aborted) breakOff()
          else chunks.next().then(resolve, reject)
        })
        if (done) return this.signal.throwIfAborted()
        bytes += value.length
        if (bytes > most) throw new Error(`More than ${most} bytes came.`)
        this.#moved()
        yield value
        this.#moved()
      }
    } finally {
      this.signal.removeEventListener('abort', abort)
      // It may still wait for a chunk that never comes.
      void chunks.return?.().catch(() => {})
    }
  }

  /**
   * The same as a stream that is destroyed when the transfer is aborted. When it closes, the watch ends and the source is
   * destroyed, also when nothing of it was read.
   */
  stream(source: Readable, most: number): Readable {
    const stream = Readable.from(this.over(source, most))
    const destroy = (): void => void stream.destroy(late('The transfer was broken off.'))
    if (this.signal.aborted) destroy()
    this.signal.addEventListener('abort', destroy, { once: true })
    stream.once('close', () => {
      this.end()
      source.destroy()
    })
    return stream
  }

  /** A timer that was cleared would run again. */
  #moved(): void {
    if (!this.#ended) this.#idle.refresh()
  }

  end(): void {
    this.#ended = true
    clearTimeout(this.#idle)
    clearTimeout(this.#total)
    for (const end of this.#ends) end.removeEventListener('abort', this.#abort)
  }
}

function late(message: string): ExchangeError {
  return new ExchangeError('DEADLINE_EXCEEDED', message)
}
