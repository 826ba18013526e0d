import type { GraphQLError } from 'graphql'
import { badInput } from '../../services/platform/errors.ts'
import type { RegisteredCounty } from './contract.ts'
import type { Unit } from './compile-unit.ts'
import { placed, placedError, unanswered } from './county-errors.ts'
import { membersOf } from './json.ts'
import type { UnitAnswer } from './merge-scatter.ts'
import type { Parts } from './read-answer.ts'
import { countyOfId, type CountyIndex } from './route.ts'

/**
 * Answers `_entities`: each representation goes to the county its `id` begins with, and what comes back is put in the
 * order of the representations, as many as there were. An entity that cannot be had is null with an error that names its
 * key and its county; entities whose key has no `id` belong to no county and are BAD_USER_INPUT.
 */
export async function answerEntities(
  unit: Unit,
  representations: unknown,
  index: CountyIndex,
  ask: (county: RegisteredCounty, representations: readonly unknown[]) => Promise<Parts>,
): Promise<UnitAnswer> {
  if (!Array.isArray(representations)) {
    return {
      data: null,
      errors: [placedError(badInput('"representations" is not a list.', 'representations'), [unit.key])],
    }
  }
  const data: unknown[] = Array.from({ length: representations.length }, () => null)
  const errors = new Map<string, GraphQLError>()
  // One error for each key and cause, however often the key was asked for.
  const report = (key: string | undefined, make: (details: { key?: string }) => GraphQLError): void => {
    const error = make(key === undefined ? {} : { key })
    const cause = JSON.stringify([error.message, error.path?.slice(2), error.extensions])
    if (!errors.has(cause)) errors.set(cause, error)
  }
  const groups = new Map<RegisteredCounty, number[]>()
  for (const [position, representation] of representations.entries()) {
    const key = keyOf(representation)
    try {
      const county = countyOfRepresentation(index, representation)
      const group = groups.get(county)
      if (group === undefined) groups.set(county, [position])
      else group.push(position)
    } catch (error) {
      report(key, (details) => placedError(error, [unit.key, position], details))
    }
  }
  await Promise.all(
    [...groups].map(async ([county, positions]) => {
      const parts = await ask(
        county,
        positions.map((position) => representations[position] as unknown),
      )
      for (const [place, position] of positions.entries()) {
        const part = parts[place] ?? { county: county.code, outage: 'FAULT' as const }
        const key = keyOf(representations[position])
        const path = [unit.key, position]
        if ('outage' in part) {
          report(key, (details) => unanswered(part, path, details))
          continue
        }
        data[position] = part.value
        for (const error of part.errors) report(key, (details) => placed(error, [...path, ...error.path], details))
      }
    }),
  )
  return { data, errors: [...errors.values()] }
}

function keyOf(representation: unknown): string | undefined {
  const { id } = membersOf(representation)
  return typeof id === 'string' ? id : undefined
}

function countyOfRepresentation(index: CountyIndex, representation: unknown): RegisteredCounty {
  const { __typename: type, id } = membersOf(representation)
  if (typeof type !== 'string') throw badInput('A representation has no "__typename".', 'representations')
  if (id === undefined) {
    throw badInput(`No county can be found for a ${type.slice(0, 100)} from a key without "id".`, 'representations')
  }
  return countyOfId(index, id)
}
