import type { AskerContext, CountyRequest, CountyTransport, RegisteredCounty, ShardingLogger } from './contract.ts'
import type { Unit } from './compile-unit.ts'
import { own, type Part } from './county-errors.ts'
import { missing, type Parts, type Question, readAnswer } from './read-answer.ts'
import { readWindow } from './merge-scatter.ts'
import type { Variables } from './selection.ts'
import { joinUnits, nameVariables } from './unit-text.ts'

/** A question with whoever waits for its parts. */
interface Waiting {
  question: Question
  resolve: (parts: Parts) => void
}

/** One place in a request: questions that ask the same, with the representations of all of them, each once. */
interface Place {
  question: Question
  /** For `_entities`: the question's representations, and where each stands, by its text. */
  representations: unknown[]
  positions: Map<string, number>
  waiting: { resolve: (parts: Parts) => void; picks: readonly number[] | undefined }[]
}

/**
 * Asks counties. What one asker's request wants of one county in the same turn of the event loop travels in one HTTP
 * request, and what is wanted twice is asked once. Nothing is shared between requests: the batches hang on the context.
 */
export class QuestionBatch<C extends AskerContext> {
  readonly #transport: CountyTransport<C>
  readonly #logger: ShardingLogger
  readonly #open = new WeakMap<C, Map<string, Waiting[]>>()

  constructor(transport: CountyTransport<C>, logger: ShardingLogger) {
    this.#transport = transport
    this.#logger = logger
  }

  /** The parts of a question; never rejects. A mutation is sent at once and alone. */
  ask(county: RegisteredCounty, question: Question, context: C, mutation: boolean): Promise<Parts> {
    // Nobody asks a suspended county: it counts as one that refuses.
    if (county.status !== 'ACTIVE') return Promise.resolve(missing(county.code, question, { outage: 'REFUSED' }))
    return new Promise((resolve) => {
      const waiting = { question, resolve }
      if (mutation || question.unit.alone) {
        void this.#send(county, [alone(waiting)], context, mutation)
        return
      }
      let counties = this.#open.get(context)
      if (counties === undefined) this.#open.set(context, (counties = new Map()))
      const open = counties.get(county.code)
      if (open !== undefined) {
        open.push(waiting)
        return
      }
      const batch = [waiting]
      counties.set(county.code, batch)
      // After the promises that are due now: the planner starts parallel fetches within them.
      process.nextTick(() => {
        counties.delete(county.code)
        void this.#send(county, join(batch), context, false)
      })
    })
  }

  async #send(county: RegisteredCounty, places: readonly Place[], context: C, mutation: boolean): Promise<void> {
    let shares: readonly (readonly Parts[])[]
    try {
      const answers = await this.#answers(county, places, context, mutation)
      shares = places.map(({ waiting }, index) => share(answers[index] ?? [], waiting))
    } catch (error) {
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
  async #answers(
    county: RegisteredCounty,
    places: readonly Place[],
    context: C,
    mutation: boolean,
  ): Promise<readonly Parts[]> {
    const questions = places.map(({ question }) => question)
    const delivery = await this.#transport.send(county, write(questions, mutation), context)
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

function write(questions: readonly Question[], mutation: boolean): CountyRequest {
  const variables: Record<string, unknown> = {}
  for (const [index, question] of questions.entries()) {
    const { unit, representations } = question
    nameVariables(variables, index, unit.text, question.variables, {
      ...paging(unit, question.variables),
      ...(representations !== undefined && { e: representations }),
    })
  }
  const texts = questions.map(({ unit }) => unit.text)
  return { query: joinUnits(mutation ? 'mutation' : 'query', texts), variables, mutation }
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
  const places = new Map<string, Place>()
  for (const { question, resolve } of batch) {
    const { unit, variables, representations } = question
    const values = unit.text.variables.map((name) => variables[name])
    const key = `${unit.text.key}\n${JSON.stringify([values, paging(unit, variables)])}`
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
function share(parts: Parts, waiting: Place['waiting']): Parts[] {
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
