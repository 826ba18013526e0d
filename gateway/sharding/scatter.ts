import type { GraphQLError } from 'graphql'
import { BoundedCache } from '../../services/platform/bounded-cache.ts'
import { badInput, ExchangeError } from '../../services/platform/errors.ts'
import { type CompiledOperation, compileOperation } from './compile.ts'
import type { Unit } from './compile-unit.ts'
import type {
  AskerContext,
  CountyRegistry,
  CountyTransport,
  OutageReason,
  RegisteredCounty,
  ShardingLimits,
  ShardingLogger,
} from './contract.ts'
import { type Part, placed, placedError, unanswered } from './county-errors.ts'
import { answerEntities } from './entities.ts'
import { mergeScatter, readWindow, type UnitAnswer } from './merge-scatter.ts'
import { QuestionBatch } from './question-batch.ts'
import { countiesOfArgument, countyOfCode, countyOfId, type CountyIndex, indexCounties } from './route.ts'
import type { RoutingTable } from './routing-table.ts'
import { holds, type Variables } from './selection.ts'

/** A document of root fields of the county schema. */
export interface CountyDocument<C extends AskerContext> {
  document: string
  operationName?: string
  variables: Record<string, unknown>
  context: C
}

/** One county's answer to a document, or why there is none; `errors` are the county's own words if it refused. */
export type CountyAnswer =
  { data: Record<string, unknown> } | { outage: OutageReason; errors?: readonly GraphQLError[] }

/** An answer as of one server that holds every county's records. */
export interface MergedAnswer {
  data: Record<string, unknown> | null
  errors: readonly GraphQLError[]
}

/** The core of the sharded data source: routes, sends and merges documents of county root fields. */
export interface Scatter<C extends AskerContext> {
  /**
   * Codes of the counties that an answer must cover, in the order of the directory; the same array until that changes.
   * Throws what the registry throws.
   */
  targets(): readonly string[]
  /** Runs a document as a fetch of the planner is run. Never rejects; what went wrong is in `errors`. */
  execute(question: CountyDocument<C>): Promise<MergedAnswer>
  /**
   * Asks every county, or only `counties`, a query of scattered root fields, and keeps the answers apart, in the order
   * of the directory. An answer with any error in it is an outage, so `data` is all there is to say. Rejects with
   * BAD_USER_INPUT for an unknown county and with GRAPHQL_VALIDATION_FAILED for a document that is not of this kind.
   */
  ask(question: CountyDocument<C> & { counties?: readonly string[] }): Promise<ReadonlyMap<string, CountyAnswer>>
}

