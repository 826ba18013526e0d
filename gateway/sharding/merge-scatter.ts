import type { GraphQLError } from 'graphql'
import { badInput } from '../../services/platform/errors.ts'
import { decodeCursor } from '../../services/platform/cursor.ts'
import type { Unit, UnitRoute } from './compile-unit.ts'
import { type CountyError, incomplete, type Outage, type Part, placed, unanswered } from './county-errors.ts'
import { mergeCoverage, readCoverage } from './coverage.ts'
import { elementsOf, membersOf } from './json.ts'
import { concatLists } from './merge-concat.ts'
import { endsPage, mergePages, type PagePart, type PageWindow, readKeys } from './merge-page.ts'
import type { PagePlan } from './page-plan.ts'
import { holds, type Variables } from './selection.ts'

/** A root field's place in the answer, filled. */
export interface UnitAnswer {
  data: unknown
  errors: readonly GraphQLError[]
}

type Answered = Extract<Part, { value: unknown }>
type PageRoute = Extract<UnitRoute, { kind: 'PAGE' }>

/** Rows a page has when neither `first` nor `last` is given, and at most. */
export const pageSize = { usual: 20, most: 200 } as const

/** Reads the paging arguments of a field. Throws BAD_USER_INPUT, so that nobody is asked a question without sense. */
export function readWindow(route: PageRoute, variables: Variables): PageWindow {
  const first = route.first(variables) ?? undefined
  const last = route.last(variables) ?? undefined
  const after = route.after(variables) ?? undefined
  const before = route.before(variables) ?? undefined
  if (first !== undefined && last !== undefined) {
    throw badInput('"first" and "last" cannot be given together: page from the front or from the back.', 'last')
  }
  const name = last === undefined ? 'first' : 'last'
  const limit = first ?? last ?? pageSize.usual
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > pageSize.most) {
    throw badInput(`"${name}" must be a whole number from 1 to ${pageSize.most}.`, name)
  }
  return {
    forward: last === undefined && (first !== undefined || after !== undefined || before === undefined),
    limit,
    ...(after !== undefined && { after: cursorKey(after, 'after') }),
    ...(before !== undefined && { before: cursorKey(before, 'before') }),
  }
}

function cursorKey(value: unknown, argument: string): readonly string[] {
  if (typeof value !== 'string') throw badInput(`"${argument}" must be a cursor.`, argument)
  return decodeCursor(value, argument).key
}

/**
 * Makes one answer of the parts of a scattered field, which are in the order of the directory. If nobody answers and
 * some say that the question is wrong, that is the answer. A county that says so while others answer is unanswered
 * (REFUSED), and so is (FAULT) one that says null without a reason.
 */
export function mergeScatter(
  unit: Unit,
  variables: Variables,
  parts: readonly Part[],
  onFault: (county: string, detail: string) => void,
): UnitAnswer {
  const answered: Answered[] = []
  const rejected: Answered[] = []
  const outages: Outage[] = []
  for (const part of parts) {
    if ('outage' in part) outages.push(part)
    else if (part.value !== null) answered.push(part)
    else if (part.errors.length > 0) rejected.push(part)
    else {
      onFault(part.county, `${unit.name}: null without an error`)
      outages.push({ county: part.county, outage: 'FAULT' })
    }
  }
  const refusals = distinct(rejected.flatMap(({ errors }) => errors)).map((error) => placed(error, [unit.key]))
  if (answered.length === 0 && rejected.length > 0) return { data: null, errors: refusals }
  for (const { county } of rejected) outages.push({ county, outage: 'REFUSED' })
  const merged =
    unit.route.kind === 'PAGE'
      ? pageOf(unit, unit.route, variables, answered, outages, onFault)
      : listOf(unit, answered, outages)
  return { data: merged.data, errors: [...refusals, ...merged.errors] }
}

/** Errors that say the same of the same question, from several counties, as one. */
function distinct(errors: readonly CountyError[]): CountyError[] {
  return [...new Map(errors.map((error) => [`${error.code} ${error.message}`, error])).values()]
}

function listOf(unit: Unit, answered: readonly Answered[], outages: readonly Outage[]): UnitAnswer {
  if (outages.length > 0) return { data: null, errors: [incomplete(unit.name, outages, [unit.key])] }
  const { list, offsets } = concatLists(answered.map(({ value }) => elementsOf(value)))
  const errors = answered.flatMap((part, index) =>
    part.errors.map((error) => {
      const [element, ...rest] = error.path
      const place = typeof element === 'number' ? [element + (offsets[index] ?? 0), ...rest] : []
      return placed(error, [unit.key, ...place])
    }),
  )
  return { data: list, errors }
}

