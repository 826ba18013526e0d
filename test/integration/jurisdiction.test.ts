import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type SuperiorWorld,
  province,
  sampleSubject,
  startSuperiorWorld,
  wuzhi,
  xincai,
  xixian,
} from '../support/superior-world.ts'

let world: SuperiorWorld

beforeAll(async () => {
  world = await startSuperiorWorld()
})
afterAll(() => world?.close())

const dispute = (county: string, id: string) =>
  world.run<Record<string, unknown>>(
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

const step = (county: string, id: string, event: string, given: object) =>
  world.run(
    county,
    `mutation ($id: ID!, $event: DisputeStep!, $step: DisputeStepInput) {
      advanceJurisdictionDispute(id: $id, event: $event, step: $step) { id state } }`,
    { id, event, step: given },
  )
const check = () =>
  world.run<{ verdict: string; coverage: { complete: boolean; answered: { county: { code: string } }[] } }>(
    xixian,
    `{ creditCheck(subject: "${sampleSubject.subject}", matter: "FOOD_BUSINESS_LICENCE") {
      verdict coverage { complete answered { county { code } } } } }`,
  )

describe('a superior with a node (B06)', () => {
  it('has no part in a credit check: every county is covered, the superior is not, whether its node runs or not', async () => {
    const { verdict, coverage } = await check()
    expect([verdict, coverage.complete]).toEqual(['CLEAR', true])
    expect(coverage.answered.map(({ county }) => county.code).toSorted()).toEqual([wuzhi, xixian, xincai])
    const { body } = await world.ask(xixian, '{ counties { code } }')
    expect(body.data).toEqual({ counties: [xixian, xincai, wuzhi].map((code) => ({ code })) })
  })

  it('is refused by name where counties are asked for their records', async () => {
    const query = `{ enforcementCases(counties: ["${province}"]) { nodes { id } coverage { complete } } }`
    const { body } = await world.ask(xixian, query)
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  it('joins a dispute through the gateway, designates, and all three show the same; the loser decides no more', async () => {
    const first = await world.file(xixian, '息示例立〔2026〕31号')
    const second = await world.file(xincai, '新示例立〔2026〕31号')
    const raise = 'mutation ($input: DisputeInput!) { raiseJurisdictionDispute(input: $input) { id state } }'
    const input = { case: first, otherCase: second, facts: '两县对同一广告行为均已立案。', reason: '本县最先立案' }
    const { id } = await world.run(xixian, raise, { input })
    await arrived(xincai, id, 'RAISED')
    await step(xincai, id, 'PROPOSE', { text: '违法行为发生地在新蔡县' })
    await arrived(xixian, id, 'CONSULTING')
    await step(xixian, id, 'ESCALATE', { text: '协商不成' })
    await arrived(province, id, 'ESCALATED')
    await step(province, id, 'RECEIVE', {})
    const notice = { county: xincai, number: '示例省市监指〔2026〕31号', date: '2026-03-09', text: '便于查处' }
    await step(province, id, 'DESIGNATE', notice)
    await arrived(xixian, id, 'DESIGNATED')
    await world.run(
      xixian,
      `mutation ($id: ID!) { handOverCase(id: $id, letter: { number: "息示例移〔2026〕31号",
        items: [{ kind: PAPERS, name: "案卷", quantity: "1卷" }] }) { id } }`,
      { id },
    )
    await arrived(xincai, id, 'HANDED_OVER')
    await world.run(xincai, 'mutation ($id: ID!) { takeOverCase(id: $id) { id } }', { id })
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
    const refused = await world.ask(xixian, 'mutation ($id: ID!) { advanceCase(id: $id, event: INVESTIGATE) { id } }', {
      id: first,
    })
    expect(refused.body.errors?.[0]?.extensions.code).toBe('TRANSITION_REFUSED')
    const links =
      'query ($id: ID!) { enforcementCase(id: $id) { links { kind state target { id } } conflicts { kind } } }'
    expect(await world.run(xincai, links, { id: second })).toEqual({
      links: [{ kind: 'TRANSFER', state: 'CONFIRMED', target: { id: first } }],
      conflicts: [],
    })
    expect(await world.run(xixian, links, { id: first })).toEqual({
      links: [{ kind: 'TRANSFER', state: 'CONFIRMED', target: { id: second } }],
      conflicts: [{ kind: 'DISPUTE_DECIDED' }],
    })
  })

  it('leaves coverage whole when its node is gone', async () => {
    await world.counties.at(province).stop()
    const { verdict, coverage } = await check()
    expect([verdict, coverage.complete, coverage.answered.length]).toEqual(['CLEAR', true, 3])
  })
})
