import type {
  AskerContext,
  CountyRequest,
  CountyTransport,
  Delivery,
  RegisteredCounty,
  ShardingLogger,
} from './contract.ts'
import type { Unit } from './compile-unit.ts'
import { own, type Part } from './county-errors.ts'
import { missing, type Parts, type Question, readAnswer } from './read-answer.ts'
import { readWindow } from './merge-scatter.ts'
import type { Variables } from './selection.ts'
import { joinUnits, nameVariables } from './unit-text.ts'

/** Takes the parts of a question. */
type Take = (parts: Parts) => void

/** A question with whoever waits for its parts. */
interface Waiting {
  question: Question
  resolve: Take
}

/** One place in a request: questions that ask the same, with the representations of all of them, each once. */
interface Place {
  question: Question
  /** For `_entities`: the question's representations, and where each stands, by its text. */
  representations: unknown[]
  positions: Map<string, number>
  waiting: { resolve: Take; picks: readonly number[] | undefined }[]
}

/** What one asker's request has asked, by county. */
interface Asked {
  /** What leaves at the end of this turn; nothing when nothing does. */
  open: Map<RegisteredCounty, Waiting[]> | undefined
  /** What is under way, by county code. */
  flights: Map<string, Set<readonly Place[]>>
}

/**
 * Asks counties. What one asker's request wants of one county in the same turn of the event loop travels in one HTTP
 * request, and what is wanted twice is asked once, also when the first is under way already. Nothing is shared between
 * requests: all hangs on the context.
 */
export class QuestionBatch<C extends AskerContext> {
  readonly #transport: CountyTransport<C>
  readonly #logger: ShardingLogger
  readonly #asked = new WeakMap<C, Asked>()

  constructor(transport: CountyTransport<C>, logger: ShardingLogger) {
    this.#transport = transport
    this.#logger = logger
  }

  /** The parts of a question; never rejects. A mutation is sent at once and alone. */
  ask(county: RegisteredCounty, question: Question, context: C, mutation: boolean): Promise<Parts> {
    return new Promise((resolve) => this.put(county, question, context, mutation, resolve))
  }

  /** As {@link ask}, for those who ask many counties and need no promise for each. `resolve` must not throw. */
  put(county: RegisteredCounty, question: Question, context: C, mutation: boolean, resolve: Take): void {
    // Nobody asks a suspended county: it counts as one that refuses.
    if (county.status !== 'ACTIVE') {
      resolve(missing(county.code, question, { outage: 'REFUSED' }))
      return
    }
    let asked = this.#asked.get(context)
    if (asked === undefined) this.#asked.set(context, (asked = { open: undefined, flights: new Map() }))
    const { flights, open } = asked
    const waiting = { question, resolve }
    if (mutation || question.unit.alone) {
      // What was asked before a change says nothing to those who ask after it.
      if (mutation) flights.clear()
      const places = [alone(waiting)]
      void this.#send(county, places, write(places, mutation), context, flights)
      return
    }
    const batch = open?.get(county)
    if (batch !== undefined) batch.push(waiting)
    else if (open !== undefined) open.set(county, [waiting])
    else {
      const opened = new Map([[county, [waiting]]])
      asked.open = opened
      // After the promises that are due now: the planner starts parallel fetches within them.
      process.nextTick(() => {
        asked.open = undefined
        this.#sendAll(opened, context, flights)
      })
    }
  }

  /** Sends each county its batch. Counties that are asked the same are sent the same text, written once. */
  #sendAll(open: ReadonlyMap<RegisteredCounty, Waiting[]>, context: C, flights: Asked['flights']): void {
    let written: { batch: readonly Waiting[]; places: readonly Place[]; request: CountyRequest } | undefined
    for (const [county, waiting] of open) {
      const underWay = flights.get(county.code)
      const batch = underWay === undefined ? waiting : waiting.filter((each) => !ride(underWay, each))
      if (batch.length === 0) continue
      const places = join(batch)
      if (written === undefined || !asksTheSame(written.batch, batch)) {
        const query = written && sameTexts(written.places, places) ? written.request.query : undefined
        written = { batch, places, request: write(places, false, query) }
      }
      if (underWay === undefined) flights.set(county.code, new Set([places]))
      else underWay.add(places)
      void this.#send(county, places, written.request, context, flights)
    }
  }

  async #send(
    county: RegisteredCounty,
    places: readonly Place[],
    request: CountyRequest,
    context: C,
    flights: Asked['flights'],
  ): Promise<void> {
    let shares: readonly (readonly Parts[])[]
    try {
      const delivery = await this.#transport.send(county, request, context)
      land(flights, county.code, places)
      const answers = this.#answers(county, places, delivery)
      shares = places.map(({ waiting }, index) => share(answers[index] ?? [], waiting))
    } catch (error) {
      land(flights, county.code, places)
      this.#logger.error({ county: county.code, error }, 'asking a county failed in this process')
      shares = places.map(({ question, waiting }) =>
        share(missing(county.code, question, { outage: 'FAULT', sent: true }), waiting),
      )
    }
    for (const [index, { waiting }] of places.entries()) {
      for (const [asker, { resolve }] of waiting.entries()) resolve(shares[index]?.[asker] ?? [])
    }
  }

  /** The parts of each place's question. */
  #answers(county: RegisteredCounty, places: readonly Place[], delivery: Delivery): readonly Parts[] {
    const questions = places.map(({ question }) => question)
    if ('outage' in delivery) return questions.map((question) => missing(county.code, question, delivery))
    if ('refused' in delivery) {
      const part: Part = { county: county.code, value: null, errors: [own(delivery.refused, county.code)] }
      return questions.map(({ representations = [0] }) => representations.map(() => part))
    }
    const faults: string[] = []
    const answers = readAnswer(county.code, delivery.body, questions, (detail) => faults.push(detail))
    const [detail] = faults
    if (detail !== undefined) {
      const details = { county: county.code, detail, faults: faults.length }
      this.#logger.warn(details, 'a county gave an answer that cannot be used')
    }
    return answers
  }
}

