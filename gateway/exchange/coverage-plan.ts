import type { CoverageState, IndexAnswer, VouchingCounty } from '../hit-index/contract.ts'

/** Who answers for which county in one check. Every target is in `ask`, or `vouched` has it. */
export interface CoveragePlan {
  /** Codes of the counties that must be covered, in the order of the directory. */
  targets: readonly string[]
  /** What the index rests on; absent when it vouches for no target. */
  state: CoverageState | undefined
  /** Targets that the state names, also those in `ask`; the same array for the same state and targets. */
  vouched: readonly VouchingCounty[]
  /** Targets to be asked live, in the order of the directory. What they say counts, whatever the state has. */
  ask: readonly string[]
}

interface Reach {
  targets: readonly string[]
  vouched: readonly VouchingCounty[]
  missing: readonly string[]
  /** The earliest `asOf` of those vouched for, epoch milliseconds. */
  oldest: number
}

/** Of each state, the reach over the targets it was last used with: these change with the directory only. */
const reaches = new WeakMap<CoverageState, Reach>()

/**
 * Makes the plan from what the index says. A target that the index neither vouches for nor wants asked is asked all the
 * same, and so is one whose `asOf` in the state is before `notBefore` (epoch milliseconds): nothing is taken for covered
 * that the statement does not say. Costs the same with any number of targets while they and the state are the same
 * objects.
 */
export function planCoverage(
  targets: readonly string[],
  { state, ask }: IndexAnswer,
  notBefore: number = -Infinity,
): CoveragePlan {
  if (state === undefined) return { targets, state, vouched: [], ask: targets }
  const { vouched, missing, oldest } = reachOf(state, targets)
  const old = oldest < notBefore ? vouched.filter(({ asOf }) => asOf.getTime() < notBefore) : []
  const further = missing.length + old.length
  const wanted = further === 0 ? ask : inOrder(targets, [...ask, ...missing, ...old.map(({ county }) => county)])
  if (wanted.length >= targets.length) return { targets, state: undefined, vouched: [], ask: targets }
  return { targets, state, vouched, ask: wanted }
}

function reachOf(state: CoverageState, targets: readonly string[]): Reach {
  const known = reaches.get(state)
  if (known?.targets === targets) return known
  const named = new Set(state.counties.map(({ county }) => county))
  const wanted = new Set(targets)
  const vouched = state.counties.filter(({ county }) => wanted.has(county))
  const reach = {
    targets,
    vouched,
    missing: targets.filter((county) => !named.has(county)),
    oldest: vouched.reduce((earliest, { asOf }) => Math.min(earliest, asOf.getTime()), Infinity),
  }
  reaches.set(state, reach)
  return reach
}

function inOrder(targets: readonly string[], codes: readonly string[]): readonly string[] {
  const wanted = new Set(codes)
  return targets.filter((county) => wanted.has(county))
}
