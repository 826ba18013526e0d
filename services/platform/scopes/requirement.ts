/**
 * What a field or type requires: an OR of ANDs of scopes, as `@requiresScopes(scopes: [["a","b"],["c"]])` writes it.
 * Always kept minimal: no alternative contains another, scopes and alternatives sorted. `[[]]` requires nothing.
 */
export type Requirement = readonly (readonly string[])[]

/** Requires nothing. */
export const nothing: Requirement = [[]]

/** Sorts and drops the alternatives that another one makes superfluous. */
export function minimal(alternatives: Requirement): Requirement {
  const sorted = alternatives
    .map((scopes) => [...new Set(scopes)].toSorted())
    .toSorted((a, b) => a.length - b.length || (a.join(' ') < b.join(' ') ? -1 : 1))
  return sorted.filter(
    (candidate, index) => !sorted.slice(0, index).some((other) => other.every((scope) => candidate.includes(scope))),
  )
}

/** Both must hold: the product of their alternatives, as the federation documents combine shared fields. */
export function both(a: Requirement, b: Requirement): Requirement {
  return minimal(a.flatMap((left) => b.map((right) => [...left, ...right])))
}

/** One of them must hold. */
export function either(a: Requirement, b: Requirement): Requirement {
  return minimal([...a, ...b])
}

/** Whether the granted scopes meet the requirement. */
export function satisfied(requirement: Requirement, granted: ReadonlySet<string>): boolean {
  return requirement.some((scopes) => scopes.every((scope) => granted.has(scope)))
}

/** "credit:read", or "credit:read and case:read, or credit:check". */
export function describeRequirement(requirement: Requirement): string {
  return requirement.map((scopes) => scopes.join(' and ')).join(', or ')
}

/**
 * The smallest set of granted scopes that meets every requirement; among equals the alphabetically first. Requirements
 * that the granted scopes do not meet are left out. With more than 12 granted scopes in play, all of these.
 */
export function smallestGrant(requirements: Iterable<Requirement>, granted: ReadonlySet<string>): ReadonlySet<string> {
  const open = [...requirements].filter((requirement) => satisfied(requirement, granted))
  const candidates = [...new Set(open.flat(2))].filter((scope) => granted.has(scope)).toSorted()
  if (candidates.length > 12) return new Set(candidates)
  let best = candidates
  for (let bits = 0; bits < 1 << candidates.length; bits++) {
    const subset = candidates.filter((_, index) => bits & (1 << index))
    const better = subset.length < best.length || (subset.length === best.length && subset.join(' ') < best.join(' '))
    if (better && open.every((requirement) => satisfied(requirement, new Set(subset)))) best = subset
  }
  return new Set(best)
}
