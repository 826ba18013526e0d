import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { runProgram } from '../../services/cli/program.ts'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { type TestCounties, officersOf, openTestDatabase, shiftedClock, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [xixian, xincai, wuzhi, boai] = ['411528', '411729', '410823', '410822'] as const
const all = [xixian, xincai, wuzhi, boai]
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))

const clock = shiftedClock()
let trust: Trust
let counties: TestCounties
let journal: OpenDatabase
let gateway: TestGateway
let folder: string

interface Request {
  id: string
  letter: string
  state: string
  sameLetter: string[]
  history: { label: string; text: string; status: string; receipts: { state: string }[] }[]
  [field: string]: unknown
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-letter-'))
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
  rmSync(folder, { recursive: true, force: true })
})

function tokenOf(county: string): Promise<string> {
  const now = Math.floor(clock.now().getTime() / 1_000)
  return trust.token(agencyOf(county), allScopes, { iat: now, exp: now + 600 })
}

async function asked(county: string, name: string, variables: Record<string, unknown>) {
  const [officer] = officersOf(county)
  return gateway.ask(await tokenOf(county), documents.get(name) ?? '', variables, { 'exchange-officer': officer })
}

/** Runs a registered document in the name of the county's agency; its one root field. */
async function run<Data>(county: string, name: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { body } = await asked(county, name, variables)
  expect(body.errors).toBeUndefined()
  return Object.values(body.data ?? {})[0] as Data
}

const requestAt = (county: string, id: string): Promise<Request | null> => run(county, 'assistance', { id })
const step = (county: string, id: string, event: string, given: Record<string, unknown> = {}): Promise<Request> =>
  run(county, 'advance-assistance', { id, event, step: given })
const inbox = async (county: string, state: string): Promise<Record<string, unknown>[]> =>
  (await run<{ nodes: Record<string, unknown>[] }>(county, 'inbox', { state })).nodes
/** Waits until the county's own node shows the state. */
async function arrived(county: string, id: string, state: string): Promise<void> {
  const seen = async () => (await requestAt(county, id))?.state
  await expect.poll(seen, { timeout: 30_000, interval: 50 }).toBe(state)
}
/** Waits until both counties show the same of a request, what is under way included; what they show. */
async function agreed(id: string, other: string): Promise<Request> {
  const settled = async () => {
    const ours = await requestAt(xixian, id)
    const pending = ours?.history.some(({ receipts }) => receipts.some(({ state }) => state === 'PENDING'))
    return pending === false && JSON.stringify(ours?.history) === JSON.stringify((await requestAt(other, id))?.history)
  }
  await expect.poll(settled, { timeout: 30_000, interval: 50 }).toBe(true)
  const [ours, theirs] = [await requestAt(xixian, id), await requestAt(other, id)]
  expect({ ...theirs, sameLetter: [] }).toEqual({ ...ours, sameLetter: [] })
  return ours as Request
}

async function issued(number: string): Promise<{ letter: string; case: string; ids: Record<string, string> }> {
  const about = { subject: '91411528MADE000117', subjectName: '虚构安心示例食品有限公司', act: 'FALSE_ADVERTISING' }
  const file = { ...about, title: '虚假广告案', field: 'FOOD_AND_DRUGS', officers: officersOf(xixian) }
  const filed = await run<{ id: string }>(xixian, 'file-case', { input: { ...file, number: `立案${clock.uuid()}号` } })
  const input = {
    case: filed.id,
    facts: '检查发现其在外县的门店发布虚假广告。',
    contact: { name: '虚构甲', phone: '0376-0000000', address: '息县虚构路1号' },
    parts: [
      { county: xincai, tasks: ['核实宣传册印制数量', '询问门店负责人'] },
      { county: xincai, name: '新蔡县虚构税务局', tasks: ['提供开票信息'] },
      { county: wuzhi, tasks: ['核实印刷厂登记情况'] },
    ],
  }
  const [draft] = await run<Request[]>(xixian, 'draft-assistance', { input })
  const letter = draft?.letter ?? ''
  const sent = await run<Request[]>(xixian, 'issue-assistance', { letter, input: { number } })
  const ids = Object.fromEntries(
    sent.map(({ id, nextActor }) => [(nextActor as { county: { code: string } }).county.code, id]),
  )
  return { letter, case: filed.id, ids }
}

