import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { type TestCounties, officersOf, openTestDatabase, shiftedClock, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const all = [xixian, xincai, wuzhi]
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))
const subject = { subject: '91411528MADE000117', subjectName: '虚构安心示例食品有限公司', act: 'FALSE_ADVERTISING' }

const clock = shiftedClock()
let trust: Trust
let counties: TestCounties
let journal: OpenDatabase
let gateway: TestGateway

interface Clue {
  id: string
  state: string
  nextActor: { county: { code: string; name: string }; duty: string } | null
  deadline: { dueOn: string | null; state: string; article: string; from: string } | null
  history: {
    label: string
    text: string
    textEn: string
    status: string
    county: { code: string } | null
    receipts: { county: { code: string }; state: string; at: string }[]
  }[]
  case: { id: string; case: { number: string } | null } | null
  [field: string]: unknown
}

beforeAll(async () => {
  trust = await createTrust(all)
  counties = await startCounties(trust, all, { clock })
  journal = await openTestDatabase('gateway/journal/migrations')
  const { directory, snapshot } = counties
  gateway = await startGateway({
    trust,
    snapshot,
    directory,
    clock,
    database: journal,
    env: { DEADLINE_MS: '20000' },
  })
  const gateways = snapshot.gateways.map((entry) => ({ ...entry, url: `${gateway.url}/graphql` }))
  directory.set({ ...snapshot, serial: snapshot.serial + 1, gateways })
})
afterAll(async () => {
  for (const { code } of counties?.list ?? []) await counties.at(code).stop()
  await gateway?.close()
  await journal?.close()
  await counties?.close()
  await trust?.close()
})

/** Runs a registered document in the name of the county's agency; its one root field. */
async function run<Data>(county: string, name: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { body } = await asked(county, name, variables)
  expect(body.errors).toBeUndefined()
  return Object.values(body.data ?? {})[0] as Data
}

async function asked(county: string, name: string, variables: Record<string, unknown>) {
  const now = Math.floor(clock.now().getTime() / 1_000)
  const token = await trust.token(agencyOf(county), allScopes, { iat: now, exp: now + 600 })
  const [officer] = officersOf(county)
  return gateway.ask(token, documents.get(name) ?? '', variables, { 'exchange-officer': officer })
}

const clueAt = (county: string, id: string): Promise<Clue | null> => run(county, 'clue', { id })
const stateAt = async (county: string, id: string): Promise<string | undefined> => (await clueAt(county, id))?.state
const step = (county: string, id: string, event: string, given: Record<string, unknown> = {}): Promise<Clue> =>
  run(county, 'advance-clue', { id, event, step: given })
/** Waits until the county's own node shows the state. */
async function arrived(county: string, id: string, state: string): Promise<void> {
  await expect.poll(() => stateAt(county, id), { timeout: 30_000, interval: 50 }).toBe(state)
}
const inbox = async (county: string, state: string): Promise<Record<string, unknown>[]> =>
  (await run<{ nodes: Record<string, unknown>[] }>(county, 'inbox', { state })).nodes

async function drafted(): Promise<string> {
  const input = {
    ...subject,
    recipient: xincai,
    title: '涉嫌发布虚假广告线索',
    source: 'INSPECTION',
    field: 'FOOD_AND_DRUGS',
    priorities: ['STRONG_COMPLAINTS'],
    facts: '检查发现其在新蔡县的门店发布虚假广告。',
    originCase: await filed(xixian, `息示例立〔2026〕${clock.uuid()}号`),
    items: [{ kind: 'GOODS', name: '宣传册', quantity: '3箱' }],
  }
  return (await run<Clue>(xixian, 'draft-clue', { input })).id
}

async function filed(county: string, number: string): Promise<string> {
  const input = { ...subject, number, title: '虚假广告案', field: 'FOOD_AND_DRUGS', officers: officersOf(county) }
  return (await run<{ id: string }>(county, 'file-case', { input })).id
}

