import type { RoutingTable } from '../sharding/routing-table.ts'
import type { CountiesReached } from './operation-figures.ts'

/** Fields of the exchange subgraph that ask every county. */
const everyCounty = new Set([
  'Query.creditCheck',
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
