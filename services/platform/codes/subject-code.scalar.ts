import { GraphQLScalarType, Kind } from 'graphql'
import { badInput } from '../errors.ts'
import { parseSubjectCode } from './subject-code.ts'

const refusal = 'A subject code is a string of 18 characters, in quotes.'

/** GraphQL scalar `SubjectCode`; input is normalised and checked, a bad value is BAD_USER_INPUT and is not repeated. */
export const SubjectCodeScalar = new GraphQLScalarType<string, string>({
  name: 'SubjectCode',
  description:
    '主体代码: 统一社会信用代码 (GB 32100) of an organisation or 公民身份号码 (GB 11643) of a natural person, 18 characters.',
  serialize: (value) => {
    if (typeof value !== 'string') throw new TypeError('A subject code must be stored as a string.')
    return value
  },
  parseValue: (value) => {
    if (typeof value !== 'string') throw badInput(refusal)
    return parseSubjectCode(value).code
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING) throw badInput(refusal)
    return parseSubjectCode(node.value).code
  },
})
