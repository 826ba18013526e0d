import { buildSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { subjectsAsked } from './subjects-asked.ts'

const schema = buildSchema(`
  scalar SubjectCode
  input Question { subject: SubjectCode! matter: String! }
  type Query {
    check(subject: SubjectCode!): String
    checks(questions: [Question!]!): String
    page(filter: String, subjects: [SubjectCode!]): String
  }
`)
const asked = (document: string, variables: Record<string, unknown> = {}) =>
  subjectsAsked(schema, parse(document), variables)

describe('the subjects that an operation names', () => {
  it('are those in literals and in variables, however deep, each once', () => {
    expect(
      asked(
        `query ($one: SubjectCode!, $two: [Question!]!, $text: String) {
          check(subject: $one) again: check(subject: "A") checks(questions: $two)
          page(filter: "no subject", subjects: ["A", "B"]) text: page(filter: $text) }`,
        { one: 'C', two: [{ subject: 'D', matter: 'M' }, { subject: 'C' }], text: 'none' },
      ).toSorted(),
    ).toEqual(['A', 'B', 'C', 'D'])
  })

  it('are those in one value where a list is wanted', () => {
    expect(asked('query ($q: [Question!]!) { checks(questions: $q) }', { q: { subject: 'A', matter: 'M' } })).toEqual([
      'A',
    ])
  })

  it.each([
    ['a code', 'query ($s: SubjectCode! = "A") { check(subject: $s) }', 's'],
    [
      'one with an odd name',
      'query ($constructor: SubjectCode! = "A") { check(subject: $constructor) }',
      'constructor',
    ],
    ['a list', 'query ($q: [Question!]! = [{ subject: "A", matter: "M" }]) { checks(questions: $q) }', 'q'],
    ['one for a list', 'query ($q: [Question!]! = { subject: "A", matter: "M" }) { checks(questions: $q) }', 'q'],
  ])('are those in the default of a variable that is not given: %s', (_, document, name) => {
    expect(asked(document)).toEqual(['A'])
    const given = name !== 'q' ? 'B' : [{ subject: 'B', matter: 'M' }]
    expect(asked(document, { [name]: given })).toEqual(['B'])
  })
})
