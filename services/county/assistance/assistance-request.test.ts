import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { envelopes, matters, outgoing } from '../delivery/delivery.table.ts'
import { matterDues } from '../matters/matter-due.table.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { assistanceRequests } from './assistance-request.table.ts'
import { AssistanceSteps, codeOf, samplePart } from './testing/assistance-steps.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const all = [xixian, xincai, wuzhi]
const police = { id: 'xincai-police', name: '新蔡县公安局', county: xincai, scopes: ['matter:read', 'matter:write'] }
let exchange: Exchange
let steps: AssistanceSteps

beforeAll(async () => {
  exchange = await startExchange(all, (snapshot) => ({ ...snapshot, agencies: [...snapshot.agencies, police] }))
  steps = new AssistanceSteps(exchange)
})
afterAll(() => exchange.close())
afterEach(() => steps.clear(all))

describe('an assistance request', () => {
  it('[A06] [A07] is issued, signed for, answered, replied to and closed, and both counties hold the same', async () => {
    const id = await steps.begun()
    const material = [{ name: '印制合同', quantity: '1份', note: '复印件', attachment: null }]
    await steps.answer(id, 1, { text: '共印制2000册', material, certificate: '41172902' })
    await steps.step(xincai, id, 'REPLY', { number: '新市监复〔2026〕1号', text: '已查明印制情况' })
    await steps.step(xixian, id, 'CLOSE', { text: '已反馈主办部门' })
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
    expect(await steps.facts(xixian)).toMatchObject({
      requests: [
        {
          state: 'CLOSED',
          title: '虚假广告案',
          subjectCode: '91411528MADE000117',
          fromAgencyName: '息县市场监督管理局',
          receivedBy: '虚构甲',
          replyNumber: '新市监复〔2026〕1号',
          repliedBy: '虚构甲',
          closedBy: '虚构甲',
        },
      ],
      parts: [
        {
          agencyId: 'xincai-enforcement',
          agencyName: '新蔡县市场监督管理局',
          outcome: 'DONE',
          findings: '共印制2000册',
          answeredBy: '虚构乙',
        },
      ],
      materials: [{ part: 1, position: 1, name: '印制合同', quantity: '1份' }],
    })
    const lines = await steps.history(xixian, id)
    expect(await steps.history(xincai, id)).toEqual(lines)
    expect(lines.map(({ event }) => event)).toEqual(['ISSUE', 'RECEIVE', 'BEGIN', 'ANSWER_PART', 'REPLY', 'CLOSE'])
    expect(lines[0]?.text).toMatch(/^发出协助调查函息市监协查.*请新蔡县市场监督管理局协助调查，协查事项2项/)
    expect(lines[3]?.textEn).toBe('part 1 is done, with 1 papers, by 虚构乙: 共印制2000册')
    expect(lines.some(({ text, textEn }) => `${text}${textEn}`.includes('91411528MADE000117'))).toBe(false)
    expect([await steps.inbox(xixian, 'ENDED'), await steps.inbox(xincai, 'ENDED')]).toEqual([[id], [id]])
  })

  it('[B07] asks several counties by one letter, each in a matter of its own that the others do not see', async () => {
    const ids = await steps.issued([samplePart(), samplePart({ county: wuzhi, tasks: ['核实印刷厂登记情况'] })])
    const ours = await steps.facts(xixian)
    expect(ours.requests.map(({ assistant }) => assistant).toSorted()).toEqual([wuzhi, xincai])
    expect(new Set(ours.requests.map(({ letter }) => letter)).size).toBe(1)
    expect(new Set(ours.requests.map(({ number }) => number)).size).toBe(1)
    for (const county of [xincai, wuzhi]) {
      const theirs = await steps.facts(county)
      expect(theirs.requests).toEqual(ours.requests.filter(({ id }) => id === ids[county]))
      expect(theirs.requests[0]?.alsoAsked).toEqual([county === xincai ? wuzhi : xincai])
    }
    const { service, context } = steps.at(xixian)
    const [first] = ours.requests
    expect((await service.ofLetter(context, first?.letter ?? '')).length).toBe(2)
    expect((await service.ofCase(context, first?.originCase ?? '')).length).toBe(2)
    // One is declined, the other goes on.
    await steps.step(wuzhi, ids[wuzhi] ?? '', 'RECEIVE')
    await steps.step(wuzhi, ids[wuzhi] ?? '', 'DECLINE', { ground: 'OUTSIDE_POWERS', text: '印刷业由其他部门主管' })
    expect((await steps.row(xixian, ids[wuzhi] ?? ''))?.state).toBe('DECLINED')
    expect((await steps.row(xixian, ids[xincai] ?? ''))?.state).toBe('ISSUED')
  })

  it('[B07] is answered part by part, each by the agency to which it is addressed, before anybody replies', async () => {
    const id = await steps.begun([
      samplePart(),
      samplePart({ agency: 'xincai-police', tasks: ['提供身份信息'] }),
      samplePart({ name: '新蔡县税务局', tasks: ['提供开票信息'] }),
    ])
    expect(await codeOf(steps.answer(id, 2))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.answer(id, 4))).toBe('TRANSITION_REFUSED')
    await steps.answer(id, 2, { agency: 'xincai-police' })
    await steps.answer(id, 1)
    expect(await codeOf(steps.step(xincai, id, 'REPLY', { text: '完成' }))).toBe('TRANSITION_REFUSED')
    await steps.answer(id, 3, { outcome: 'UNABLE', text: '该企业未在本县开票' })
    await steps.answer(id, 1, { text: '更正：共印制2100册' })
    await steps.step(xincai, id, 'REPLY', { text: '完成' })
    const { parts } = await steps.facts(xixian)
    expect(parts.map(({ outcome, findings }) => [outcome, findings])).toEqual([
      ['DONE', '更正：共印制2100册'],
      ['DONE', '已核实'],
      ['UNABLE', '该企业未在本县开票'],
    ])
    expect((await steps.facts(xincai)).parts).toEqual(parts)
  })

  it('[A06] is declined only on a listed ground, with the reason', async () => {
    const id = (await steps.issued())[xincai] ?? ''
    await steps.step(xincai, id, 'RECEIVE')
    const decline = (given: object) => codeOf(steps.step(xincai, id, 'DECLINE', given))
    expect(await decline({ text: '不想办' })).toBe('BAD_USER_INPUT')
    expect(await decline({ ground: 'TOO_BUSY', text: '忙' })).toBe('BAD_USER_INPUT')
    expect(await decline({ ground: 'OUTSIDE_AREA' })).toBe('BAD_USER_INPUT')
    expect(await decline({ ground: 'OUTSIDE_AREA', text: '门店在平舆县' })).toBe('OK')
    expect(await steps.row(xixian, id)).toMatchObject({ state: 'DECLINED', declineGround: 'OUTSIDE_AREA' })
    expect((await steps.deadline(xixian, id))?.state).toBe('MET')
    expect((await steps.history(xixian, id)).at(-1)?.text).toBe(
      '不予协助（协查对象、协查地点不在本行政区域）：门店在平舆县',
    )
  })

  it('[A06] goes back only when the county that issued it asks for it', async () => {
    const id = await steps.begun()
    expect(await codeOf(steps.step(xincai, id, 'RELEASE'))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.note(xincai, id, 'ASK_WITHDRAWAL'))).toBe('TRANSITION_REFUSED')
    await steps.note(xixian, id, 'ASK_WITHDRAWAL', '案件已终止')
    await steps.step(xincai, id, 'RELEASE')
    expect((await steps.row(xixian, id))?.state).toBe('WITHDRAWN')
    expect(await steps.deadline(xixian, id)).toBeUndefined()
  })

  it('[A07] that was replied to may be asked for a supplement, by a letter whose limit runs anew', async () => {
    const id = await steps.begun([samplePart(), samplePart({ name: '新蔡县税务局' })])
    for (const part of [1, 2]) await steps.answer(id, part)
    await steps.step(xincai, id, 'EXTEND', { until: '2026-03-31', text: '待比对' })
    await steps.note(xixian, id, 'ASK_WITHDRAWAL', '案件可能移送')
    await steps.step(xincai, id, 'REPLY', { text: '完成' })
    exchange.clock.set('2026-04-01T02:00:00.000Z')
    const ask = { number: '息市监协查〔2026〕补1号', text: '请补充发票', parts: [2] }
    expect(await codeOf(steps.step(xixian, id, 'ASK_SUPPLEMENT', { ...ask, parts: [3] }))).toBe('TRANSITION_REFUSED')
    const { service, context } = steps.at(xincai)
    expect(await codeOf(service.print(context, id, true))).toBe('NOT_FOUND')
    await steps.step(xixian, id, 'ASK_SUPPLEMENT', ask)
    const printed = await service.print(context, id, true)
    expect(printed).toContain('息市监协查〔2026〕补1号</p>')
    expect(printed).toContain('<p class="addressees">新蔡县税务局：</p>')
    for (const county of [xixian, xincai]) {
      expect(await steps.deadline(county, id)).toMatchObject({
        from: new Date('2026-04-01T02:00:00.000Z'),
        extendedTo: null,
        state: 'RUNNING',
      })
    }
    await steps.step(xincai, id, 'RECEIVE')
    expect(await codeOf(steps.step(xincai, id, 'DECLINE', { ground: 'OUTSIDE_POWERS', text: '无权' }))).toBe(
      'TRANSITION_REFUSED',
    )
    await steps.step(xincai, id, 'BEGIN')
    // What was asked back before, and replied to all the same, is wanted again.
    expect(await codeOf(steps.step(xincai, id, 'RELEASE'))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(xincai, id, 'REPLY', { text: '完成' }))).toBe('TRANSITION_REFUSED')
    await steps.answer(id, 2, { text: '发票附后' })
    await steps.step(xincai, id, 'REPLY', { text: '已补充' })
    await steps.step(xixian, id, 'CLOSE')
    expect(await steps.row(xixian, id)).toMatchObject({ state: 'CLOSED', supplements: 1, conclusion: '已补充' })
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
    expect(await steps.history(xincai, id)).toEqual(await steps.history(xixian, id))
  })
})

