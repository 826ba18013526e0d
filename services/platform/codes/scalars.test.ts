import { buildSchema, graphql, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql'
import { describe, expect, it } from 'vitest'
import { CountyCodeScalar } from './county-code.scalar.ts'
import { redactMessage } from './mask.ts'
import { NodeCodeScalar } from './node-code.scalar.ts'
import { SubjectCodeScalar } from './subject-code.scalar.ts'

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      echo: {
        type: GraphQLString,
        args: { subject: { type: SubjectCodeScalar }, county: { type: CountyCodeScalar } },
        resolve: (_source, args: { subject?: string; county?: string }) => `${args.subject} ${args.county}`,
      },
    },
  }),
})
const ask = (source: string, variableValues: Record<string, unknown> = {}) =>
  graphql({ schema, source, variableValues })
const withVariables = 'query ($s: SubjectCode, $c: CountyCode) { echo(subject: $s, county: $c) }'

describe('SubjectCode and CountyCode', () => {
  it('have the names that the schema uses', () => {
    expect([SubjectCodeScalar.name, CountyCodeScalar.name]).toEqual(['SubjectCode', 'CountyCode'])
    expect(() => buildSchema(`scalar ${SubjectCodeScalar.name} type Query { a: SubjectCode }`)).not.toThrow()
  })

  it('normalise literals and variables', async () => {
    const literal = await ask('{ echo(subject: "９１411528max00004x0", county: "４11528") }')
    expect(literal.data?.['echo']).toBe('91411528MAX00004X0 411528')
    const variables = await ask(withVariables, { s: '91411528 MAX00004X0', c: ' 411528' })
    expect(variables.data?.['echo']).toBe('91411528MAX00004X0 411528')
  })

  it('refuse bad literals and variables with BAD_USER_INPUT', async () => {
    const answers = [
      await ask('{ echo(subject: "91411528MAX00004X1") }'),
      await ask('{ echo(subject: 914403001922038216) }'),
      await ask('{ echo(county: 411528) }'),
      await ask(withVariables, { s: 7 }),
      await ask(withVariables, { s: 'x' }),
      await ask(withVariables, { c: 411528 }),
      await ask(withVariables, { c: '411500' }),
    ]
    for (const { errors } of answers) expect(errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT')
  })

  it("leave nothing of a mistyped person's number in a message that went through redactMessage", async () => {
    for (const typed of ['110105194912310021', '1101051949123100', '1101051949123100211', '110105 19491231 0021']) {
      const { errors } = await ask(withVariables, { s: typed })
      const told = redactMessage(errors?.[0]?.message ?? '')
      expect(told).toMatch(/got an invalid value; Not a valid/)
      expect(told).not.toMatch(/\d{6}/)
    }
  })

  it('refuse to serialise what is not a string', () => {
    expect(() => SubjectCodeScalar.serialize(9)).toThrow(TypeError)
    expect(() => CountyCodeScalar.serialize(411528)).toThrow(TypeError)
  })
})

describe('NodeCode', () => {
  it('takes a county’s and a superior’s code, and refuses what is neither', () => {
    expect(['411528', '410000'].map((code) => NodeCodeScalar.parseValue(code))).toEqual(['411528', '410000'])
    for (const wrong of ['41152', '4115280', 'x', 411528, null]) {
      expect(() => NodeCodeScalar.parseValue(wrong)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
    }
  })
})
