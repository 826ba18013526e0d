import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RequestContext } from '../../platform/viewer.ts'
import { enforcementCases } from '../cases/enforcement-case.table.ts'
import { readPage } from '../connection/page.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { TypicalCaseService, type TypicalStep } from './typical-case.service.ts'
import type { TypicalEvent } from './typical-case.machine.ts'

const county = '411528'
const nothing: TypicalStep = { texts: {}, publishOn: undefined, reason: undefined }
const texts = {
  title: '虚构安心示例食品有限公司虚假广告案',
  law: '《中华人民共和国广告法》第五十五条、国家市场监督管理总局令第44号',
  facts:
    '2026年1月5日，执法人员虚构甲到息县虚构镇示例大街12号检查，发现虚构安心示例食品有限公司（91411528MADE000117）发布虚假广告，' +
    '当事人王建国，电话13812345678，车牌豫S12345，货值金额12345.67元。',
  outcome: '罚款五万元，见息示例立〔2026〕1号。',
  significance: '警示教育同类市场主体守法经营；安心牌不得再作此宣传。',
}

let exchange: Exchange
let service: TypicalCaseService
let numbers = 0
beforeAll(async () => {
  exchange = await startExchange([county])
  service = new TypicalCaseService(exchange.at(county).parts)
})
afterAll(() => exchange?.close())
beforeEach(() => exchange.clock.set('2026-03-02T02:00:00.000Z'))

const as = (officer: string): RequestContext => {
  const context = exchange.at(county).context()
  return { ...context, transaction: { ...context.transaction, officer } }
}
const [first, second] = [`${county}01`, `${county}02`]

async function caseIn(stage: string): Promise<string> {
  const id = await exchange.at(county).fileCase(`息示例立〔2026〕${(numbers += 1)}号`)
  await exchange.at(county).db.update(enforcementCases).set({ stage }).where(eq(enforcementCases.id, id))
  return id
}
const nominated = async (more: Partial<typeof texts> = {}): Promise<string> => {
  const nomination = { caseId: await caseIn('CLOSED'), reasons: ['SOCIAL_ATTENTION'] as const, hidden: ['安心牌'] }
  return (await service.nominate(as(first), { ...nomination, texts: { ...texts, ...more } })).id
}
const step = (id: string, event: TypicalEvent, officer = first, more: Partial<TypicalStep> = {}) =>
  service.advance(as(officer), id, event, { ...nothing, ...more })
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error

