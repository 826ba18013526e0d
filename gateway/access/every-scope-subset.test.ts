import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type FormattedExecutionResult,
  getNamedType,
  getOperationAST,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageRoot } from '../../services/platform/package-root.ts'
import { type ScopeTable, readScopeTable } from '../../services/platform/scopes/scope-table.ts'
import { satisfied } from '../../services/platform/scopes/requirement.ts'
import { createScopePlugin } from '../../services/platform/scopes/scope-plugin.ts'
import { stripSecurity } from '../../services/platform/scopes/strip-security.ts'
import { type Found, ScopeReference } from '../../test/support/scope-reference.ts'
import { loadOperations } from '../playground/playground.operations.ts'
import { InProcessDataSource } from '../supergraph/in-process-data-source.ts'
import { createSupergraphGateway } from '../supergraph/supergraph.ts'
import { stringifyAnswer } from '../supergraph/written-list.ts'

interface Caller {
  scopes: ReadonlySet<string>
}

const read = (name: string) => readFileSync(join(packageRoot(), 'schema', `${name}.graphql`), 'utf8')
const supergraphSdl = read('supergraph')
const table = readScopeTable(supergraphSdl)
const subsets = Array.from({ length: 1 << table.scopes.length }, (_, bits) =>
  table.scopes.filter((__, index) => bits & (1 << index)),
)
const operations = loadOperations().map(({ name, document }) => ({ name, text: document }))

/** Fields that a subgraph ran although its own table does not allow them to the caller. */
const trespassed = new Set<string>()
/** What a subgraph was asked and refused in part. */
const refusedBelow = new Set<string>()
const servers: ApolloServer<Caller>[] = []
/** Enforces the table itself. */
let guarded: ApolloServer<Caller>
/** Enforces the table itself, and runs in place what it can. */
let assembled: ApolloServer<Caller>
/** Passes everything on, so that the subgraphs alone enforce theirs. */
let unguarded: ApolloServer<Caller>
let apiSchema: GraphQLSchema

/** A value for any type, the same each time. */
function sample(type: GraphQLOutputType, coordinate: string, schema: GraphQLSchema): unknown {
  if (isNonNullType(type)) return sample(type.ofType, coordinate, schema)
  if (isListType(type)) return Object.freeze([1, 2].map(() => sample(type.ofType, coordinate, schema)))
  if (isAbstractType(type)) return { __typename: schema.getPossibleTypes(type)[0]?.name }
  if (isEnumType(type)) return type.getValues()[0]?.value
  if (!isLeafType(type)) return {}
  const known: Record<string, unknown> = { Int: 1, Float: 1.5, Boolean: true, ID: '411528:sample:1' }
  return known[type.name] ?? coordinate
}

function resolverOf(own: ScopeTable): GraphQLFieldResolver<Record<string, unknown> | undefined, Caller> {
  return (source, _args, { scopes }, { parentType, fieldName, returnType, schema }) => {
    const coordinate = `${parentType.name}.${fieldName}`
    const required = [own.types.get(parentType.name), own.fields.get(coordinate)]
    if (!required.every((some) => !some || satisfied(some, scopes))) trespassed.add(coordinate)
    return source?.[fieldName] ?? sample(returnType, coordinate, schema)
  }
}

async function subgraph(name: string): Promise<ApolloServer<Caller>> {
  const sdl = read(name)
  const own = readScopeTable(sdl)
  const server = new ApolloServer<Caller>({
    schema: buildSubgraphSchema(parse(sdl)),
    fieldResolver: resolverOf(own),
    plugins: [createScopePlugin<Caller>({ table: own, scopesOf: ({ scopes }) => scopes })],
  })
  await server.start()
  servers.push(server)
  return server
}

function sourceOf(server: ApolloServer<Caller> | undefined): GraphQLDataSource {
  return {
    process: async ({ request, context }) => {
      const contextValue: Caller = { scopes: context['scopes'] }
      const query = request.query ?? ''
      const variables = request.variables ?? {}
      const answer = await server?.executeOperation({ query, variables }, { contextValue })
      if (answer?.body.kind !== 'single') throw new Error('no single answer')
      const { data, errors }: FormattedExecutionResult = JSON.parse(JSON.stringify(answer.body.singleResult))
      if (errors?.some(isRefusal)) refusedBelow.add(query)
      return { ...(data && { data }), ...(errors && { errors }) }
    },
  }
}

/** As the gateway is put together: what its own subgraph answers alone runs there, with lists that many answers share. */
async function assemble(
  subgraphs: ReadonlyMap<string, ApolloServer<Caller>>,
  plugins: ApolloServerPlugin<Caller>[],
): Promise<ApolloServer<Caller>> {
  const sdl = read('exchange')
  const schema = buildSubgraphSchema(parse(sdl))
  const resolve = resolverOf(readScopeTable(sdl))
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue
    for (const field of Object.values(type.getFields())) {
      field.resolve ??= (source, args, caller, info) =>
        resolve(source, args, caller, { ...info, returnType: field.type })
    }
  }
  const lasting = ['CreditAnswer.county', 'CreditAnswer.asOf', 'CreditAnswer.source', 'County.code', 'County.name']
  const shared = {
    type: 'CreditCoverage',
    field: 'answered',
    lasting: new Set([...lasting, 'CreditAnswer.listVersion']),
    version: () => table,
  }
  const gateway = createSupergraphGateway({
    supergraphSdl,
    dataSources: {
      county: sourceOf(subgraphs.get('county')),
      coordination: sourceOf(subgraphs.get('coordination')),
      exchange: new InProcessDataSource(schema, shared),
    },
    scalars: [],
    admit: async () => {},
  })
  const server = new ApolloServer<Caller>({ gateway, plugins })
  await server.start()
  servers.unshift(server)
  return server
}