/** Makes the core from its parts. Documents are prepared once and kept, the least recently used being forgotten. */
export function createScatter<C extends AskerContext>(options: {
  table: RoutingTable
  counties: CountyRegistry
  transport: CountyTransport<C>
  limits: Pick<ShardingLimits, 'documents' | 'listLength'>
  logger: ShardingLogger
}): Scatter<C> {
  const { table, counties, transport, limits, logger } = options
  const documents = new BoundedCache<CompiledOperation>(limits.documents)
  const batch = new QuestionBatch(transport, logger)

  const compile = (document: string, operationName: string | undefined): CompiledOperation =>
    documents.getOrMake(`${operationName ?? ''}\n${document}`, () =>
      compileOperation(table, limits.listLength, document, operationName),
    )

  const onFault = (county: string, detail: string): void => {
    logger.warn({ county, detail }, 'a county gave an answer that cannot be used')
  }

  const askAll = (unit: Unit, variables: Variables, targets: readonly RegisteredCounty[], context: C) => {
    const question = { unit, variables }
    return new Promise<Part[]>((resolve) => {
      const parts = targets.map((): Part | undefined => undefined)
      let open = targets.length
      for (const [place, county] of targets.entries()) {
        batch.put(county, question, context, false, ([part = { county: county.code, outage: 'FAULT' }]) => {
          parts[place] = part
          open -= 1
          if (open === 0) resolve(parts.flatMap((each) => each ?? []))
        })
      }
    })
  }

  /** Everything up to the first await happens at once, so that fields and fetches of one turn travel together. */
  const answerUnit = async (
    unit: Unit,
    operation: CompiledOperation,
    variables: Variables,
    context: C,
  ): Promise<UnitAnswer> => {
    const { route } = unit
    try {
      if (route.kind === 'LOCAL') return { data: route.answer(variables), errors: [] }
      const index = indexCounties(counties)
      if (route.kind === 'ENTITIES') {
        return await answerEntities(unit, route.representations(variables), index, (county, representations) =>
          batch.ask(county, { unit, variables, representations }, context, false),
        )
      }
      if (route.kind === 'CONCAT' || route.kind === 'PAGE') {
        if (route.kind === 'PAGE') readWindow(route, variables)
        const targets = countiesOfArgument(index, route.counties(variables))
        return mergeScatter(unit, variables, await askAll(unit, variables, targets, context), onFault)
      }
      const county = routedCounty(unit, index, variables, context)
      const mutation = operation.type === 'mutation'
      const [part] = await batch.ask(county, { unit, variables }, context, mutation)
      return routedAnswer(unit, part ?? { county: county.code, outage: 'FAULT' }, mutation)
    } catch (error) {
      if (!(error instanceof ExchangeError)) logger.error({ error, field: unit.name }, 'a field could not be answered')
      return { data: null, errors: [placedError(error, [unit.key])] }
    }
  }

  return {
    targets: () => indexCounties(counties).codes,

    async execute({ document, operationName, variables: given, context }) {
      let operation: CompiledOperation
      try {
        operation = compile(document, operationName)
      } catch (error) {
        if (!(error instanceof ExchangeError)) logger.error({ error }, 'a document could not be prepared')
        return { data: null, errors: [placedError(error, [])] }
      }
      const variables = operation.withDefaults(given)
      const units = included(operation, variables)
      const answers: UnitAnswer[] = []
      if (operation.type === 'mutation') {
        // One after the other, as GraphQL has it; each alone, so that one that fails takes no other's answer with it.
        for (const unit of units) answers.push(await answerUnit(unit, operation, variables, context))
      } else {
        answers.push(...(await Promise.all(units.map((unit) => answerUnit(unit, operation, variables, context)))))
      }
      const data: Record<string, unknown> = {}
      for (const [place, { key }] of units.entries()) data[key] = answers[place]?.data ?? null
      return { data, errors: answers.flatMap(({ errors }) => errors) }
    },

    async ask({ document, operationName, variables: given, context, counties: codes }) {
      const operation = compile(document, operationName)
      const variables = operation.withDefaults(given)
      const units = included(operation, variables)
      for (const { name, route } of units) {
        if (route.kind === 'PAGE') readWindow(route, variables)
        else if (route.kind !== 'CONCAT') throw badInput(`"${name}" is not asked of every county.`)
      }
      const targets = countiesOfArgument(indexCounties(counties), codes)
      const parts = await Promise.all(units.map((unit) => askAll(unit, variables, targets, context)))
      return new Map(
        targets.map((county, place): [string, CountyAnswer] => {
          const its = parts.map((each) => each[place] ?? { county: county.code, outage: 'FAULT' as const })
          return [county.code, countyAnswer(units, its, variables, onFault)]
        }),
      )
    },
  }
}

function included(operation: CompiledOperation, variables: Variables): Unit[] {
  return operation.units.filter(({ nodes }) => nodes.some(({ conditions }) => holds(conditions, variables)))
}

/** The one county of a routed field. Throws BAD_USER_INPUT when there is no such county. */
function routedCounty(unit: Unit, index: CountyIndex, variables: Variables, context: AskerContext): RegisteredCounty {
  const { route } = unit
  if (route.kind === 'ID') return countyOfId(index, route.target(variables))
  if (route.kind === 'COUNTY') return countyOfCode(index, route.target(variables), 'county')
  return countyOfCode(index, context.viewer.county, 'viewer')
}

function routedAnswer(unit: Unit, part: Part, mutation: boolean): UnitAnswer {
  if ('outage' in part) return { data: null, errors: [unanswered(part, [unit.key], { mutation })] }
  return { data: part.value, errors: part.errors.map((error) => placed(error, [unit.key, ...error.path])) }
}

/** One county's parts of all fields as one answer; an outage or an error in any of them is the county's. */
function countyAnswer(
  units: readonly Unit[],
  parts: readonly Part[],
  variables: Variables,
  onFault: (county: string, detail: string) => void,
): CountyAnswer {
  const data: Record<string, unknown> = {}
  for (const [place, unit] of units.entries()) {
    const part = parts[place]
    // A list that nothing is wrong with stands as it is.
    if (unit.route.kind === 'CONCAT' && part && 'value' in part && part.value !== null && part.errors.length === 0) {
      data[unit.key] = part.value
      continue
    }
    const { data: value, errors } = mergeScatter(unit, variables, part === undefined ? [] : [part], onFault)
    const [error] = errors
    if (error !== undefined) return { outage: outageOf(error), ...(!isOutage(error) && { errors }) }
    data[unit.key] = value
  }
  return { data }
}

function isOutage(error: GraphQLError): boolean {
  return error.extensions['code'] === 'COUNTY_UNANSWERED' || error.extensions['code'] === 'COVERAGE_INCOMPLETE'
}

function outageOf({ extensions }: GraphQLError): OutageReason {
  const { reason, missing: outages } = extensions as { reason?: OutageReason; missing?: { reason: OutageReason }[] }
  return reason ?? outages?.[0]?.reason ?? 'REFUSED'
}
