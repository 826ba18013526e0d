import { asc } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { journalEntries } from '../../platform/journal/journal.table.ts'
import { AgencyRegister } from '../agencies/agency-register.ts'
import { AgencyRepository } from '../agencies/agency.repository.ts'
import { sampleEngines } from '../sample-database.ts'
import {
  type Asker,
  type SampleExchange,
  type SampleNode,
  sampleCounties,
  startSampleExchange,
  part,
} from '../sample-node.ts'
import { caseRow, sampleOrganisation } from '../sample-records.ts'
import { caseEvents } from './case-event.table.ts'
import { enforcementCases } from './enforcement-case.table.ts'

const { xixian, xincai } = sampleCounties

const fields = `id number stage stageLabel open decision decisionLabel act actLabel field fieldLabel supervisionStage
  supervisionStageLabel source sourceLabel registeredAt filedAt closedAt visibility county { code } subject { code name }
  agency { name exchangeAgency } officers { name certificate agency { name } }`
const fileDocument = `mutation ($input: FileCaseInput!) { fileCase(input: $input) { ${fields} } }`
const clueDocument = `mutation ($input: FileCaseInput!) { registerClue(input: $input) { id stage filedAt } }`
const advanceDocument = `mutation ($id: ID!, $event: CaseEvent!, $officers: [String!], $document: String) {
  advanceCase(id: $id, event: $event, officers: $officers, document: $document, note: "内部备注") { ${fields} }
}`

/** Times of a case filed at this moment. */
const at = (moment: string) => ({ registeredAt: new Date(moment), filedAt: new Date(moment) })

const input = (changes: Record<string, unknown> = {}) => ({
  number: '息示例市监立〔2026〕1号',
  title: '涉嫌发布虚假广告案',
  subject: sampleOrganisation(1),
  subjectName: '虚构第1示例有限公司',
  act: 'FALSE_ADVERTISING',
  field: 'FOOD_AND_DRUGS',
  supervisionStage: 'DISTRIBUTION',
  officers: ['15280001', '15280002'],
  ...changes,
})

