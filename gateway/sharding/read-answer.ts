import type { ErrorCode } from '../../services/platform/errors.ts'
import type { OutageReason } from './contract.ts'
import type { Unit } from './compile-unit.ts'
import { type CountyError, meaningOf, type Outage, type Part, passOn } from './county-errors.ts'
import type { Variables } from './selection.ts'
import { elementsOf, isJsonObject, membersOf } from './json.ts'
import { responseKey } from './unit-text.ts'

/** A field as one county was asked it. */
export interface Question {
  unit: Unit
  variables: Variables
  /** For `_entities`: the representations, each with a `__typename`. */
  representations?: readonly unknown[]
}

/** A county's parts of one question: one, or for `_entities` one for each representation. */
export type Parts = readonly Part[]

/** Errors that one answer may have; each may become one of the asker's. */
const mostErrors = 1_000

/** Steps that the path of an error may have. */
const mostSteps = 50

/** No errors, as nearly always. */
const none: readonly never[] = []

interface RawError {
  error: Record<string, unknown>
  path: readonly (string | number)[]
}

/**
 * Reads a county's body: for each question the value, checked against what was asked, with the errors that pass on; or
 * the outage that its errors or its shape amount to. `onFault` is told what was wrong, without values.
 */
export function readAnswer(
  county: string,
  body: Record<string, unknown>,
  questions: readonly Question[],
  onFault: (detail: string) => void,
): Parts[] {
  const { data = null, errors } = body
  const listed = errors === undefined || errors === null ? none : readErrors(errors)
  if (listed === undefined || (data !== null && !isJsonObject(data))) {
    onFault('neither data nor errors of GraphQL')
    return questions.map((question) => missing(county, question, { outage: 'FAULT', sent: true }))
  }
  if (listed.length === 0) {
    return questions.map((question, place) => {
      const value = data === null ? null : data[responseKey(place)]
      if (question.representations !== undefined) return readEntities(county, question, value, none, onFault)
      return [readField(county, question, value, none, data === null, onFault)]
    })
  }
  const keys = new Map(questions.map((_, place) => [responseKey(place), place]))
  const general = listed.filter(({ path }) => !keys.has(String(path[0])))
  return questions.map((question, place) => {
    const key = responseKey(place)
    const its = listed.filter(({ path }) => path[0] === key).map(({ error, path }) => ({ error, path: path.slice(1) }))
    const all = [...its, ...general.map(({ error }) => ({ error, path: [] }))]
    const value = data === null ? null : data[key]
    if (question.representations !== undefined) return readEntities(county, question, value, all, onFault)
    return [readField(county, question, value, all, data === null, onFault)]
  })
}

/** The parts of a question that was not answered at all. */
export function missing(county: string, question: Question, why: { outage: OutageReason; sent?: boolean }): Parts {
  const { outage, sent = false } = why
  const part: Part = { county, outage, sent }
  return question.representations === undefined ? [part] : question.representations.map(() => part)
}

function readErrors(errors: unknown): readonly RawError[] | undefined {
  if (!Array.isArray(errors) || errors.length > mostErrors) return undefined
  const read: RawError[] = []
  for (const error of elementsOf(errors)) {
    if (!isJsonObject(error)) return undefined
    const steps = elementsOf(error['path'])
    if (steps.length > mostSteps || !steps.every(isStep)) return undefined
    read.push({ error, path: steps })
  }
  return read
}

/** Whether a value is a step of a path: a name or an index. What is neither could be anything. */
function isStep(value: unknown): value is string | number {
  return typeof value === 'string' ? /^\w{1,100}$/.test(value) : Number.isSafeInteger(value)
}

