import { GraphQLScalarType, Kind } from 'graphql'
import { badInput } from '../errors.ts'
import { parseCountyCode } from './county-code.ts'

const refusal = 'A county code is a string of six digits, in quotes.'

/** GraphQL scalar `CountyCode`; whether the county takes part is checked against the directory, not here. */
export const CountyCodeScalar = new GraphQLScalarType<string, string>({
  name: 'CountyCode',
  description: '县级行政区划代码 (GB/T 2260), six digits, or a statistical code (统计用区划代码) of the same shape.',
  serialize: (value) => {
    if (typeof value !== 'string') throw new TypeError('A county code must be stored as a string.')
    return value
  },
  parseValue: (value) => {
    if (typeof value !== 'string') throw badInput(refusal)
    return parseCountyCode(value).code
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING) throw badInput(refusal)
    return parseCountyCode(node.value).code
  },
})