async function federate(
  subgraphs: ReadonlyMap<string, ApolloServer<Caller>>,
  plugins: ApolloServerPlugin<Caller>[],
): Promise<ApolloServer<Caller>> {
  const federated = new ApolloGateway({
    supergraphSdl: stripSecurity(supergraphSdl),
    buildService: ({ name }) => sourceOf(subgraphs.get(name)),
  })
  federated.onSchemaLoadOrUpdate(({ apiSchema: loaded }) => {
    apiSchema = loaded
  })
  const server = new ApolloServer<Caller>({ gateway: federated, plugins })
  await server.start()
  servers.unshift(server)
  return server
}

beforeAll(async () => {
  const subgraphs = new Map<string, ApolloServer<Caller>>()
  for (const name of ['county', 'coordination', 'exchange']) subgraphs.set(name, await subgraph(name))
  guarded = await federate(subgraphs, [createScopePlugin<Caller>({ table, scopesOf: ({ scopes }) => scopes })])
  assembled = await assemble(subgraphs, [createScopePlugin<Caller>({ table, scopesOf: ({ scopes }) => scopes })])
  unguarded = await federate(subgraphs, [])
}, 60_000)

afterAll(async () => {
  for (const server of servers) await server.stop()
})

function inputSample(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return inputSample(type.ofType)
  if (isListType(type)) return [inputSample(type.ofType)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (!isInputObjectType(type)) return type.name === 'Int' ? 1 : type.name === 'Boolean' ? true : 'x'
  const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
  return Object.fromEntries(fields.map((field) => [field.name, inputSample(field.type)]))
}

/** A value for each variable that must have one. */
function variablesOf(operation: OperationDefinitionNode): Record<string, unknown> {
  const variables: Record<string, unknown> = {}
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    const input = typeFromAST(apiSchema, type)
    if (isInputType(input) && isNonNullType(input) && !defaultValue) variables[variable.name.value] = inputSample(input)
  }
  return variables
}

async function ask(
  gateway: ApolloServer<Caller>,
  query: string,
  variables: Record<string, unknown>,
  scopes: readonly string[],
) {
  const http = { method: 'POST', headers: new HeaderMap(), search: '', body: null }
  const contextValue = { scopes: new Set(scopes) }
  const { body } = await gateway.executeOperation({ query, variables, http }, { contextValue })
  if (body.kind !== 'single') throw new Error('incremental')
  const { data, errors }: FormattedExecutionResult = JSON.parse(stringifyAnswer(body.singleResult))
  return { data, refused: errors?.filter(isRefusal) ?? [], others: errors?.filter((one) => !isRefusal(one)) ?? [] }
}

function isRefusal({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.['code'] === 'UNAUTHORIZED_FIELD_OR_TYPE'
}

/** The answer to an unrestricted caller with the name of each object's type, which the schema alone tells here. */
function foundIn(data: object, type: GraphQLObjectType): Found {
  const fields = Object.entries(data).map(([name, below]) => {
    const field = type.getFields()[name]
    if (!field) throw new Error(`${type.name} has no field ${name}; this test knows no aliases.`)
    return [name, withTypes(below, getNamedType(field.type))] as const
  })
  return { __typename: type.name, ...Object.fromEntries(fields) }
}

function withTypes(value: unknown, named: GraphQLNamedType): unknown {
  if (Array.isArray(value)) return value.map((item) => withTypes(item, named))
  const type = isAbstractType(named) ? apiSchema.getPossibleTypes(named)[0] : named
  return isObjectType(type) && typeof value === 'object' && value !== null ? foundIn(value, type) : value
}

describe.each(operations)('the operation $name', ({ text }) => {
  it('gives, with every subset of scopes, exactly what the table allows, at the gateway and in each subgraph', async () => {
    const document = parse(text)
    const operation = getOperationAST(document)
    const root = operation && apiSchema.getRootType(operation.operation)
    if (!operation || !root) throw new Error('no operation')
    const variables = variablesOf(operation)
    const whole = await ask(guarded, text, variables, table.scopes)
    expect(whole).toMatchObject({ refused: [], others: [] })
    const found = foundIn(whole.data ?? {}, root)
    for (const scopes of subsets) {
      const reference = new ScopeReference(apiSchema, table, document, new Set(scopes), variables)
      // Twice by the assembled one: once as it is planned, then as it runs in place and with lists that are written.
      for (const gateway of [guarded, assembled, assembled]) {
        const { data, refused, others } = await ask(gateway, text, variables, scopes)
        const paths = new Set(refused.map(({ path }) => path?.join('.')))
        expect({ scopes, data, paths, others, trespassed, refusedBelow }).toEqual({
          scopes,
          data: reference.answer(found),
          paths: reference.refusedPaths(),
          others: [],
          trespassed: new Set(),
          // What the gateway lets through the subgraphs let through as well.
          refusedBelow: new Set(),
        })
      }
    }
  })

  it('runs no refused field in a subgraph that is asked directly', async () => {
    const operation = getOperationAST(parse(text))
    const variables = operation ? variablesOf(operation) : {}
    for (const scopes of subsets) {
      await ask(unguarded, text, variables, scopes)
      expect({ scopes, trespassed }).toEqual({ scopes, trespassed: new Set() })
    }
    expect(refusedBelow.size).toBeGreaterThan(0)
    refusedBelow.clear()
  })
})