/** What errors together mean: the gravest outage, or the errors that pass on. */
function judge(
  county: string,
  unit: Unit,
  errors: readonly RawError[],
  onFault: (detail: string) => void,
): Outage | readonly CountyError[] {
  if (errors.length === 0) return none
  const passed: CountyError[] = []
  const outages = new Set<OutageReason>()
  for (const { error, path } of errors) {
    const code = membersOf(error['extensions'])['code']
    const meaning = meaningOf(code)
    if (meaning === 'PASS_ON') passed.push(passOn(county, error, path))
    else outages.add(meaning)
    // The text is the county's and may name people; the code is enough to look for it there.
    if (meaning === 'FAULT')
      onFault(
        `${[unit.name, ...path].join('.')}: error ${typeof code === 'string' ? code.slice(0, 50) : 'without code'}`,
      )
  }
  const outage = (['FAULT', 'TIMEOUT', 'REFUSED'] as const).find((reason) => outages.has(reason))
  if (outage === undefined) return passed
  const named = outage === 'REFUSED' && errors.some(isAboutAgreement)
  return { county, outage, sent: true, ...(named && { code: 'AGREEMENT_MISSING' as const }) }
}

function isAboutAgreement({ error }: RawError): boolean {
  return membersOf(error['extensions'])['code'] === ('AGREEMENT_MISSING' satisfies ErrorCode)
}

function readField(
  county: string,
  question: Question,
  value: unknown,
  errors: readonly RawError[],
  nothing: boolean,
  onFault: (detail: string) => void,
): Part {
  const { unit, variables } = question
  const judged = judge(county, unit, errors, onFault)
  if ('outage' in judged) return judged
  // A null that an error explains may stand where the type has none: the error went up to it.
  if (judged.length > 0 && (value === null || nothing)) return { county, value: null, errors: judged }
  const { route } = unit
  const wrong = 'check' in route ? route.check(value, { county, variables }) : ': not asked'
  if (value === undefined || wrong !== undefined) {
    onFault(`${unit.name}${wrong ?? ': missing'}`)
    return { county, outage: 'FAULT', sent: true }
  }
  return { county, value, errors: judged }
}

function readEntities(
  county: string,
  question: Question,
  value: unknown,
  errors: readonly RawError[],
  onFault: (detail: string) => void,
): Part[] {
  const { unit, variables, representations = [] } = question
  const general = errors.filter(({ path }) => typeof path[0] !== 'number')
  const byIndex = new Map<number, RawError[]>()
  for (const { error, path } of errors) {
    const [index, ...rest] = path
    if (typeof index === 'number') byIndex.set(index, [...(byIndex.get(index) ?? []), { error, path: rest }])
  }
  const shared = judge(county, unit, general, onFault)
  const unusable = !Array.isArray(value) || value.length !== representations.length
  if (unusable && !('outage' in shared) && shared.length === 0) {
    onFault(`${unit.name}: not ${representations.length} entities`)
    return representations.map(() => ({ county, outage: 'FAULT' }))
  }
  if ('outage' in shared) return representations.map(() => shared)
  if (unusable) return representations.map(() => ({ county, value: null, errors: shared }))
  const { route } = unit
  return representations.map((representation, index): Part => {
    const judged = judge(county, unit, byIndex.get(index) ?? none, onFault)
    if ('outage' in judged) return judged
    const entity: unknown = value[index]
    const { __typename: typename, id } = membersOf(representation)
    const wrong =
      route.kind !== 'ENTITIES'
        ? ': not asked'
        : (route.checkOf(String(typename))(entity, { county, variables }) ?? checkEcho(entity, id, route.echo))
    if (entity === undefined || wrong !== undefined) {
      onFault(`${unit.name}.${index}${wrong ?? ': missing'}`)
      return { county, outage: 'FAULT' }
    }
    return { county, value: entity, errors: shared.length === 0 ? judged : [...shared, ...judged] }
  })
}

/** Whether an entity is the one that was asked for; takes the repeated id out again. */
function checkEcho(entity: unknown, id: unknown, echo: string): string | undefined {
  if (!isJsonObject(entity)) return undefined
  if (entity[echo] !== id) return ': another entity than asked for'
  // The last member: deleting it does not slow the object down.
  delete entity[echo]
  return undefined
}
