import { collectSubFields } from '@graphql-tools/utils'
import { getNamedType, type GraphQLResolveInfo, isObjectType } from 'graphql'
import { ExchangeError } from '../../services/platform/errors.ts'

/** Coverage as the scatter gives it to the exchange. */
interface Covered {
  coverage: { complete: boolean; unanswered: readonly { county: { code: string }; reason: string }[] }
}

/**
 * Gives an answer on when every county is in it or its `coverage` was selected; else COVERAGE_INCOMPLETE, as for the
 * counties' own lists: nobody takes a short list for a full one. The exchange always asks the counties for coverage, so
 * the scatter cannot know what the caller selected.
 */
export function demandCoverage<Answer>(answer: Answer & Covered, info: GraphQLResolveInfo): Answer {
  if (answer.coverage.complete || selectsCoverage(info)) return answer
  const missing = answer.coverage.unanswered.map(({ county, reason }) => ({ county: county.code, reason }))
  throw incomplete(info.fieldName, missing, 'Select "coverage" to get the part that is there.')
}

/** COVERAGE_INCOMPLETE for a field that needs every county; `advice` says what to do. */
export function incomplete(
  field: string,
  missing: readonly { county: string; reason: string }[],
  advice: string,
): ExchangeError {
  const named = missing.map(({ county, reason }) => `${county} (${reason})`).join(', ')
  return new ExchangeError('COVERAGE_INCOMPLETE', `"${field}" is not complete: no answer from ${named}. ${advice}`, {
    missing: [...missing],
  })
}

function selectsCoverage({ schema, fragments, variableValues, returnType, fieldNodes }: GraphQLResolveInfo): boolean {
  const type = getNamedType(returnType)
  if (!isObjectType(type)) return false
  const { fields } = collectSubFields(schema, fragments, variableValues, type, [...fieldNodes])
  return [...fields.values()].some(([node]) => node?.name.value === 'coverage')
}
