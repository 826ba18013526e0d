import type { RoutingTable } from '../sharding/routing-table.ts'
import type { CountiesReached } from './operation-figures.ts'

/**
 * Fields of the exchange subgraph that pass what is selected below them on to every county. A credit check is none: it
 * asks each county one fixed question, or none at all, whatever is selected of its outcome.
 */
const everyCounty = new Set([
  'Query.subject',
  'Subject.name',
  'Subject.listings',
  'Subject.penalties',
  'Subject.cases',
  'EnforcementCase.duplicates',
])

/** How many counties a field reaches: those its `counties` argument names, every one, or the one it is routed to. */
export function countiesReached(table: RoutingTable, counties: () => number): CountiesReached {
  return (fieldName, args, parentType) => {
    const name = `${parentType}.${fieldName}`
    const scattered = parentType === 'Query' && table.query.get(fieldName)?.kind === 'SCATTER'
    if (!scattered && !everyCounty.has(name)) return 1
    const named = args['counties']
    return Array.isArray(named) ? named.length : counties()
  }
}