/** Takes what has been answered from what is under way. */
function land(flights: Asked['flights'], county: string, places: readonly Place[]): void {
  const underWay = flights.get(county)
  if (underWay?.delete(places) && underWay.size === 0) flights.delete(county)
}

/** Waits with those who asked the same before and have no answer yet. False when nobody has, or not for all of it. */
function ride(underWay: ReadonlySet<readonly Place[]>, { question, resolve }: Waiting): boolean {
  const key = keyOf(question)
  for (const places of underWay) {
    for (const { question: asked, positions, waiting } of places) {
      if (keyOf(asked) !== key) continue
      const picks = question.representations?.map((each) => positions.get(JSON.stringify(each)))
      if (picks !== undefined && !picks.every((index) => index !== undefined)) continue
      waiting.push({ resolve, picks })
      return true
    }
  }
  return false
}

/** Whether two batches are the same question, so that one text does for both. Entities differ by county. */
function asksTheSame(some: readonly Waiting[], others: readonly Waiting[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ question: { unit, variables, representations } }, index) => {
      const other = others[index]?.question
      return representations === undefined && other?.unit === unit && other.variables === variables
    })
  )
}

/** Whether two requests differ only in their variables. */
function sameTexts(some: readonly Place[], others: readonly Place[]): boolean {
  return (
    some.length === others.length && some.every(({ question }, index) => question.unit === others[index]?.question.unit)
  )
}

/** The request of some places; `query` is its document where that has been written before. */
function write(places: readonly Place[], mutation: boolean, query?: string): CountyRequest {
  const variables: Record<string, unknown> = {}
  for (const [index, { question }] of places.entries()) {
    const { unit, representations } = question
    nameVariables(variables, index, unit.text, question.variables, {
      ...paging(unit, question.variables),
      ...(representations !== undefined && { e: representations }),
    })
  }
  const text = () =>
    joinUnits(
      mutation ? 'mutation' : 'query',
      places.map(({ question }) => question.unit.text),
    )
  return { query: query ?? text(), variables, mutation }
}

/** `first` or `last` as every county is asked, so that their own usual sizes do not matter. */
function paging({ route }: Unit, variables: Variables): { f?: number; l?: number } {
  if (route.kind !== 'PAGE') return {}
  const { forward, limit } = readWindow(route, variables)
  return forward ? { f: limit } : { l: limit }
}

/** A question alone in its place. */
function alone({ question, resolve }: Waiting): Place {
  return { question, representations: [], positions: new Map(), waiting: [{ resolve, picks: undefined }] }
}

/** Puts questions that ask the same into one place. */
function join(batch: readonly Waiting[]): Place[] {
  const [only] = batch
  if (batch.length === 1 && only !== undefined && only.question.representations === undefined) return [alone(only)]
  const places = new Map<string, Place>()
  for (const { question, resolve } of batch) {
    const { representations } = question
    const key = keyOf(question)
    let joined = places.get(key)
    if (joined === undefined) {
      const asked: unknown[] = []
      joined = {
        question: representations === undefined ? question : { ...question, representations: asked },
        representations: asked,
        positions: new Map(),
        waiting: [],
      }
      places.set(key, joined)
    }
    const place = joined
    const picks = representations?.map((representation) => pick(place, representation))
    joined.waiting.push({ resolve, picks })
  }
  return [...places.values()]
}

/** Equal for questions that ask the same but for their representations. */
function keyOf({ unit, variables }: Question): string {
  const values = unit.text.variables.map((name) => variables[name])
  return `${unit.text.key}\n${JSON.stringify([values, paging(unit, variables)])}`
}

/** The index of a representation among those of a place, added if it is new. */
function pick({ representations, positions }: Place, representation: unknown): number {
  const text = JSON.stringify(representation)
  let index = positions.get(text)
  if (index === undefined) {
    index = representations.push(representation) - 1
    positions.set(text, index)
  }
  return index
}

/**
 * The parts for each who waits. A value goes out once as it is and then as copies: whoever merges it changes it.
 */
function share(parts: Parts, waiting: Place['waiting']): readonly Parts[] {
  if (waiting.length === 1 && waiting[0]?.picks === undefined) return [parts]
  const given = new Set<Part>()
  const take = (part: Part): Part => {
    if ('outage' in part || part.value === null) return part
    if (given.has(part)) return { ...part, value: copy(part.value) }
    given.add(part)
    return part
  }
  return waiting.map(({ picks }) =>
    picks === undefined ? parts.map(take) : picks.flatMap((index) => parts.slice(index, index + 1).map(take)),
  )
}

/** A deep copy of a JSON value. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copy(member)]))
}
