import { GraphQLScalarType, Kind } from 'graphql'
import { badInput } from '../errors.ts'

const refusal = 'A node’s code is a string of six digits, in quotes.'

/** GraphQL scalar `NodeCode`: a county's code, or that of a superior organ that has a node of its own. */
export const NodeCodeScalar = new GraphQLScalarType<string, string>({
  name: 'NodeCode',
  description:
    '节点代码: six digits, a county’s code or that of a superior organ (上级机关) that has a node of its own, such as 410000.',
  serialize: (value) => {
    if (typeof value !== 'string') throw new TypeError('A node’s code must be stored as a string.')
    return value
  },
  parseValue: readNodeCode,
  parseLiteral: (node) => readNodeCode(node.kind === Kind.STRING ? node.value : undefined),
})

function readNodeCode(value: unknown): string {
  if (typeof value === 'string' && /^\d{6}$/.test(value)) return value
  throw badInput(refusal)
}
