import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { headers } from '../platform/viewer.ts'
import { type SampleExchange, sampleCounties, startSampleExchange } from './sample-node.ts'
import { sampleOrganisation } from './sample-records.ts'

const { xixian, xincai } = sampleCounties
const standing = (subject: string) =>
  `{ creditStandings(questions: [{ subject: "${subject}", matter: "FOOD_BUSINESS_LICENCE" }]) {
    county { code } standings { subject matter listings { id } } } }`
const check = { from: xincai, scopes: ['credit:check'], purpose: null, officer: null }

describe('a county node whose database is slow', () => {
  let exchange: SampleExchange
  let release: () => void
  beforeEach(async () => {
    exchange = await startSampleExchange([xixian], { config: { MAX_IN_FLIGHT: 2 } })
  })
  afterEach(() => exchange.close())

  /** Holds PGlite's one connection until `release` is called. */
  const hold = (): Promise<unknown> => {
    const { db } = exchange.at(xixian)
    return new Promise((resolve) => {
      void db.transaction(
        () =>
          new Promise<void>((done) => {
            release = done
            resolve(undefined)
          }),
      )
    })
  }

  it('gives up at the asker’s deadline with DEADLINE_EXCEEDED', async () => {
    await hold()
    const late = await exchange
      .at(xixian)
      .ask({ ...check, headers: { [headers.deadline]: '100' } }, standing(sampleOrganisation(1)))
    release()
    expect([late.status, late.errors[0]?.extensions['code']]).toEqual([504, 'DEADLINE_EXCEEDED'])
    expect(late.headers.get(headers.county)).toBe(xixian)
    const next = await exchange.at(xixian).ask(check, standing(sampleOrganisation(1)))
    expect(next.status).toBe(200)
  })

  it('refuses questions beyond its bound with OVERLOADED, and takes new ones when those before are answered', async () => {
    await hold()
    const { ask } = exchange.at(xixian)
    const waiting = [1, 2].map(() => ask(check, standing(sampleOrganisation(1))))
    // Both are in flight once their requests have arrived; the third then finds the node full.
    let third = await ask({ ...check, headers: { [headers.deadline]: '50' } }, standing(sampleOrganisation(1)))
    while (third.status === 504) {
      third = await ask({ ...check, headers: { [headers.deadline]: '50' } }, standing(sampleOrganisation(1)))
    }
    expect([third.status, third.errors[0]?.extensions['code']]).toEqual([503, 'OVERLOADED'])
    release()
    expect((await Promise.all(waiting)).map((answer) => answer.status)).toEqual([200, 200])
    expect((await ask(check, standing(sampleOrganisation(1)))).status).toBe(200)
  })
})