describe('a clue from 411528 to 411729, through the gateway and on sockets (A04)', () => {
  it('is sent, acknowledged, accepted, verified, filed and answered; both counties show the same history', async () => {
    const id = await drafted()
    expect(await clueAt(xincai, id)).toBeNull()
    await run(xixian, 'send-clue', { id, letter: { number: '息示例移〔2026〕1号' } })
    await arrived(xincai, id, 'SENT')
    expect(await inbox(xincai, 'WAITING')).toMatchObject([
      {
        id,
        kindLabel: '线索移送',
        title: '涉嫌发布虚假广告线索',
        parties: [{ code: xixian }, { code: xincai }],
        nextActor: { county: { code: xincai, name: `示例县${xincai}` }, duty: '签收并清点移交清单' },
        deadline: { state: 'RUNNING', law: '市场监督管理行政处罚程序规定', article: '第十八条', days: 15 },
      },
    ])
    await step(xincai, id, 'RECEIVE', { differences: [{ position: 1, remark: '实收2箱' }] })
    for (const event of ['ACCEPT', 'VERIFY']) await step(xincai, id, event)
    const own = await filed(xincai, '新示例立〔2026〕1号')
    await step(xincai, id, 'FILE', { case: own })
    await step(xincai, id, 'GIVE_FEEDBACK', { text: '已立案调查' })
    await arrived(xixian, id, 'FEEDBACK')
    await expect
      .poll(async () => (await clueAt(xincai, id))?.history, { timeout: 30_000, interval: 50 })
      .toEqual((await clueAt(xixian, id))?.history)
    const ours = await clueAt(xixian, id)
    expect(ours).toEqual(await clueAt(xincai, id))
    expect(ours).toMatchObject({
      nextActor: null,
      deadline: { state: 'MET', late: false },
      takenOverBy: { name: '虚构甲', certificate: `${xincai}01` },
      feedback: '已立案调查',
      case: { id: own, case: { number: '新示例立〔2026〕1号' } },
    })
    expect(ours?.history.map(({ label }) => label.split(' ')[0])).toEqual([
      '移送',
      '签收并清点移交清单',
      '接受移送',
      '开展核查',
      '立案',
      '反馈',
    ])
    expect(ours?.history.every(({ receipts }) => receipts.every(({ state }) => state === 'ACCEPTED'))).toBe(true)
    // The case link came with the filing: from the sender's case one walks to the recipient's.
    const { body } = await asked(xincai, 'follow-case', { id: own })
    expect(JSON.stringify(body.data)).toContain(`${xixian}:case:`)
  })

  it('is a matter among others: asked for as one, it tells its kind and what every matter has', async () => {
    const id = await drafted()
    await run(xixian, 'send-clue', { id, letter: { number: '息示例移〔2026〕5号' } })
    await arrived(xincai, id, 'SENT')
    const now = Math.floor(clock.now().getTime() / 1_000)
    const token = await trust.token(agencyOf(xincai), allScopes, { iat: now, exp: now + 600 })
    const query = `query ($id: ID!) { matter(id: $id) { __typename id kind state history { label } nextActor { dutyEn }
      ... on ClueTransfer { number items { name } } } }`
    const { body } = await gateway.ask(token, query, { id })
    expect(body).toEqual({
      data: {
        matter: {
          __typename: 'ClueTransfer',
          id,
          kind: 'CLUE_TRANSFER',
          state: 'SENT',
          history: [{ label: '移送 (程序规定第十四条、第十七条)' }],
          nextActor: { dutyEn: 'receive it and check the handover list' },
          number: '息示例移〔2026〕5号',
          items: [{ name: '宣传册' }],
        },
      },
    })
  })

  it('shows a county that is no party nothing at all', async () => {
    const id = await drafted()
    await run(xixian, 'send-clue', { id, letter: { number: '息示例移〔2026〕2号' } })
    await arrived(xincai, id, 'SENT')
    expect(await clueAt(wuzhi, id)).toBeNull()
    expect(await inbox(wuzhi, 'WAITING')).toEqual([])
    const { body } = await asked(wuzhi, 'advance-clue', { id, event: 'RECEIVE', step: {} })
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND'])
  })

  it('waits while the recipient is down, and its limit begins only when it was received', async () => {
    const id = await drafted()
    await counties.at(xincai).stop()
    await run(xixian, 'send-clue', { id, letter: { number: '息示例移〔2026〕3号' } })
    expect(await clueAt(xixian, id)).toMatchObject({ state: 'SENT', deadline: null })
    await counties.at(xincai).start()
    await arrived(xincai, id, 'SENT')
    await expect
      .poll(async () => (await clueAt(xixian, id))?.deadline?.from, { timeout: 30_000, interval: 50 })
      .toBe((await clueAt(xincai, id))?.deadline?.from)
  })

  it('is refused, with the code and in words, when the machine or the rules forbid it', async () => {
    const id = await drafted()
    const early = await asked(xixian, 'advance-clue', { id, event: 'RECEIVE', step: {} })
    expect(early.body.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    await run(xixian, 'send-clue', { id, letter: { number: '息示例移〔2026〕4号' } })
    await arrived(xincai, id, 'SENT')
    const unlisted = await asked(xincai, 'advance-clue', { id, event: 'FILE', step: {} })
    expect(unlisted.body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    const skipped = await asked(xincai, 'advance-clue', { id, event: 'ACCEPT', step: {} })
    expect(skipped.body.errors?.[0]?.extensions.code).toBe('TRANSITION_REFUSED')
    const silent = await asked(xincai, 'advance-clue', { id, event: 'OBJECT', step: {} })
    expect(silent.body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})
