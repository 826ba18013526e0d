import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SampleExchange, sampleCounties, startSampleExchange } from './sample-node.ts'

describe('a county node', () => {
  let exchange: SampleExchange
  beforeAll(async () => {
    exchange = await startSampleExchange([sampleCounties.xixian])
  })
  afterAll(() => exchange.close())

  it('answers a credit check about an unknown subject with an empty standing of its own', async () => {
    const { ask } = exchange.at(sampleCounties.xixian)
    const answer = await ask(
      { from: sampleCounties.xincai, scopes: ['credit:check'], purpose: null, officer: null },
      `{ creditStanding(subject: "91411528MAX00004X0", matter: "FOOD_BUSINESS_LICENCE") {
        county { code } subject matter asOf listVersion listings { id } } }`,
    )
    expect(answer).toMatchObject({ status: 200, errors: [] })
    expect(answer.data).toEqual({
      creditStanding: [
        {
          county: { code: '411528' },
          subject: '91411528MAX00004X0',
          matter: 'FOOD_BUSINESS_LICENCE',
          asOf: '2026-03-01T04:00:00.000Z',
          listVersion: '0',
          listings: [],
        },
      ],
    })
  })
})
