import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { type TestCounties, officersOf, openTestDatabase, shiftedClock, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [xixian, xincai, wuzhi, province] = ['411528', '411729', '410823', '410000'] as const
const subject = { subject: '91411528MADE000117', subjectName: '虚构安心示例食品有限公司', act: 'FALSE_ADVERTISING' }

const clock = shiftedClock()
let trust: Trust
let counties: TestCounties
let journal: OpenDatabase
let gateway: TestGateway

beforeAll(async () => {
  trust = await createTrust([xixian, xincai, wuzhi, province])
  counties = await startCounties(trust, [xixian, xincai, wuzhi, province], { clock })
  journal = await openTestDatabase('gateway/journal/migrations')
  const { directory } = counties
  const node = counties.snapshot.counties.find((entry) => entry.code === province)
  if (!node) throw new Error('The province has no node.')
  const system = 'MARKET_REGULATION'
  const over = [xixian, xincai, wuzhi].map((county) => ({ county, system, from: '2020-01-01', until: null }))
  const { status, url, keys } = node
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
        over,
        node: { code: province, status, url, keys },
      },
    ],
  }
  directory.set(snapshot)
  gateway = await startGateway({ trust, snapshot, directory, clock, database: journal, env: { DEADLINE_MS: '20000' } })
  const gateways = snapshot.gateways.map((entry) => ({ ...entry, url: `${gateway.url}/graphql` }))
  directory.set({ ...snapshot, serial: snapshot.serial + 1, gateways })
})
afterAll(async () => {
  for (const { code: each } of counties?.list ?? []) await counties.at(each).stop()
  await gateway?.close()
  await journal?.close()
  await counties?.close()
  await trust?.close()
})

async function tokenOf(county: string, scopes: readonly string[] = allScopes): Promise<string> {
  const now = Math.floor(clock.now().getTime() / 1_000)
  return trust.token(agencyOf(county), scopes, { iat: now, exp: now + 600 })
}

/** Asks in the name of the county's agency; the one root field. */
async function run<Data = { id: string; state: string }>(
  county: string,
  query: string,
  variables: Record<string, unknown> = {},
  scopes: readonly string[] = allScopes,
): Promise<Data> {
  const [officer] = officersOf(county)
  const { body } = await gateway.ask(await tokenOf(county, scopes), query, variables, { 'exchange-officer': officer })
  expect(body.errors).toBeUndefined()
  return Object.values(body.data ?? {})[0] as Data
}

const dispute = (county: string, id: string) =>
  run<Record<string, unknown>>(
    county,
    `query ($id: ID!) { jurisdictionDispute(id: $id) {
      state parties { code name } filedFirst { code } superior outcome { code } nextActor { county { code } }
      claims { county { code } number filedAt document } notice { number superior recordedBy { code } }
      deadline { days article state } movedCase { id } continuedCase { id } history { event } } }`,
    { id },
  )
/** Waits until a node shows the state. */
async function arrived(county: string, id: string, state: string): Promise<void> {
  await expect.poll(async () => (await dispute(county, id))?.['state'], { timeout: 30_000, interval: 50 }).toBe(state)
}

const file = async (county: string, number: string): Promise<string> => {
  const input = { ...subject, number, title: '虚假广告案', field: 'FOOD_AND_DRUGS', officers: officersOf(county) }
  const query = 'mutation ($input: FileCaseInput!) { fileCase(input: $input) { id } }'
  return (await run(county, query, { input })).id
}
const step = (county: string, id: string, event: string, given: object) =>
  run(
    county,
    `mutation ($id: ID!, $event: DisputeStep!, $step: DisputeStepInput) {
      advanceJurisdictionDispute(id: $id, event: $event, step: $step) { id state } }`,
    { id, event, step: given },
  )
const check = () =>
  run<{ verdict: string; coverage: { complete: boolean; answered: { county: { code: string } }[] } }>(
    xixian,
    `{ creditCheck(subject: "${subject.subject}", matter: "FOOD_BUSINESS_LICENCE") {
      verdict coverage { complete answered { county { code } } } } }`,
  )

