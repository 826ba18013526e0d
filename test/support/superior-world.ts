import { expect } from 'vitest'
import type { OpenDatabase } from '../../services/platform/database.ts'
import {
  type ShiftedClock,
  type TestCounties,
  officersOf,
  openTestDatabase,
  shiftedClock,
  startCounties,
} from './counties.ts'
import { type GatewayAnswer, type TestGateway, startGateway } from './test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from './trust.ts'

/** 息县, 新蔡县, 武陟县 and the fictional province over them. */
export const [xixian, xincai, wuzhi, province] = ['411528', '411729', '410823', '410000'] as const

/** A fictional enterprise and what it is said to have done, as a case, a clue and a dispute name them. */
export const sampleSubject = {
  subject: '91411528MADE000117',
  subjectName: '虚构安心示例食品有限公司',
  act: 'FALSE_ADVERTISING',
}

/** Three counties of market regulation, their common superior with a node of its own, and a gateway, on sockets. */
export interface SuperiorWorld {
  counties: TestCounties
  gateway: TestGateway
  clock: ShiftedClock
  /** An access token of the county's agency. */
  token(county: string): Promise<string>
  /** Asks in the name of the county’s agency and its first officer. */
  ask(county: string, query: string, variables?: Record<string, unknown>): Promise<GatewayAnswer>
  /** The one root field of an answer without errors. */
  run<Data = { id: string; state: string }>(
    county: string,
    query: string,
    variables?: Record<string, unknown>,
    scopes?: readonly string[],
  ): Promise<Data>
  /** Files a case about {@link sampleSubject} at the county. */
  file(county: string, number: string): Promise<string>
  close(): Promise<void>
}

/** Starts it. */
export async function startSuperiorWorld(): Promise<SuperiorWorld> {
  const clock = shiftedClock()
  const codes = [xixian, xincai, wuzhi, province]
  const trust = await createTrust(codes)
  const counties = await startCounties(trust, codes, { clock })
  const journal = await openTestDatabase('gateway/journal/migrations')
  const gateway = await startBefore({ trust, counties, journal, clock })

  const token = (county: string, scopes: readonly string[] = allScopes): Promise<string> => {
    const now = Math.floor(clock.now().getTime() / 1_000)
    return trust.token(agencyOf(county), scopes, { iat: now, exp: now + 600 })
  }
  const ask = async (county: string, query: string, variables = {}, scopes: readonly string[] = allScopes) => {
    const [officer] = officersOf(county)
    return gateway.ask(await token(county, scopes), query, variables, { 'exchange-officer': officer })
  }
  const run: SuperiorWorld['run'] = async <Data>(county: string, query: string, variables = {}, scopes = allScopes) => {
    const { body } = await ask(county, query, variables, scopes)
    expect(body.errors).toBeUndefined()
    return Object.values(body.data ?? {})[0] as Data
  }
  return {
    counties,
    gateway,
    clock,
    token,
    ask,
    run,
    async file(county, number) {
      const about = { ...sampleSubject, number, title: '虚假广告案', field: 'FOOD_AND_DRUGS' }
      const query = 'mutation ($input: FileCaseInput!) { fileCase(input: $input) { id state: stage } }'
      return (await run(county, query, { input: { ...about, officers: officersOf(county) } })).id
    },
    async close() {
      for (const { code } of counties.list) await counties.at(code).stop()
      await gateway.close()
      await journal.close()
      await counties.close()
      await trust.close()
    },
  }
}

/** Makes the province a superior, whose node is no county any more, and starts a gateway before all. */
async function startBefore(parts: {
  trust: Trust
  counties: TestCounties
  journal: OpenDatabase
  clock: ShiftedClock
}): Promise<TestGateway> {
  const { trust, counties, journal, clock } = parts
  const { directory } = counties
  const node = counties.snapshot.counties.find((entry) => entry.code === province)
  if (!node) throw new Error('The province has no node.')
  const { status, url, keys } = node
  const system = 'MARKET_REGULATION'
  const snapshot = {
    ...counties.snapshot,
    serial: counties.snapshot.serial + 1,
    expiresAt: '2099-01-01T00:00:00Z',
    counties: counties.snapshot.counties.filter((entry) => entry !== node),
    agencies: counties.snapshot.agencies.map((agency) => ({ ...agency, system })),
    superiors: [
      {
        id: 'province',
        name: '示例省市场监督管理局',
        level: 'PROVINCE' as const,
        over: [xixian, xincai, wuzhi].map((county) => ({ county, system, from: '2020-01-01', until: null })),
        node: { code: province, status, url, keys },
      },
    ],
  }
  directory.set(snapshot)
  const gateway = await startGateway({
    trust,
    snapshot,
    directory,
    clock,
    database: journal,
    env: { DEADLINE_MS: '20000' },
  })
  const gateways = snapshot.gateways.map((entry) => ({ ...entry, url: `${gateway.url}/graphql` }))
  directory.set({ ...snapshot, serial: snapshot.serial + 1, gateways })
  return gateway
}