interface ReadPage extends PagePart {
  answered: Answered
  value: Record<string, unknown>
  cursors: readonly string[]
  coverage: Record<string, unknown>
}

function pageOf(
  unit: Unit,
  route: PageRoute,
  variables: Variables,
  answered: readonly Answered[],
  unreached: readonly Outage[],
  onFault: (county: string, detail: string) => void,
): UnitAnswer {
  const { plan } = route
  const window = readWindow(route, variables)
  const outages = [...unreached]
  const pages: ReadPage[] = []
  for (const part of answered) {
    const page = readPage(plan, window, part)
    if ('outage' in page) {
      outages.push({ county: part.county, outage: page.outage })
      if (page.detail !== undefined) onFault(part.county, `${unit.name}: ${page.detail}`)
    } else pages.push(page)
  }
  const fields = plan.fields.filter(({ nodes }) => nodes.some(({ conditions }) => holds(conditions, variables)))
  if (outages.length > 0 && !fields.some(({ name }) => name === 'coverage')) {
    return { data: null, errors: [incomplete(unit.name, outages, [unit.key])] }
  }
  const merged = mergePages(pages, window)
  const ends = [merged.rows[0], merged.rows.at(-1)].map((row) => row && pages[row.part]?.cursors[row.row])
  const made: Record<string, unknown> = {
    pageInfo: {
      hasNextPage: merged.hasNextPage,
      hasPreviousPage: merged.hasPreviousPage,
      startCursor: ends[0] ?? null,
      endCursor: ends[1] ?? null,
    },
    coverage: mergeCoverage(
      pages.map(({ coverage }) => coverage),
      outages,
    ),
    __typename: plan.shape.type.name,
  }
  const data: Record<string, unknown> = {}
  for (const { key, name, project } of fields) {
    data[key] =
      name === 'edges' || name === 'nodes'
        ? merged.rows.map(({ part, row }) => elementsOf(pages[part]?.value[key])[row])
        : project(made[name], variables)
  }
  const errors = pages.flatMap((page, part) => pageErrors(unit.key, page.answered.errors, part, merged.rows))
  return { data, errors: [...errors, ...outages.map((outage) => unanswered(outage, [unit.key]))] }
}

/** Reads a county's page, or why it is none; without `detail` the county itself said why. */
function readPage(
  plan: PagePlan,
  window: PageWindow,
  answered: Answered,
): ReadPage | { outage: Outage['outage']; detail?: string } {
  const { county } = answered
  const value = membersOf(answered.value)
  const coverage = readCoverage(county, value[plan.coverage])
  if (coverage === 'FAULT') return { outage: 'FAULT', detail: 'coverage that is not its own' }
  if (typeof coverage === 'string') return { outage: coverage }
  const cursors = elementsOf(value[plan.cursors]).map((edge) => String(membersOf(edge)['cursor']))
  const keys = readKeys(county, cursors, window)
  if (typeof keys === 'string') return { outage: 'FAULT', detail: keys }
  for (const { key, name } of plan.fields) {
    if ((name !== 'edges' && name !== 'nodes') || value[key] === undefined) continue
    const rows = value[key]
    if (!Array.isArray(rows) || rows.length !== keys.length)
      return { outage: 'FAULT', detail: `${name} without cursors` }
  }
  const { hasNextPage, hasPreviousPage } = membersOf(value[plan.info])
  const page = { hasNextPage: hasNextPage === true, hasPreviousPage: hasPreviousPage === true, keys }
  if (keys.length === 0 && endsPage(page, window)) return { outage: 'FAULT', detail: 'no rows, but more to come' }
  return { ...page, answered, value, cursors, coverage }
}

/** A county's errors at the rows they were about; errors about rows that the page does not show are left out. */
function pageErrors(
  key: string,
  errors: readonly CountyError[],
  part: number,
  rows: readonly { part: number; row: number }[],
): GraphQLError[] {
  return errors.flatMap((error) => {
    const [field, row, ...rest] = error.path
    if (field === undefined || typeof row !== 'number') return [placed(error, [key])]
    const place = rows.findIndex((shown) => shown.part === part && shown.row === row)
    return place === -1 ? [] : [placed(error, [key, field, place, ...rest])]
  })
}