describe('a letter from 411528 to 411729 and 410823, through the gateway and on sockets', () => {
  it('[A06] [A07] [B07] asks both at once; each answers by itself, and whoever asks sees all of it', async () => {
    const { letter, case: own, ids } = await issued('息示例市监协查〔2026〕1号')
    const [one, two] = [ids[xincai] ?? '', ids[wuzhi] ?? '']
    await arrived(xincai, one, 'ISSUED')
    await arrived(wuzhi, two, 'ISSUED')
    expect(await inbox(xincai, 'WAITING')).toMatchObject([
      {
        id: one,
        kindLabel: '协助调查',
        number: '息示例市监协查〔2026〕1号',
        title: '虚假广告案',
        nextActor: { county: { code: xincai }, duty: '签收协助调查函' },
        deadline: { days: 15, unit: 'WORKING_DAYS', article: '第四十五条第二款' },
      },
    ])
    // Each county holds its own matter only; the county that asks holds both.
    expect([await requestAt(xincai, two), await requestAt(wuzhi, one)]).toEqual([null, null])
    expect((await requestAt(xixian, one))?.sameLetter).toEqual([two])
    expect((await requestAt(xincai, one))?.sameLetter).toEqual([])

    await step(wuzhi, two, 'RECEIVE')
    await step(wuzhi, two, 'DECLINE', { ground: 'OUTSIDE_POWERS', text: '不属于本局职权范围' })
    for (const event of ['RECEIVE', 'BEGIN']) await step(xincai, one, event)
    await run(xixian, 'note-on-assistance', { id: one, note: 'REMIND', text: '请尽快函复' })
    const material = [{ name: '印制合同', quantity: '1份' }]
    await step(xincai, one, 'ANSWER_PART', { part: 1, outcome: 'DONE', text: '共印制2000册', material })
    const early = await asked(xincai, 'advance-assistance', { id: one, event: 'REPLY', step: { text: '完成' } })
    expect(early.body.errors?.[0]?.extensions.code).toBe('TRANSITION_REFUSED')
    await step(xincai, one, 'ANSWER_PART', { part: 2, outcome: 'UNABLE', text: '该企业未在本县开票' })
    await step(xincai, one, 'REPLY', { number: '新示例市监复〔2026〕1号', text: '已查明印制情况' })
    await arrived(xixian, one, 'REPLIED')
    await step(xixian, one, 'CLOSE', { text: '已反馈主办部门' })
    await arrived(xincai, one, 'CLOSED')

    expect(await agreed(one, xincai)).toMatchObject({
      state: 'CLOSED',
      nextActor: null,
      deadline: { state: 'MET', late: false },
      parts: [
        { agencyName: `示例县${xincai}市场监督管理局`, outcome: 'DONE', findings: '共印制2000册' },
        { agencyName: '新蔡县虚构税务局', outcome: 'UNABLE' },
      ],
      materials: [{ part: 1, name: '印制合同' }],
      replyNumber: '新示例市监复〔2026〕1号',
      conclusion: '已查明印制情况',
    })
    expect(await agreed(two, wuzhi)).toMatchObject({ state: 'DECLINED', declineGround: 'OUTSIDE_POWERS' })
    const listed = await run<Request[]>(xixian, 'assistance-of-case', { case: own })
    expect(listed.map(({ id }) => id).toSorted()).toEqual([one, two].toSorted())
    expect(await run<Request[]>(xixian, 'assistance-of-case', { letter })).toHaveLength(2)
  })

  it('[A07] is extended to the day that is named, in both counties’ view, and then is late in neither', async () => {
    const { ids } = await issued('息示例市监协查〔2026〕2号')
    const id = ids[xincai] ?? ''
    await arrived(xincai, id, 'ISSUED')
    for (const event of ['RECEIVE', 'BEGIN']) await step(xincai, id, event)
    const until = new Date(clock.now().getTime() + 40 * 86_400_000).toISOString().slice(0, 10)
    await step(xincai, id, 'EXTEND', { until, text: '待鉴定' })
    await arrived(xixian, id, 'EXTENDED')
    const due = (await agreed(id, xincai))['deadline'] as { state: string; extendedTo: string | null; dueOn: string }
    // The calendars of this directory may end before the law's own last day; the day that was named stands.
    expect(due).toMatchObject({ extendedTo: until, dueOn: until })
    const listed = async (state: string) =>
      Promise.all(
        [xixian, xincai].map(async (county) => (await inbox(county, state)).some((matter) => matter['id'] === id)),
      )
    expect([await listed('DUE_SOON'), await listed('OVERDUE')]).toEqual([
      [false, false],
      [false, false],
    ])
  })

  it('[A06] is nothing to a county that is no party, and cannot be advanced by whoever has no turn', async () => {
    const { ids } = await issued('息示例市监协查〔2026〕3号')
    const id = ids[xincai] ?? ''
    await arrived(xincai, id, 'ISSUED')
    expect(await requestAt(boai, id)).toBeNull()
    const stranger = await asked(boai, 'advance-assistance', { id, event: 'RECEIVE', step: {} })
    expect(stranger.body.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
    const early = await asked(xixian, 'advance-assistance', { id, event: 'CLOSE', step: {} })
    expect(early.body.errors?.[0]?.extensions.code).toBe('TRANSITION_REFUSED')
  })

  it('[A06] is printed by liandong letter, at the county that asks and at the one that is asked', async () => {
    const { ids } = await issued('息示例市监协查〔2026〕4号')
    const id = ids[xincai] ?? ''
    await arrived(xincai, id, 'ISSUED')
    const [ours, theirs] = [await printed(xixian, id), await printed(xincai, id)]
    expect(ours).toMatchObject({ code: 0, err: '' })
    expect(ours.out).toContain('协助调查函 息示例市监协查〔2026〕4号')
    expect(ours.html).toContain(`请示例县${xincai}市场监督管理局协助`)
    expect(theirs.html).toBe(ours.html)
    const stranger = await printed(boai, id)
    expect(stranger).toMatchObject({ code: 3, html: null })
    expect(stranger.err).toContain(`The county holds no assistance request ${id}.`)
  })
})

/** What `liandong letter` says and writes when the county's agency runs it. */
async function printed(county: string, id: string) {
  const file = join(folder, `${clock.uuid()}.html`)
  const said = { code: 0, out: '', err: '' }
  await runProgram(
    ['letter', id, '--out', file, '--gateway', `${gateway.url}/graphql`, '--purpose', 'case/1', '--officer', '1'],
    {
      env: { LIANDONG_TOKEN: await tokenOf(county) },
      out: (text) => (said.out += text),
      err: (text) => (said.err += text),
      progress: { isTTY: false, write: () => true },
      stdin: async () => '',
      exit: (code) => (said.code = code),
    },
  )
  return { ...said, html: said.code === 0 ? readFileSync(file, 'utf8') : null }
}