describe('a letter', () => {
  it('[A06] is refused when it asks nobody, an unknown agency or county, or for a case that is none of this county', async () => {
    const { service, context } = steps.at(xixian)
    const drafted = async (...given: Parameters<AssistanceSteps['draftOf']>) =>
      codeOf(service.draft(context, undefined, await steps.draftOf(...given)))
    expect(await drafted([])).toBe('BAD_USER_INPUT')
    expect(await drafted([samplePart({ county: xixian })])).toBe('BAD_USER_INPUT')
    expect(await drafted([samplePart({ county: '999999' })])).toBe('BAD_USER_INPUT')
    expect(await drafted([samplePart({ agency: 'wuzhi-enforcement' })])).toBe('BAD_USER_INPUT')
    expect(await drafted([samplePart({ tasks: [] })])).toBe('BAD_USER_INPUT')
    expect(await drafted([samplePart({ tasks: [' '] })])).toBe('BAD_USER_INPUT')
    const absent = `${xixian}:case:00000000-0000-4000-8000-000000000001`
    expect(await drafted([samplePart()], { case: absent })).toBe('NOT_FOUND')
    const foreign = await exchange.at(xincai).fileCase('新市监立〔2026〕9号')
    expect(await drafted([samplePart()], { case: foreign })).toBe('BAD_USER_INPUT')
    expect((await steps.facts(xixian)).requests).toEqual([])
  })

  it('[A06] can be written anew or thrown away until it is issued, and is seen by its own county only', async () => {
    const { service, context } = steps.at(xixian)
    const [first] = await service.draft(context, undefined, await steps.draftOf([samplePart()]))
    const letter = first?.letter ?? ''
    const again = await service.draft(context, letter, await steps.draftOf([samplePart({ county: wuzhi })]))
    expect(again.map((row) => [row.letter, row.assistant])).toEqual([[letter, wuzhi]])
    expect((await service.drafts(context)).map(({ id }) => id)).toEqual(again.map(({ id }) => id))
    expect((await steps.facts(wuzhi)).requests).toEqual([])
    const given = { number: '息市监协查〔2026〕甲号', certificate: null, attachments: [] }
    await service.issue(context, letter, given)
    await exchange.settled()
    expect(await codeOf(service.issue(context, letter, given))).toBe('NOT_FOUND')
    expect(await codeOf(service.discard(context, letter))).toBe('NOT_FOUND')
    const [other] = await service.draft(context, undefined, await steps.draftOf([samplePart()]))
    expect(await codeOf(service.issue(context, other?.letter ?? '', given))).toBe('BAD_USER_INPUT')
    expect(await service.discard(context, other?.letter ?? '')).toBe(true)
    // Nor can two letters take one number at the same moment.
    const drafts = [0, 1].map(async () => service.draft(context, undefined, await steps.draftOf([samplePart()])))
    const rivals = (await Promise.all(drafts)).map(([row]) =>
      codeOf(service.issue(context, row?.letter ?? '', { ...given, number: '息市监协查〔2026〕乙号' })),
    )
    expect((await Promise.all(rivals)).toSorted((one, next) => String(one).localeCompare(String(next)))).toEqual([
      'BAD_USER_INPUT',
      'OK',
    ])
    await exchange.settled()
  })

  it('[A06] is dealt with by the county whose turn it is, and by nobody else', async () => {
    const id = (await steps.issued())[xincai] ?? ''
    expect(await codeOf(steps.step(xixian, id, 'RECEIVE'))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(wuzhi, id, 'RECEIVE'))).toBe('NOT_FOUND')
    const { service } = steps.at(xincai)
    expect(await codeOf(service.find(exchange.at(xincai).context(xixian), id))).toBe('AGREEMENT_MISSING')
    expect(await codeOf(service.print(exchange.at(xincai).context(xixian), id))).toBe('AGREEMENT_MISSING')
    expect(await steps.inbox(xincai, 'WAITING')).toEqual([id])
    expect(await steps.inbox(xixian, 'WAITING_FOR_OTHERS')).toEqual([id])
  })

  it('[A06] is refused by the rules that both ends go by, whoever writes the envelope', async () => {
    await steps.issued()
    const { delivery } = exchange.at(xixian)
    const [sent] = await delivery.history(exchange.at(xixian).db, (await steps.facts(xixian)).requests[0]?.id ?? '')
    const opened = (changes: { recipients?: string[]; spoil?: object }) =>
      codeOf(
        delivery.act((tx) =>
          delivery.open(tx, {
            kind: 'ASSISTANCE_REQUEST',
            recipients: changes.recipients ?? [xincai],
            event: 'ISSUE',
            body: { ...sent?.payload.body, ...changes.spoil },
            actor: { agency: 'xixian-enforcement', officer: '41152801' },
          }),
        ),
      )
    expect(await opened({ recipients: [xincai, wuzhi] })).toBe('TRANSITION_REFUSED')
    const foreign = `${xincai}:case:00000000-0000-4000-8000-000000000001`
    expect(await opened({ spoil: { case: foreign } })).toBe('TRANSITION_REFUSED')
    expect(await opened({ spoil: { number: '' } })).toBe('BAD_USER_INPUT')
    expect(await opened({ spoil: { more: 1 } })).toBe('BAD_USER_INPUT')
    expect(await opened({})).toBe('OK')
    await exchange.settled()
  })

  it('[A07] names as material only files that come with the answer', async () => {
    const id = await steps.begun()
    const hash = 'a'.repeat(64)
    const material = [{ name: '合同', quantity: '1份', note: null, attachment: hash }]
    expect(await codeOf(steps.answer(id, 1, { material }))).toBe('TRANSITION_REFUSED')
  })
})

describe('a county that was restored from a backup', () => {
  it('[A06] gets its requests back from the other with the same facts and the same first day of the limit', async () => {
    const id = await steps.begun()
    await steps.answer(id, 1)
    const factsOf = async (county: string) => {
      const { requests, parts } = await steps.facts(county)
      return [requests.filter((row) => row.id === id), parts.filter(({ request }) => request === id)]
    }
    const before = await factsOf(xixian)
    const { db, delivery } = exchange.at(xincai)
    for (const table of [outgoing, envelopes, matters, assistanceRequests, matterDues]) await db.delete(table)
    exchange.clock.set('2026-03-10T02:00:00.000Z')
    await delivery.compareWithAll()
    await expect.poll(() => factsOf(xincai), { timeout: 20_000 }).toEqual(before)
    expect((await steps.deadline(xincai, id))?.from).toEqual(new Date('2026-03-02T02:00:00.000Z'))
  })
})
