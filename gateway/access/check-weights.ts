import type { Weigh } from './operation-figures.ts'

/** What most applicants have of these at most; a list that says nothing of its length would count as 20 rows. */
const fewRows: ReadonlyMap<string, number> = new Map([
  ['CreditCheck.consequences', 2],
  ['CreditCheck.listings', 2],
  ['Consequence.legalBasis', 2],
  ['CreditCoverage.unanswered', 2],
])
/** Reading what one county says of one applicant costs about a quarter of a field of the answer. */
const standingCost = 0.25

/**
 * Weighs the fields of credit checks: a batch has as many rows as inputs, its coverage as many as there are counties, and
 * each input may have to be asked of every county.
 */
export function checkWeights(counties: () => number): Weigh {
  return (fieldName, args, parentType) => {
    const name = `${parentType}.${fieldName}`
    const few = fewRows.get(name)
    if (few !== undefined) return { rows: few, flat: 0 }
    if (name === 'CreditCoverage.answered') return { rows: counties(), flat: 0 }
    if (name === 'Query.creditCheck') return { rows: 1, flat: Math.ceil(standingCost * counties()) }
    if (name !== 'Query.creditChecks') return undefined
    const inputs = Array.isArray(args['inputs']) ? args['inputs'].length : 1
    return { rows: inputs, flat: Math.ceil(standingCost * inputs * counties()) }
  }
}
