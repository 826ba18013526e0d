import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { type TestCounties, officersOf, openTestDatabase, shiftedClock, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const all = [xixian, xincai, wuzhi]
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))
const clock = shiftedClock()
let trust: Trust
let counties: TestCounties
let journal: OpenDatabase
let gateway: TestGateway

interface Place {
  code: string
}
interface Signature {
  county: Place
  officerName: string
}
interface Consultation {
  id: string
  stateLabel: string
  awaited: Place[]
  nextActor: { county: Place; duty: string } | null
  originCase: { id: string } | null
  comparison: {
    tierLabel: string
    differences: string[]
    cells: { county: Place; entered: boolean; rule: { fine: { label: string } | null } | null }[]
  }[]
  proposals: { number: number; answers: { agreed: boolean; reason: string | null; signature: Signature }[] }[]
  signatures: Signature[]
  history: { text: string; status: string }[]
}
interface Bulletin {
  id: string
  stateLabel: string
  version: number
  unread: boolean
  recipients: {
    county: Place
    deliveredAt: string | null
    readAt: string | null
    awaited: boolean
    reads: { agency: string; officerName: string; at: string }[]
  }[]
  history: { text: string }[]
}

beforeAll(async () => {
  trust = await createTrust(all)
  counties = await startCounties(trust, all, { clock })
  journal = await openTestDatabase('gateway/journal/migrations')
  const { directory, snapshot } = counties
  gateway = await startGateway({ trust, snapshot, directory, clock, database: journal, env: { DEADLINE_MS: '20000' } })
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

const eventually = { timeout: 30_000, interval: 50 }
const consultationAt = (county: string, id: string) => run<Consultation | null>(county, 'consultation', { id })
const act = (county: string, id: string, action: string, input: Record<string, unknown> = {}) =>
  run<Consultation>(county, 'act-in-consultation', { id, action, input })
const bulletinAt = (county: string, id: string) => run<Bulletin | null>(county, 'bulletin', { id })
const handle = (county: string, id: string, action: string, input: Record<string, unknown> = {}) =>
  run<Bulletin>(county, 'act-on-bulletin', { id, action, input })

/** Ids in a county's inbox. */
async function inbox(county: string, state: string): Promise<string[]> {
  const { nodes } = await run<{ nodes: { id: string }[] }>(county, 'inbox', { state })
  return nodes.map(({ id }) => id)
}

/** Waits until each of these counties' nodes shows so many lines of history. */
async function arrived(
  lines: number,
  at: readonly string[],
  find: (county: string) => Promise<{ history: unknown[] } | null>,
) {
  for (const county of at) await expect.poll(async () => (await find(county))?.history.length, eventually).toBe(lines)
}

const tier = (max: string) => ({
  tier: 'ORDINARY',
  law: '《中华人民共和国广告法》',
  article: '第五十五条',
  criteria: '广告费用无法计算',
  fine: { basis: 'AMOUNT', min: '200000', max },
})

describe('a consultation of three counties, through the gateway and on sockets [A11]', () => {
  it('shows every county all standards side by side, and ends in a common view that each has signed', async () => {
    const officers = officersOf(xixian)
    const subject = { subject: '91411528MADE000117', subjectName: '虚构安心示例食品有限公司', act: 'FALSE_ADVERTISING' }
    const filed = { ...subject, number: '息示例立〔2026〕31号', title: '虚假广告案', field: 'FOOD_AND_DRUGS', officers }
    const { id: originCase } = await run<{ id: string }>(xixian, 'file-case', { input: filed })
    const { id, awaited } = await run<Consultation>(xixian, 'open-consultation', {
      input: {
        ...subject,
        counties: [xincai, wuzhi],
        title: '直播带货虚假广告的裁量尺度',
        gravity: '涉及三县，群众反映强烈',
        field: 'FOOD_AND_DRUGS',
        originCase,
        standard: { document: '虚构裁量基准', tiers: [tier('440000')] },
      },
    })
    expect(awaited).toMatchObject([{ code: xincai }, { code: wuzhi }])
    const find = (county: string) => consultationAt(county, id)
    await arrived(1, all, find)
    for (const county of [xincai, wuzhi]) expect(await inbox(county, 'WAITING')).toContain(id)
    expect(await consultationAt(wuzhi, id)).toMatchObject({
      originCase: { id: originCase },
      nextActor: { county: { code: wuzhi }, duty: '填报本县裁量标准' },
    })
    await Promise.all(
      [xincai, wuzhi].map((county) => act(county, id, 'ENTER_STANDARD', { standard: { tiers: [tier('700000')] } })),
    )
    await arrived(3, all, find)
    for (const county of all) {
      expect((await find(county))?.comparison).toMatchObject([
        {
          tierLabel: '一般处罚',
          differences: ['RANGES_DIFFER'],
          cells: [
            { county: { code: xixian }, rule: { fine: { label: '200000元以上440000元以下' } } },
            { county: { code: xincai }, rule: { fine: { label: '200000元以上700000元以下' } } },
            { county: { code: wuzhi }, rule: { fine: { label: '200000元以上700000元以下' } } },
          ],
        },
      ])
    }
    const view = { law: '《中华人民共和国广告法》', article: '第五十五条', criteria: '以实际观看人数认定影响范围' }
    await act(xixian, id, 'PROPOSE', { view: { ...view, tiers: [tier('500000')], text: '三县按同一尺度处理' } })
    await arrived(4, all, find)
    await act(xincai, id, 'OBJECT', { proposal: 1, text: '上限过低' })
    await arrived(5, all, find)
    await act(xixian, id, 'PROPOSE', { view: { ...view, tiers: [tier('600000')], text: '三县按同一尺度处理' } })
    await arrived(6, all, find)
    const stale = await asked(wuzhi, 'act-in-consultation', { id, action: 'AGREE', input: { proposal: 1 } })
    expect(stale.body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'proposal' })
    await Promise.all([xincai, wuzhi].map((county) => act(county, id, 'AGREE', { proposal: 2 })))
    await arrived(8, all, find)
    await act(xixian, id, 'CONCLUDE', { proposal: 2 })
    await arrived(9, all, find)
    const ours = await find(xixian)
    for (const county of [xincai, wuzhi]) expect(await find(county)).toEqual(ours)
    expect(ours).toMatchObject({ stateLabel: '达成共同意见', nextActor: null, awaited: [] })
    expect(ours?.signatures.map(({ county, officerName }) => [county.code, officerName])).toEqual(
      all.map((county) => [county, '虚构甲']),
    )
    expect(ours?.proposals[0]?.answers).toMatchObject([{ agreed: false, reason: '上限过低' }])
    const cited = await run<{ nodes: { id: string; commonView: { text: string } }[] }>(wuzhi, 'consultations', {
      act: 'FALSE_ADVERTISING',
      state: 'CONCLUDED',
    })
    expect(cited.nodes).toMatchObject([{ id, commonView: { text: '三县按同一尺度处理' } }])
  })

  it('is refused, with the code and in words, to who has not the chair and to who is no party', async () => {
    const { id } = await run<Consultation>(xixian, 'open-consultation', {
      input: {
        counties: [xincai],
        title: '示例议题',
        gravity: '示例理由',
        field: 'OTHER',
        act: 'FALSE_ADVERTISING',
        standard: { tiers: [tier('440000')] },
      },
    })
    await arrived(1, [xincai], (county) => consultationAt(county, id))
    const refused = async (county: string, action: string, input: Record<string, unknown>) =>
      (await asked(county, 'act-in-consultation', { id, action, input })).body.errors?.[0]?.extensions.code
    expect(await refused(xincai, 'CLOSE', { text: '不议' })).toBe('TRANSITION_REFUSED')
    expect(await refused(xincai, 'ENTER_STANDARD', {})).toBe('BAD_USER_INPUT')
    expect(await refused(wuzhi, 'COMMENT', { text: '旁观' })).toBe('NOT_FOUND')
    expect(await consultationAt(wuzhi, id)).toBeNull()
  })
})

describe('a bulletin to all counties, through the gateway and on sockets [A12]', () => {
  const input = {
    type: 'NEW_ISSUE',
    channel: 'OFFICIAL_DOCUMENT',
    documentNumber: '息示例市监通〔2026〕1号',
    title: '新问题通报',
    text: '虚构：出现新的销售方式。',
    field: 'FOOD_AND_DRUGS',
    urgent: true,
  }

  it('shows its sender when it was delivered to each, who read it when, and who has not', async () => {
    const { id } = await run<Bulletin>(xixian, 'send-bulletin', { input })
    const find = (county: string) => bulletinAt(county, id)
    await arrived(1, all, find)
    for (const county of [xincai, wuzhi]) {
      expect(await find(county)).toMatchObject({ unread: true, version: 1 })
      expect(await inbox(county, 'WAITING')).toContain(id)
    }
    await handle(wuzhi, id, 'READ', { version: 1 })
    expect(await inbox(wuzhi, 'WAITING')).not.toContain(id)
    await arrived(2, all, find)
    await expect
      .poll(async () => (await find(xixian))?.recipients.every(({ deliveredAt }) => deliveredAt !== null), eventually)
      .toBe(true)
    const seen = await find(xixian)
    expect(seen?.recipients).toMatchObject([
      { county: { code: xincai }, readAt: null, awaited: true, reads: [] },
      { county: { code: wuzhi }, awaited: false, reads: [{ agency: agencyOf(wuzhi), officerName: '虚构甲' }] },
    ])
    expect(seen?.recipients[1]?.readAt).toBe(seen?.recipients[1]?.reads[0]?.at)
    expect((await find(wuzhi))?.recipients.map(({ deliveredAt }) => deliveredAt === null)).toEqual([true, false])
    await handle(xixian, id, 'CORRECT', { title: '更正通报', correction: '更正内容', text: '数据有误' })
    await arrived(3, all, find)
    const late = await asked(xincai, 'act-on-bulletin', { id, action: 'READ', input: { version: 1 } })
    expect(late.body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'version' })
    await handle(xincai, id, 'READ', { version: 2 })
    expect(await inbox(wuzhi, 'WAITING')).toContain(id)
    await arrived(4, all, find)
    expect(await run(xixian, 'bulletin-statistics', { from: '2000-01-01', until: '2099-12-31' })).toMatchObject({
      sent: 2,
      read: 1,
      readRate: 0.5,
      counties: [
        { county: { code: wuzhi }, read: 0 },
        { county: { code: xincai }, read: 1 },
      ],
    })
    const unread = await run<{ nodes: { id: string }[] }>(wuzhi, 'bulletins', { filter: { waiting: true } })
    expect(unread.nodes.map((node) => node.id)).toEqual([id])
  })

  it('reaches a county that was down, and waits in its inbox then', async () => {
    await counties.at(wuzhi).stop()
    const { id } = await run<Bulletin>(xixian, 'send-bulletin', { input: { ...input, recipients: [wuzhi] } })
    expect(await bulletinAt(xincai, id)).toBeNull()
    expect((await bulletinAt(xixian, id))?.recipients).toMatchObject([{ deliveredAt: null, awaited: true }])
    await counties.at(wuzhi).start()
    await arrived(1, [wuzhi], (county) => bulletinAt(county, id))
    expect(await inbox(wuzhi, 'WAITING')).toContain(id)
  })
})
