import type { GatewayInterface, GatewayLoadResult } from '@apollo/server-gateway-interface'
import { buildSchema, getOperationAST, parse } from 'graphql'
import { expect, it } from 'vitest'
import { GuardedGateway } from './guarded-gateway.ts'

type Request = Parameters<NonNullable<GatewayLoadResult['executor']>>[0]

const schema = buildSchema('type Query { sum(of: [Int!]!): Int }')
const document = parse('query ($of: [Int!]!) { sum(of: $of) }')

async function ask(of: readonly unknown[]): Promise<{ result: unknown; steps: string[] }> {
  const steps: string[] = []
  const inner = {
    load: () =>
      Promise.resolve({
        executor: () => {
          steps.push('executed')
          return Promise.resolve({ data: { sum: 1 } })
        },
      }),
  } as unknown as GatewayInterface
  const gateway = new GuardedGateway(inner, [], () => Promise.resolve(void steps.push('admitted')))
  const { executor } = await gateway.load({ apollo: {} })
  const request = { schema, document, operation: getOperationAST(document), request: { variables: { of } } }
  return { result: await executor?.(request as unknown as Request), steps }
}

it('executes what was admitted, unless its variables are wrong', async () => {
  expect(await ask([1])).toEqual({ result: { data: { sum: 1 } }, steps: ['admitted', 'executed'] })
  const { result, steps } = await ask([1, 'one'])
  expect(steps).toEqual(['admitted'])
  expect(result).toMatchObject({ errors: [{ message: expect.stringContaining('$of') as unknown }] })
  expect(result).not.toHaveProperty('data')
})

it('tells the first mistakes of many only', async () => {
  const { result } = await ask(Array.from({ length: 10_000 }, () => 'one'))
  const { errors } = result as { errors: { message: string }[] }
  expect(errors).toHaveLength(10)
  for (const { message } of errors) expect(message).toContain('$of')
})