describe('a typical case (A13)', () => {
  it('[A13] is nominated from a decided own case only, and once', async () => {
    const nominate = (caseId: string) =>
      service.nominate(as(first), { caseId, reasons: ['WARNING_AND_EDUCATION'], texts, hidden: [] })
    const open = await caseIn('INVESTIGATION')
    await expect(nominate(open)).rejects.toThrow('A case in stage INVESTIGATION is not decided yet.')
    await expect(nominate(open.replace(county, '411729'))).rejects.toThrow(code('NOT_FOUND'))
    const closed = await caseIn('DECIDED')
    const { id } = await nominate(closed)
    await expect(nominate(closed)).rejects.toThrow(code('CONFLICT'))
    await step(id, 'REJECT', first, { reason: '社会意义不足' })
    await expect(nominate(closed)).resolves.toMatchObject({ state: 'NOMINATED' })
    await expect(
      service.nominate(exchange.at(county).context('411729'), { caseId: closed, reasons: [], texts, hidden: [] }),
    ).rejects.toThrow(code('AGREEMENT_MISSING'))
  })

  it('[A13] goes from the nomination to the publication on the planned day, and only redacted texts are shown', async () => {
    await service.plan(as(first), 2026, ['2026-03-15', '2026-06-15', '2026-01-15'])
    const id = await nominated()
    const { redacted } = await step(id, 'REDACT')
    expect(redacted).toEqual({
      title: '某公司虚假广告案',
      law: texts.law,
      facts:
        '2026年1月5日，执法人员虚某到息县某地检查，发现某公司（×××）发布虚假广告，' +
        '当事人王某，电话×××，车牌×××，货值金额12345.67元。',
      outcome: '罚款五万元，×××。',
      significance: '警示教育同类市场主体守法经营；×××不得再作此宣传。',
    })
    await expect(step(id, 'APPROVE')).rejects.toThrow('Another officer approves than the one who redacted.')
    await expect(step(id, 'PUBLISH', second)).rejects.toThrow(code('TRANSITION_REFUSED'))
    expect(await step(id, 'APPROVE', second)).toMatchObject({ state: 'APPROVED', publishOn: '2026-03-15' })
    await expect(step(id, 'PUBLISH', second)).rejects.toThrow('It was approved for publication on 2026-03-15.')
    expect(await service.find(as(first), id)).toBeUndefined()
    const calendar = async () =>
      (await service.calendar(as(first), 2026)).map(({ day, state, cases }) => [day, state, cases.length])
    const rest = [
      ['2026-01-15', 'MISSED', 0],
      ['2026-03-15', 'PLANNED', 1],
      ['2026-06-15', 'PLANNED', 0],
    ]
    expect(await calendar()).toEqual(rest)
    await expect(service.plan(as(first), 2026, ['2026-06-15'])).rejects.toThrow(code('CONFLICT'))
    exchange.clock.set('2026-03-14T16:00:00.000Z')
    expect((await calendar())[1]).toEqual(['2026-03-15', 'DUE', 1])
    exchange.clock.set('2026-03-15T16:00:00.000Z')
    expect((await calendar())[1]).toEqual(['2026-03-15', 'OVERDUE', 1])
    await step(id, 'PUBLISH', second)
    expect((await calendar())[1]).toEqual(['2026-03-15', 'DONE', 1])
    const stranger = exchange.at(county).context('411729')
    expect(await service.find(stranger, id)).toMatchObject({ id, redacted })
    const page = await service.published(stranger, undefined, readPage({}, 'typicalCases', {}))
    expect(page.rows.map((row) => row.id)).toEqual([id])
    await expect(service.own(stranger, undefined, readPage({}, 'typicalCaseDrafts', {}))).rejects.toThrow(
      code('AGREEMENT_MISSING'),
    )
    await step(id, 'WITHDRAW', second, { reason: '当事人申请复议' })
    expect(await service.find(stranger, id)).toBeUndefined()
  })

  it('[A13] is not redacted by a text that still names somebody; the error says where and what kind, not whom', async () => {
    const id = await nominated()
    const left = step(id, 'REDACT', first, {
      texts: { title: '虚构安心示例食品有限公司案', outcome: '联系电话0376-1234567' },
    })
    await expect(left).rejects.toMatchObject({
      message: 'The texts still hold what may not be published (title: ORGANISATION; outcome: NUMBER).',
      extensions: { code: 'BAD_USER_INPUT' },
    })
    expect(await step(id, 'REDACT', first, { texts: { title: '某食品公司虚假广告案' } })).toMatchObject({
      state: 'REDACTED',
      redacted: { title: '某食品公司虚假广告案' },
    })
  })

  it('[A13] is looked through again when it is approved and published, by what the county knows by then', async () => {
    await service.plan(as(first), 2026, ['2026-03-02', '2026-03-15', '2026-06-15', '2026-01-15'])
    const id = await nominated({ significance: '由虚构丙讲述的经过具有警示意义。' })
    await step(id, 'REDACT')
    const { db } = exchange.at(county)
    const { caseId } = await step(id, 'APPROVE', second, { publishOn: '2026-03-02' })
    const rename = (subjectName: string) =>
      db.update(enforcementCases).set({ subjectName }).where(eq(enforcementCases.id, caseId))
    await rename('虚构丙')
    await expect(step(id, 'PUBLISH', second)).rejects.toThrow('(significance: NAME)')
    await step(id, 'RETURN', second, { reason: '当事人姓名仍可识别' })
    expect(await step(id, 'REDACT')).toMatchObject({ redacted: { significance: '由虚某讲述的经过具有警示意义。' } })
    await step(id, 'APPROVE', second, { publishOn: '2026-03-02' })
    expect(await step(id, 'PUBLISH', second)).toMatchObject({ state: 'PUBLISHED' })
  })

  it('[A13] needs a planned day, and reasons where something is turned down', async () => {
    await expect(service.plan(as(first), 2026, ['2027-01-01'])).rejects.toThrow('2027-01-01 is no day of 2026.')
    const id = await nominated()
    await step(id, 'REDACT')
    await expect(step(id, 'APPROVE', second, { publishOn: '2026-04-01' })).rejects.toThrow('no such planned day')
    for (const event of ['RETURN', 'REJECT', 'WITHDRAW'] as const) {
      await expect(step(id, event, second)).rejects.toThrow(`${event} needs a reason.`)
    }
  })
})
