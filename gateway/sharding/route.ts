import { badInput, ExchangeError } from '../../services/platform/errors.ts'
import type { CountyRegistry, RegisteredCounty } from './contract.ts'

/** Whom questions can go to, in the order of the directory. */
export interface CountyIndex {
  /** Those that a scattered field asks: all but those that stand apart. */
  list: readonly RegisteredCounty[]
  /** The codes of `list`: the same array until the registry changes. */
  codes: readonly string[]
  /** Also those that stand apart. */
  byCode: ReadonlyMap<string, RegisteredCounty>
}

const indexes = new WeakMap<readonly RegisteredCounty[], CountyIndex>()

/** Reads the registry; counties that have left are unknown. Throws what the registry throws. */
export function indexCounties(registry: CountyRegistry): CountyIndex {
  const all = registry.list()
  let index = indexes.get(all)
  if (index === undefined) {
    const known = all.filter(({ status }) => status !== 'LEFT')
    const list = known.filter(({ apart }) => apart !== true)
    index = { list, codes: list.map(({ code }) => code), byCode: new Map(known.map((each) => [each.code, each])) }
    indexes.set(all, index)
  }
  return index
}

/** The county an id belongs to. Throws BAD_USER_INPUT for an id without county and for a county nobody knows. */
export function countyOfId(index: CountyIndex, id: unknown, argument = 'id'): RegisteredCounty {
  const code = typeof id === 'string' ? /^(\d{6}):./.exec(id)?.[1] : undefined
  if (code === undefined) {
    throw badInput(
      `"${argument}" is not the id of a record: an id begins with its county's code, as in "411528:…".`,
      argument,
    )
  }
  return countyOfCode(index, code, argument)
}

/** The county with a code. Throws BAD_USER_INPUT when nobody knows it. */
export function countyOfCode(index: CountyIndex, code: unknown, argument: string): RegisteredCounty {
  const county = typeof code === 'string' ? index.byCode.get(code) : undefined
  if (county === undefined) {
    const shown = typeof code === 'string' && /^\d{6}$/.test(code) ? `County ${code}` : 'The county'
    throw badInput(
      `${shown} in "${argument}" is not in the directory. The field "counties" lists those that are.`,
      argument,
    )
  }
  return county
}

/**
 * The counties that a `counties` argument leaves in, each once, in the order of the directory; all when it is left out
 * or null. Throws BAD_USER_INPUT for an empty list and for a county nobody knows.
 */
export function countiesOfArgument(index: CountyIndex, value: unknown): readonly RegisteredCounty[] {
  if (value === undefined || value === null) {
    if (index.list.length > 0) return index.list
    throw new ExchangeError('DIRECTORY_UNAVAILABLE', 'The directory names no county, so there is nobody to ask.')
  }
  const codes: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (codes.length === 0) {
    throw badInput('"counties" is empty. Name at least one county, or leave it out to ask all.', 'counties')
  }
  const wanted = new Set(codes.map((code) => scatteredCode(index, code)))
  return index.list.filter(({ code }) => wanted.has(code))
}

/** The code of a county that a scattered field may ask; one that stands apart is none. */
function scatteredCode(index: CountyIndex, code: unknown): string {
  const county = countyOfCode(index, code, 'counties')
  if (county.apart !== true) return county.code
  throw badInput(`${county.code} in "counties" is no county: it holds no records that a list is made of.`, 'counties')
}
