import { composeServices } from '@apollo/composition'
import {
  GraphQLInputObjectType,
  GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  Kind,
  buildASTSchema,
  parse,
} from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { printCountySubgraph } from './schema.ts'

const han = /\p{Script=Han}/u
const fromLibraries = new Set(['Date', 'DateTime'])

describe('the county subgraph', () => {
  let sdl: string
  let schema: GraphQLSchema
  beforeAll(async () => {
    sdl = await printCountySubgraph()
    schema = buildASTSchema(parse(sdl), { assumeValidSDL: true })
  })

  it('composes by itself, so that it is a sound Federation 2 subgraph', () => {
    const { errors } = composeServices([{ name: 'county', typeDefs: parse(sdl), url: 'http://county.invalid' }])
    expect(errors).toBeUndefined()
  })

  it('is printed the same each time', async () => {
    expect(await printCountySubgraph()).toBe(sdl)
  })

  it('describes every type, field, argument and enum value with its official Chinese term', () => {
    const missing: string[] = []
    const demand = (name: string, description: string | null | undefined): void => {
      if (!description || !han.test(description)) missing.push(name)
    }
    const routing = new Set(['RoutedBy', 'ScatterMerge'])
    for (const type of Object.values(schema.getTypeMap())) {
      const { name } = type
      if (
        /^(__|_|federation__|link__)/.test(name) ||
        ['Query', 'Mutation', 'ID', 'Int', 'String', 'Boolean', 'Float'].includes(name)
      ) {
        if (name !== 'Query' && name !== 'Mutation') continue
      } else if (!fromLibraries.has(name) && !routing.has(name)) demand(name, type.description)
      if (isObjectType(type) || isInputObjectType(type)) {
        const fields: ReturnType<GraphQLObjectType['getFields']> | ReturnType<GraphQLInputObjectType['getFields']> =
          type.getFields()
        for (const field of Object.values(fields)) {
          demand(`${name}.${field.name}`, field.description)
          for (const argument of 'args' in field ? field.args : []) {
            demand(`${name}.${field.name}(${argument.name}:)`, argument.description)
          }
        }
      }
      if (isEnumType(type) && !routing.has(name)) {
        for (const value of type.getValues()) demand(`${name}.${value.name}`, value.description)
      }
    }
    expect(missing).toEqual([])
  })

  it('says of every root field where it is answered, once, and what scopes it needs', () => {
    const wrong = rootFields(schema).filter(({ directives, type }) => {
      const routing = directives.filter((name) => name === 'routed' || name === 'scatter')
      // A county that fails costs only its own part, so what is scattered can be null.
      const mustNotBeNull = routing[0] === 'scatter' && type.endsWith('!')
      return routing.length !== 1 || !directives.includes('requiresScopes') || mustNotBeNull
    })
    expect(wrong).toEqual([])
  })

  it('has the argument that each root field’s routing looks at', () => {
    const needed: Record<string, string | undefined> = { ID: 'id', COUNTY: 'county', scatter: 'counties' }
    const wrong = rootFields(schema).filter(({ by, argumentNames }) => {
      const argument = needed[by]
      return argument !== undefined && !argumentNames.includes(argument)
    })
    expect(wrong).toEqual([])
  })

  it('keeps what only the gateway asks out of the public schema', () => {
    const { supergraphSdl = '' } = composeServices([
      { name: 'county', typeDefs: parse(sdl), url: 'http://county.invalid' },
    ])
    for (const field of [
      'creditStandings',
      'registeredSubjects',
      'caseLinkProposal',
      'recordCaseLink',
      'settleCaseLink',
    ]) {
      expect(supergraphSdl).toMatch(new RegExp(`\\b${field}\\([^)]*\\)[^\\n]*@inaccessible`, 's'))
    }
  })
})

/** Root fields with their directives; `by` is how one is routed, or `scatter`. */
function rootFields(schema: GraphQLSchema) {
  return [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
    Object.values(root?.getFields() ?? {}).map((field) => {
      const directives = field.astNode?.directives ?? []
      const by = directives.find((directive) => directive.name.value === 'routed')?.arguments?.[0]?.value
      return {
        name: field.name,
        type: String(field.type),
        directives: directives.map((directive) => directive.name.value),
        by: by?.kind === Kind.ENUM ? by.value : 'scatter',
        argumentNames: field.args.map((argument) => argument.name),
      }
    }),
  )
}