describe.each(sampleEngines())('cases on $name', ({ open }) => {
  let exchange: SampleExchange
  let node: SampleNode
  beforeAll(async () => {
    exchange = await startSampleExchange([xixian], { open })
    node = exchange.at(xixian)
    for (const [name, certificate, certificateUntil] of [
      ['张示例', '15280001', null],
      ['李示例', '15280002', '2026-03-01'],
      ['王示例', '15280003', '2026-02-28'],
    ]) {
      await node.ask(
        { from: xixian },
        `mutation ($input: RegisterOfficerInput!) { registerOfficer(input: $input) { id } }`,
        { input: { name, certificate, certificateUntil } },
      )
    }
  })
  afterAll(() => exchange.close())
  beforeEach(async () => {
    exchange.clock.set('2026-03-01T04:00:00.000Z')
    await node.db.delete(caseEvents)
    await node.db.delete(enforcementCases)
  })

  const file = async (changes: Record<string, unknown> = {}) => {
    const { data, errors } = await node.ask({ from: xixian }, fileDocument, { input: input(changes) })
    expect(errors).toEqual([])
    return part<{ id: string; stage: string; filedAt: string }>(data, 'fileCase')
  }
  const codeOf = async (changes: Record<string, unknown>) => {
    const { errors } = await node.ask({ from: xixian }, fileDocument, { input: input(changes) })
    return [errors[0]?.extensions['code'], errors[0]?.extensions['argument']]
  }
  const find = async (asker: Asker, filter: Record<string, unknown> = {}) => {
    const { data, errors } = await node.ask(
      asker,
      `query ($filter: EnforcementCaseFilter) { enforcementCases(filter: $filter) { nodes { id } } }`,
      { filter },
    )
    expect(errors).toEqual([])
    return part<{ nodes: { id: string }[] }>(data, 'enforcementCases').nodes.map((each) => each.id)
  }

  it('are filed at the node’s own time, with body, officers and labels (A17, A02, B05)', async () => {
    exchange.clock.set('2026-03-01T04:05:06.789Z')
    expect(await file()).toMatchObject({
      stage: 'FILED',
      stageLabel: '立案',
      open: true,
      decision: null,
      actLabel: '发布虚假广告',
      fieldLabel: '食品药品',
      supervisionStageLabel: '流通',
      sourceLabel: '监督检查',
      registeredAt: '2026-03-01T04:05:06.789Z',
      filedAt: '2026-03-01T04:05:06.789Z',
      visibility: 'AGREEMENT',
      county: { code: xixian },
      subject: { code: sampleOrganisation(1), name: '虚构第1示例有限公司' },
      agency: { name: '息县市场监督管理局', exchangeAgency: 'xixian-enforcement' },
      officers: [
        { name: '张示例', certificate: '15280001', agency: { name: '息县市场监督管理局' } },
        { name: '李示例', certificate: '15280002', agency: { name: '息县市场监督管理局' } },
      ],
    })
  })

  it('know the ten fields of supervision of 息双办〔2022〕6号 and leave the list open (A17)', async () => {
    const { data } = await node.ask(
      { from: xixian },
      '{ __type(name: "SupervisionField") { enumValues { description } } }',
    )
    const values = part<{ enumValues: { description: string }[] }>(data, '__type').enumValues
    expect(values.map((value) => value.description).slice(0, 10)).toEqual([
      '食品药品',
      '公共卫生',
      '自然资源',
      '生态环境',
      '安全生产',
      '劳动保障',
      '城市管理',
      '交通运输',
      '金融服务',
      '教育培训',
    ])
    expect(values).toHaveLength(11)
  })

  it('need two officers of the body, whose certificates are valid on the day (行政处罚法 art. 42)', async () => {
    for (const officers of [[], ['15280001'], ['15280001', '15280001'], ['15280001', '15280003'], ['15280001', '0']]) {
      expect(await codeOf({ officers })).toEqual(['BAD_USER_INPUT', 'officers'])
    }
    expect(await find({ from: xixian })).toEqual([])
  })

  it('refuse acts that the directory does not list, bodies of nobody, malformed subjects and a number used twice', async () => {
    expect(await codeOf({ act: 'NO_SUCH_ACT' })).toEqual(['BAD_USER_INPUT', 'act'])
    expect(await codeOf({ agency: `${xixian}:agency:00000000-0000-4000-8000-000000000000` })).toEqual([
      'BAD_USER_INPUT',
      'agency',
    ])
    expect((await codeOf({ subject: '91411528MAX00004X1' }))[0]).toBe('BAD_USER_INPUT')
    await file()
    expect((await codeOf({}))[0]).toBe('CONFLICT')
    const { errors } = await node.ask(
      { from: xixian },
      '{ enforcementCases(filter: { act: "NONE" }) { nodes { id } } }',
    )
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'act' })
  })

  it('go from the clue through verification, where filing takes the time and demands the officers', async () => {
    const clue = await node.ask({ from: xixian }, clueDocument, { input: input({ officers: null }) })
    expect(clue.data).toMatchObject({ registerClue: { stage: 'CLUE', filedAt: null } })
    const { id } = part<{ id: string }>(clue.data, 'registerClue')
    const advance = (event: string, more: Record<string, unknown> = {}) =>
      node.ask({ from: xixian }, advanceDocument, { id, event, ...more })
    await advance('VERIFY')
    const alone = await advance('FILE')
    expect(alone.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'officers' })
    exchange.clock.set('2026-03-01T05:00:00.000Z')
    const filed = await advance('FILE', { officers: ['15280001', '15280002'], document: '立案审批表1号' })
    expect(filed.data).toMatchObject({
      advanceCase: { stage: 'FILED', registeredAt: '2026-03-01T04:00:00.000Z', filedAt: '2026-03-01T05:00:00.000Z' },
    })
    const skipped = await advance('DECIDE_PENALTY')
    expect(skipped.errors[0]?.extensions['code']).toBe('TRANSITION_REFUSED')
    for (const event of [
      'INVESTIGATE',
      'CONCLUDE',
      'REVIEW',
      'NOTIFY',
      'DECIDE_PENALTY',
      'SERVE',
      'PUBLISH',
      'EXECUTE',
    ]) {
      expect((await advance(event)).errors).toEqual([])
    }
    exchange.clock.set('2026-03-20T05:00:00.000Z')
    expect((await advance('CLOSE')).data).toMatchObject({
      advanceCase: { stage: 'CLOSED', open: false, decisionLabel: '行政处罚', closedAt: '2026-03-20T05:00:00.000Z' },
    })

    const history = `query ($id: ID!) { enforcementCase(id: $id) { history { event fromStage toStage officer note } } }`
    const own = await node.ask({ from: xixian }, history, { id })
    const steps = part<{ history: Record<string, unknown>[] }>(own.data, 'enforcementCase').history
    expect(steps.slice(0, 3)).toEqual([
      { event: 'REGISTER', fromStage: null, toStage: 'CLUE', officer: '41152801', note: null },
      { event: 'VERIFY', fromStage: 'CLUE', toStage: 'VERIFICATION', officer: '41152801', note: '内部备注' },
      { event: 'FILE', fromStage: 'VERIFICATION', toStage: 'FILED', officer: '41152801', note: '内部备注' },
    ])
    const other = await node.ask({ from: xincai }, history, { id })
    const seen = part<{ history: Record<string, unknown>[] }>(other.data, 'enforcementCase').history
    expect(seen[0]).toEqual({ event: 'FILE', fromStage: 'VERIFICATION', toStage: 'FILED', officer: null, note: null })
    expect(seen).toHaveLength(steps.length - 2)
  })

  it('are seen by a county with an agreement once filed, unless they are kept to their own county', async () => {
    const shared = await file()
    const kept = await file({ number: '2号', visibility: 'OWN' })
    const clue = await node.ask({ from: xixian }, clueDocument, { input: input({ number: '3号' }) })
    const { id: clueId } = part<{ id: string }>(clue.data, 'registerClue')
    expect((await find({ from: xixian })).toSorted()).toEqual([shared.id, kept.id, clueId].toSorted())
    expect(await find({ from: xincai })).toEqual([shared.id])
    const { data } = await node.ask(
      { from: xincai },
      `query ($of: [_Any!]!, $kept: ID!) {
        enforcementCase(id: $kept) { id }
        _entities(representations: $of) { ... on EnforcementCase { id } }
      }`,
      { kept: kept.id, of: [clueId, shared.id, kept.id].map((id) => ({ __typename: 'EnforcementCase', id })) },
    )
    expect(data).toEqual({ enforcementCase: null, _entities: [null, { id: shared.id }, null] })
  })

  it('are found by subject, act, openness, stage, field and filing day in Asia/Shanghai: the duplicate search (B02)', async () => {
    const agency = await new AgencyRepository().byExchangeAgency(node.db, 'xixian-enforcement')
    const rows = [
      caseRow(1, agency?.id ?? '', at('2026-01-04T15:59:59.999Z')),
      caseRow(2, agency?.id ?? '', { ...at('2026-01-04T16:00:00.000Z'), stage: 'INVESTIGATION' }),
      caseRow(3, agency?.id ?? '', { ...at('2026-01-05T15:59:59.999Z'), stage: 'CLOSED', field: 'TRANSPORT' }),
      caseRow(4, agency?.id ?? '', { ...at('2026-01-05T16:00:00.000Z'), subjectCode: sampleOrganisation(1) }),
    ]
    await node.db.insert(enforcementCases).values(rows)
    const found = async (filter: Record<string, unknown>) =>
      (await find({ from: xincai }, filter)).map((id) => rows.findIndex((row) => row.id === id) + 1)
    expect(await found({})).toEqual([4, 3, 2, 1])
    expect(await found({ subject: sampleOrganisation(1), act: 'FALSE_ADVERTISING', open: true })).toEqual([4, 1])
    expect(await found({ open: false })).toEqual([3])
    expect(await found({ stage: 'INVESTIGATION' })).toEqual([2])
    expect(await found({ field: 'TRANSPORT' })).toEqual([3])
    expect(await found({ filedFrom: '2026-01-05', filedTo: '2026-01-05' })).toEqual([3, 2])
    expect(await found({ filedFrom: '2026-01-06' })).toEqual([4])
    expect(await found({ filedTo: '2026-01-04' })).toEqual([1])
  })

  it.each([{ number: ' ' }, { title: '' }, { subjectName: 'a\u0000b' }, { number: '号'.repeat(121) }])(
    'are not filed with a text that makes no sense: %j',
    async (changes) => {
      const { data, errors } = await node.ask({ from: xixian }, fileDocument, { input: input(changes) })
      const [argument] = Object.keys(changes)
      expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument })
      expect(data).toBeNull()
    },
  )

  it('are changed by nobody but their own county', async () => {
    const { id } = await file()
    const filed = await node.ask({ from: xincai }, fileDocument, { input: input({ number: '9号' }) })
    expect(filed.errors[0]?.extensions['code']).toBe('AGREEMENT_MISSING')
    const advanced = await node.ask({ from: xincai }, advanceDocument, { id, event: 'INVESTIGATE' })
    expect(advanced.errors[0]?.extensions['code']).toBe('AGREEMENT_MISSING')
    const missing = await node.ask({ from: xixian }, advanceDocument, {
      id: `${xixian}:case:00000000-0000-4000-8000-000000000000`,
      event: 'INVESTIGATE',
    })
    expect(missing.errors[0]?.extensions['code']).toBe('NOT_FOUND')
  })

  it('stand in the journal with their subject also when they are advanced by their id alone', async () => {
    const { id } = await file()
    await node.ask({ from: xixian }, advanceDocument, { id, event: 'INVESTIGATE' })
    const entries = await node.db.select().from(journalEntries).orderBy(asc(journalEntries.sequence))
    const own = entries.filter(({ fields: asked }) => asked.includes('advanceCase')).slice(-2)
    expect(own.map(({ subjects }) => subjects)).toEqual([[], [sampleOrganisation(1)]])
  })

  it('advance once when two officers send the same step at the same time', async () => {
    const { id } = await file()
    const answers = await Promise.all(
      [1, 2, 3].map(() => node.ask({ from: xixian }, advanceDocument, { id, event: 'INVESTIGATE' })),
    )
    expect(answers.map(({ errors: [first] }) => (first ? stateOf(first.extensions) : 'OK')).toSorted()).toEqual([
      'OK',
      'TRANSITION_REFUSED',
      'TRANSITION_REFUSED',
    ])
  })

  it('name bodies and officers that the county’s own register brought in, twice without doubling any', async () => {
    const register = new AgencyRegister({
      county: xixian,
      clock: exchange.clock,
      db: node.db,
      directory: undefined as never,
    })
    const bureau = { name: '息县示例交通运输局', officers: [{ name: '赵示例', certificate: '15280009' }] }
    await register.load({ agencies: [bureau] })
    await register.load({ agencies: [{ ...bureau, code: '11411528MB0000000X' }] })
    const { data } = await node.ask(
      { from: xincai },
      `{ agencies(county: "${xixian}") { name code } officers(county: "${xixian}") { certificate agency { name } } }`,
    )
    const { agencies, officers } = data as unknown as Record<'agencies' | 'officers', object[]>
    expect(agencies.filter((each) => 'name' in each && each.name === bureau.name)).toEqual([
      { name: bureau.name, code: '11411528MB0000000X' },
    ])
    expect(officers.filter((each) => 'certificate' in each && each.certificate === '15280009')).toEqual([
      { certificate: '15280009', agency: { name: bureau.name } },
    ])
    const wrong = await node.ask({ from: xincai }, `{ agencies(county: "${xincai}") { name } }`)
    expect(wrong.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'county' })
  })
})

function stateOf({ code }: { code?: unknown }): string {
  return typeof code === 'string' ? code : 'without code'
}
