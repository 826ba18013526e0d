import { ApolloServer } from '@apollo/server'
import { buildSchema } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createSafelistPlugin, readSafelist } from './safelist.ts'

interface Caller {
  scopes: ReadonlySet<string>
}

const schema = buildSchema('type Query { county(code: String): County } type County { code: String name: String }')
const registered = `
  # One file, two operations.
  query Name($code: String) { county(code: $code) { ...Both } }
  query Code { county { code } }
  fragment Both on County { code name }
`

async function ask(
  query: string,
  mode: 'safelist' | 'open' = 'safelist',
  scopes: string[] = [],
  operationName?: string,
) {
  const scopesOf = ({ scopes: granted }: Caller) => granted
  const plugin = createSafelistPlugin<Caller>({ mode, safelist: readSafelist([registered]), scopesOf })
  const server = new ApolloServer<Caller>({ schema, plugins: [plugin] })
  const contextValue = { scopes: new Set(scopes) }
  const { body } = await server.executeOperation(
    { query, ...(operationName ? { operationName } : {}) },
    { contextValue },
  )
  const error = body.kind === 'single' ? body.singleResult.errors?.[0] : undefined
  return error ? error.extensions?.['code'] : 'admitted'
}

describe('the safelist', () => {
  it('admits each operation of a registered document, alone or in its file, whatever its spacing and order', async () => {
    expect(await ask(registered, 'safelist', [], 'Name')).toBe('admitted')
    expect(await ask(registered, 'safelist', [], 'Code')).toBe('admitted')
    expect(await ask('query Code{county{code}}')).toBe('admitted')
    const reordered = 'fragment Both on County{code,name}\nquery Name($code:String){county(code:$code){...Both}}'
    expect(await ask(reordered)).toBe('admitted')
  })

  it.each([
    'query Code { county { code name } }',
    'query Other { county { code } }',
    '{ county { code } }',
    'query Name($code: String) { county(code: $code) { ...Both } } fragment Both on County { code }',
    'query Code { county { code } ...Q } fragment Q on Query { county { name } }',
    'query Code { __schema { types { name } } }',
  ])('refuses what is not registered: %s', async (query) => {
    expect(await ask(query)).toBe('OPERATION_NOT_REGISTERED')
    expect(await ask(query, 'open')).toBe('admitted')
    expect(await ask(query, 'safelist', ['query:adhoc'])).toBe('admitted')
  })

  it('is not misled by a registered operation that stands beside the one to run', async () => {
    const two = 'query Code { county { code } } query Evil { county { name } }'
    expect(await ask(two, 'safelist', [], 'Evil')).toBe('OPERATION_NOT_REGISTERED')
    expect(await ask(two, 'safelist', [], 'Code')).toBe('admitted')
  })

  it('remembers a text under each of its operations’ names, and nothing of who sent it', async () => {
    const scopesOf = ({ scopes }: Caller) => scopes
    const plugin = createSafelistPlugin<Caller>({ mode: 'safelist', safelist: readSafelist([registered]), scopesOf })
    const server = new ApolloServer<Caller>({ schema, plugins: [plugin] })
    const two = 'query Code { county { code } } query Evil { county { name } }'
    const codeOf = async (operationName: string, scopes: string[] = []) => {
      const contextValue = { scopes: new Set(scopes) }
      const { body } = await server.executeOperation({ query: two, operationName }, { contextValue })
      return body.kind === 'single' ? body.singleResult.errors?.[0]?.extensions?.['code'] : undefined
    }
    for (let round = 0; round < 2; round++) {
      expect(await codeOf('Evil', ['query:adhoc'])).toBeUndefined()
      expect(await codeOf('Code')).toBeUndefined()
      expect(await codeOf('Evil')).toBe('OPERATION_NOT_REGISTERED')
      expect(await codeOf(`Evil${'l'.repeat(1_000)}`)).toBe('OPERATION_NOT_REGISTERED')
    }
  })

  it('has no operation without a name and no broken document', () => {
    expect(readSafelist([registered]).size).toBe(2)
    expect(() => readSafelist(['{ county { code } }'])).toThrow('needs a name')
    expect(() => readSafelist(['query {'])).toThrow('Syntax Error')
  })
})
