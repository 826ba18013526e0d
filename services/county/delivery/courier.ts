import type { Party } from './contract.ts'

/** The last envelope of a party's unbroken chain that somebody holds. */
export interface ChainHead {
  county: Party
  sequence: number
  hash: string
}

/** What somebody holds of a matter. */
export interface HeldMatter {
  matter: string
  heads: ChainHead[]
}

/** A question for what is missing. */
export interface MissingQuestion {
  /** At most 100. */
  matters: HeldMatter[]
  /** Only what the two counties themselves have signed: after a restore each is asked for its own. */
  direct: boolean
}

/** An envelope that was missing. */
export interface MissingEnvelope {
  jws: string
  /** The asker's own acknowledgement of it, where there is one. */
  acknowledgement: string | null
}

/** Envelopes that were missing, at most 100; `more` when asking again would bring more. */
export interface MissingAnswer {
  envelopes: MissingEnvelope[]
  more: boolean
}

/** A page of what a peer holds of the matters that it shares with the asker, by id. */
export interface HeadsPage {
  matters: HeldMatter[]
  /** Pass it as `after`; null on the last page. */
  next: string | null
}

/** The way to the other counties' nodes. Each call rejects when it did not come to an answer, or when `signal` aborts. */
export interface Courier {
  /** Hands envelopes over; gives what came back for each: a signed acknowledgement, or null for one to be sent again. */
  deliver(recipient: Party, envelopes: readonly string[], signal: AbortSignal): Promise<readonly (string | null)[]>
  missing(peer: Party, question: MissingQuestion, signal: AbortSignal): Promise<MissingAnswer>
  heads(peer: Party, after: string | null, signal: AbortSignal): Promise<HeadsPage>
}

/** How time passes for what waits. */
export interface Timers {
  /** Runs something once after so many milliseconds; gives a function that calls it off. */
  after(milliseconds: number, run: () => void): () => void
}

/** The process's own timers; they keep no process alive. */
export const systemTimers: Timers = {
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Runs a request that ends with the deadline, or when `stopping` is aborted. */
export async function within<Result>(
  timers: Timers,
  deadlineMs: number,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController()
  const end = () => deadline.abort(new DOMException('The deadline passed.', 'TimeoutError'))
  const callOff = timers.after(deadlineMs, end)
  const signal = AbortSignal.any([deadline.signal, stopping])
  const over = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error('The request was ended.', { cause: signal.reason }))
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail)
  })
  try {
    return await Promise.race([work(signal), over])
  } finally {
    callOff()
  }
}