describe('a superior with a node (B06)', () => {
  it('has no part in a credit check: every county is covered, the superior is not, whether its node runs or not', async () => {
    const { verdict, coverage } = await check()
    expect([verdict, coverage.complete]).toEqual(['CLEAR', true])
    expect(coverage.answered.map(({ county }) => county.code).toSorted()).toEqual([wuzhi, xixian, xincai])
    const { body } = await gateway.ask(await tokenOf(xixian), '{ counties { code } }', {})
    expect(body.data).toEqual({ counties: [xixian, xincai, wuzhi].map((code) => ({ code })) })
  })

  it('is refused by name where counties are asked for their records', async () => {
    const query = `{ enforcementCases(counties: ["${province}"]) { nodes { id } coverage { complete } } }`
    const headers = { 'exchange-officer': officersOf(xixian)[0] }
    const { body } = await gateway.ask(await tokenOf(xixian), query, {}, headers)
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  it('joins a dispute through the gateway, designates, and all three show the same; the loser decides no more', async () => {
    const first = await file(xixian, '息示例立〔2026〕31号')
    const second = await file(xincai, '新示例立〔2026〕31号')
    const raise = 'mutation ($input: DisputeInput!) { raiseJurisdictionDispute(input: $input) { id state } }'
    const input = { case: first, otherCase: second, facts: '两县对同一广告行为均已立案。', reason: '本县最先立案' }
    const { id } = await run(xixian, raise, { input })
    await arrived(xincai, id, 'RAISED')
    await step(xincai, id, 'PROPOSE', { text: '违法行为发生地在新蔡县' })
    await arrived(xixian, id, 'CONSULTING')
    await step(xixian, id, 'ESCALATE', { text: '协商不成' })
    await arrived(province, id, 'ESCALATED')
    await step(province, id, 'RECEIVE', {})
    const notice = { county: xincai, number: '示例省市监指〔2026〕31号', date: '2026-03-09', text: '便于查处' }
    await step(province, id, 'DESIGNATE', notice)
    await arrived(xixian, id, 'DESIGNATED')
    await run(
      xixian,
      `mutation ($id: ID!) { handOverCase(id: $id, letter: { number: "息示例移〔2026〕31号",
        items: [{ kind: PAPERS, name: "案卷", quantity: "1卷" }] }) { id } }`,
      { id },
    )
    await arrived(xincai, id, 'HANDED_OVER')
    await run(xincai, 'mutation ($id: ID!) { takeOverCase(id: $id) { id } }', { id })
    for (const node of [xixian, province]) await arrived(node, id, 'SETTLED')

    const shown = await dispute(xincai, id)
    expect(shown).toMatchObject({
      parties: [{ code: xixian }, { code: xincai }, { code: province, name: '示例省市场监督管理局' }],
      superior: '示例省市场监督管理局',
      outcome: { code: xincai },
      notice: { number: notice.number, recordedBy: null },
      deadline: { days: 7, article: '第十六条', state: 'MET' },
      movedCase: { id: first },
      continuedCase: { id: second },
      nextActor: null,
    })
    for (const node of [xixian, province]) {
      await expect.poll(() => dispute(node, id), { timeout: 30_000, interval: 100 }).toEqual(shown)
    }
    const refused = await gateway.ask(
      await tokenOf(xixian),
      'mutation ($id: ID!) { advanceCase(id: $id, event: INVESTIGATE) { id } }',
      { id: first },
      { 'exchange-officer': officersOf(xixian)[0] },
    )
    expect(refused.body.errors?.[0]?.extensions.code).toBe('TRANSITION_REFUSED')
    const links =
      'query ($id: ID!) { enforcementCase(id: $id) { links { kind state target { id } } conflicts { kind } } }'
    expect(await run(xincai, links, { id: second })).toEqual({
      links: [{ kind: 'TRANSFER', state: 'CONFIRMED', target: { id: first } }],
      conflicts: [],
    })
    expect(await run(xixian, links, { id: first })).toEqual({
      links: [{ kind: 'TRANSFER', state: 'CONFIRMED', target: { id: second } }],
      conflicts: [{ kind: 'DISPUTE_DECIDED' }],
    })
  })

  it('leaves coverage whole when its node is gone', async () => {
    await counties.at(province).stop()
    const { verdict, coverage } = await check()
    expect([verdict, coverage.complete, coverage.answered.length]).toEqual(['CLEAR', true, 3])
  })
})
