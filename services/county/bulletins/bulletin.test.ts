import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage } from '../connection/page.ts'
import { ByHand } from '../matters/testing/by-hand.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { Forge } from '../matters/testing/forge.ts'
import { readBulletinMessage } from './bulletin.document.ts'
import type { BulletinAction, BulletinSaying, BulletinService } from './bulletin.service.ts'
import { BulletinSteps, sampleBulletin } from './testing/bulletin-steps.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const all = [xixian, xincai, wuzhi]
let exchange: Exchange
let steps: BulletinSteps

beforeAll(async () => {
  exchange = await startExchange(all)
  steps = new BulletinSteps(exchange)
})
afterAll(() => exchange.close())

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'OK'
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
}

/** The code with which a county's action is refused, or OK. */
const refusal = (county: string, id: string, action: BulletinAction, said: Partial<BulletinSaying> = {}) =>
  codeOf(steps.settled(county, id, action, said))

/** Whose inbox shows a bulletin as waiting. */
async function waitingAt(id: string): Promise<string[]> {
  const found = await Promise.all(all.map((county) => steps.inbox(county, 'WAITING')))
  return all.filter((_, index) => found[index]?.includes(id))
}

async function expectEqualFacts(id: string): Promise<void> {
  const ours = await steps.facts(xixian, id)
  for (const county of [xincai, wuzhi]) expect(await steps.facts(county, id)).toEqual(ours)
}

describe('a bulletin [A12]', () => {
  it('goes to all other counties at once, and shows its sender who has read it when, and who has not', async () => {
    const id = await steps.sent({ urgent: true })
    await exchange.settled()
    exchange.clock.set('2026-03-02T03:00:00.000Z')
    await steps.settled(wuzhi, id, 'READ', { version: 1 })
    const record = await steps.find(xixian, id)
    expect(record).toMatchObject({ recipients: [xincai, wuzhi], state: 'SENT', urgent: true, version: 1 })
    expect(record?.reads).toMatchObject([
      {
        county: wuzhi,
        version: 1,
        agency: 'wuzhi-enforcement',
        officer: '41082301',
        officerName: '虚构甲',
        at: new Date('2026-03-02T03:00:00.000Z'),
      },
    ])
    const deliveries = await steps.service(xixian).deliveries(exchange.at(xixian).context(), id)
    expect([...deliveries.keys()].toSorted()).toEqual([wuzhi, xincai])
    expect([...(await steps.service(wuzhi).deliveries(exchange.at(wuzhi).context(), id)).keys()]).toEqual([wuzhi])
    await expectEqualFacts(id)
    const lines = await exchange.at(xincai).matters.history(exchange.at(xincai).context(), id)
    expect(lines.map(({ text }) => text)).toEqual([
      '紧急通报“近期投诉集中的问题”（热点问题，正式文件息示例市监通〔2026〕1号）',
      '阅知（第1稿）',
    ])
  })

  it('waits in each recipient’s inbox until that recipient says that it was read; asking for it says nothing', async () => {
    const id = await steps.sent()
    await exchange.settled()
    expect(await waitingAt(id)).toEqual([xincai, wuzhi])
    expect(await steps.inbox(xixian, 'WAITING_FOR_OTHERS')).toContain(id)
    await steps.find(xincai, id)
    expect(await waitingAt(id)).toEqual([xincai, wuzhi])
    await steps.settled(xincai, id, 'READ', { version: 1 })
    expect(await waitingAt(id)).toEqual([wuzhi])
    await steps.settled(wuzhi, id, 'READ', { version: 1 })
    expect(await waitingAt(id)).toEqual([])
    for (const county of all) expect(await steps.inbox(county, 'ENDED')).toContain(id)
  })

  it('is read once by an agency, whatever it says, and only in the wording that it has seen', async () => {
    const id = await steps.sent()
    await exchange.settled()
    await steps.settled(xincai, id, 'READ', { version: 1 })
    await steps.settled(xincai, id, 'READ', { version: 1 })
    const { matters, context } = exchange.at(xincai)
    expect((await matters.history(context(), id)).map(({ event }) => event)).toEqual(['SEND', 'READ'])
    expect(await refusal(wuzhi, id, 'READ')).toBe('BAD_USER_INPUT')
    expect(await refusal(wuzhi, id, 'READ', { version: 2 })).toBe('BAD_USER_INPUT')
    expect(await refusal(xixian, id, 'READ', { version: 1 })).toBe('TRANSITION_REFUSED')
    await steps.settled(xixian, id, 'CORRECT', { title: '更正标题', correction: '更正正文', text: '数据有误' })
    expect(await steps.find(wuzhi, id)).toMatchObject({ version: 2, title: '更正标题', correctionReason: '数据有误' })
    expect(await refusal(wuzhi, id, 'READ', { version: 1 })).toBe('BAD_USER_INPUT')
    expect(await waitingAt(id)).toEqual([xincai, wuzhi])
    await steps.settled(xincai, id, 'READ', { version: 2 })
    expect(await waitingAt(id)).toEqual([wuzhi])
    await expectEqualFacts(id)
  })

  it('is corrected twenty times at most, whoever writes the envelope, and can be withdrawn still', async () => {
    const id = await steps.sent()
    await exchange.settled()
    const correction = { title: '更正标题', correction: '更正正文', text: '数据有误' }
    for (let time = 0; time < 20; time += 1) await steps.act(xixian, id, 'CORRECT', correction)
    await exchange.settled()
    expect(await refusal(xixian, id, 'CORRECT', correction)).toBe('TRANSITION_REFUSED')
    await steps.settled(xixian, id, 'WITHDRAW', { text: '更正过多' })
    expect(await steps.find(wuzhi, id)).toMatchObject({ state: 'WITHDRAWN', version: 22 })
    await expectEqualFacts(id)
    const other = await steps.sent()
    await exchange.settled()
    for (let time = 0; time < 20; time += 1) await steps.act(xixian, other, 'CORRECT', correction)
    await exchange.settled()
    const forge = new Forge(exchange)
    const body = { title: '更正标题', text: '更正正文', reason: '数据有误' }
    const forged = await forge.next(xixian, xincai, { matter: other, event: 'CORRECT', body })
    expect(await forge.handTo(xincai, forged)).toBe('RULE_BROKEN')
  })

  it('takes so many replies of one recipient, and no more', async () => {
    const id = await steps.sent()
    await exchange.settled()
    for (let time = 0; time < 20; time += 1) await steps.act(xincai, id, 'REPLY', { version: 1, text: '已核查' })
    await exchange.settled()
    expect(await refusal(xincai, id, 'REPLY', { version: 1, text: '已核查' })).toBe('TRANSITION_REFUSED')
    expect(await refusal(wuzhi, id, 'REPLY', { version: 1, text: '已核查' })).toBe('OK')
    const forge = new Forge(exchange)
    const said = { matter: id, event: 'REPLY', body: { version: 1, text: '已核查' } }
    expect(await forge.handTo(xixian, await forge.next(xincai, xixian, said))).toBe('RULE_BROKEN')
  })

  it('withdrawn, must be read as such by those who had read it, and is no longer asked of the others', async () => {
    const id = await steps.sent()
    await exchange.settled()
    await steps.settled(xincai, id, 'READ', { version: 1 })
    expect(await refusal(xincai, id, 'WITHDRAW', { text: '不是本县的' })).toBe('TRANSITION_REFUSED')
    await steps.settled(xixian, id, 'WITHDRAW', { text: '案情有误' })
    expect(await steps.find(wuzhi, id)).toMatchObject({ state: 'WITHDRAWN', withdrawalReason: '案情有误' })
    expect(await waitingAt(id)).toEqual([xincai])
    await steps.settled(xincai, id, 'READ', { version: 2 })
    expect(await waitingAt(id)).toEqual([])
    expect(await refusal(xixian, id, 'CORRECT', { title: '标题', correction: '正文', text: '理由' })).toBe(
      'TRANSITION_REFUSED',
    )
    await expectEqualFacts(id)
  })

  it('to be answered by a day waits for every reply, and is late everywhere when that day is over', async () => {
    exchange.clock.set('2026-03-02T02:00:00.000Z')
    const id = await steps.sent({ replyBy: '2026-03-06' })
    await exchange.settled()
    await steps.settled(xincai, id, 'READ', { version: 1 })
    expect(await waitingAt(id)).toEqual([xincai, wuzhi])
    await steps.settled(xincai, id, 'REPLY', { version: 1, text: '本县未发现' })
    expect(await waitingAt(id)).toEqual([wuzhi])
    const deadline = async (county: string) => {
      const { matters, context } = exchange.at(county)
      return (await matters.standing(context(), id))?.deadline
    }
    expect(await deadline(xincai)).toMatchObject({ dueOn: '2026-03-06', limit: { law: '息双办〔2022〕6号' } })
    exchange.clock.set('2026-03-06T16:00:00.000Z')
    for (const county of all) expect(await steps.inbox(county, 'OVERDUE')).toContain(id)
    await steps.settled(wuzhi, id, 'REPLY', { version: 1, text: '已核查' })
    expect(await deadline(xixian)).toMatchObject({ state: 'MET', late: true })
    expect((await steps.find(xixian, id))?.replies.map(({ county, text }) => [county, text])).toEqual([
      [xincai, '本县未发现'],
      [wuzhi, '已核查'],
    ])
    expect((await steps.find(xixian, id))?.reads.map(({ county }) => county)).toEqual([xincai, wuzhi])
    await expectEqualFacts(id)
  })

  it('takes further information from its sender only, and comments from all, also after it was closed', async () => {
    const id = await steps.sent()
    await exchange.settled()
    await steps.settled(xixian, id, 'FURTHER_INFORMATION', { text: '又增两件' })
    expect(await refusal(wuzhi, id, 'FURTHER_INFORMATION', { text: '我也有' })).toBe('TRANSITION_REFUSED')
    await steps.settled(xixian, id, 'CLOSE')
    await steps.settled(wuzhi, id, 'COMMENT', { text: '收到' })
    expect(await steps.find(wuzhi, id)).toMatchObject({ state: 'CLOSED' })
    expect(await waitingAt(id)).toEqual([xincai, wuzhi])
    await expectEqualFacts(id)
  })

  it('is listed by direction, type and field, and by what waits for the own county', async () => {
    const id = await steps.sent({ type: 'NEW_ISSUE', field: 'TRANSPORT' }, [xincai])
    await exchange.settled()
    const listed = async (county: string, search: Parameters<BulletinService['page']>[1]) => {
      const request = readPage({ first: 200 }, 'bulletins', {})
      const page = await steps.service(county).page(exchange.at(county).context(), search, request)
      return page.rows.map((record) => record.id)
    }
    const about = { type: 'NEW_ISSUE', field: 'TRANSPORT' } as const
    expect(await listed(xincai, { ...about, direction: 'RECEIVED', waiting: true })).toEqual([id])
    expect(await listed(xincai, { ...about, direction: 'SENT' })).toEqual([])
    expect(await listed(xixian, { ...about, direction: 'SENT', waiting: false })).toEqual([id])
    expect(await listed(wuzhi, about)).toEqual([])
    expect(await listed(xincai, { ...about, type: 'CASE' })).toEqual([])
    await steps.settled(xincai, id, 'READ', { version: 1 })
    expect(await listed(xincai, { ...about, waiting: true })).toEqual([])
  })

  it('counts for its sender how far each county has read, by the days on which it was sent', async () => {
    exchange.clock.set('2026-04-01T16:00:00.000Z')
    const counted = await steps.sent({ replyBy: '2026-04-30' })
    const corrected = await steps.sent({}, [xincai])
    const withdrawn = await steps.sent({}, [wuzhi])
    await exchange.settled()
    await steps.settled(xincai, counted, 'REPLY', { version: 1, text: '已核查' })
    await steps.settled(xincai, corrected, 'READ', { version: 1 })
    await steps.settled(xixian, corrected, 'CORRECT', { title: '标题', correction: '正文', text: '有误' })
    await steps.settled(xixian, withdrawn, 'WITHDRAW', { text: '误发' })
    const counts = (county: string, from: string, until: string) =>
      steps.service(county).readCounts(exchange.at(county).context(), from, until)
    expect(await counts(xixian, '2026-04-02', '2026-04-02')).toEqual([
      { county: wuzhi, sent: 1, read: 0, repliesWanted: 1, replied: 0 },
      { county: xincai, sent: 2, read: 1, repliesWanted: 1, replied: 1 },
    ])
    expect(await counts(xixian, '2026-04-01', '2026-04-01')).toEqual([])
    expect(await counts(xincai, '2026-04-01', '2026-04-30')).toEqual([])
    expect(await codeOf(counts(xixian, '2026-04-02', '2026-04-01'))).toBe('BAD_USER_INPUT')
  })

  it('is refused when it cannot be sent so, and names what is missing', async () => {
    const send = (draft: ReturnType<typeof sampleBulletin>) =>
      codeOf(steps.service(xixian).send(exchange.at(xixian).context(), draft))
    expect(await send(sampleBulletin({ documentNumber: null }))).toBe('BAD_USER_INPUT')
    expect(await send(sampleBulletin({}, []))).toBe('BAD_USER_INPUT')
    expect(await send(sampleBulletin({}, [xixian]))).toBe('BAD_USER_INPUT')
    expect(await send(sampleBulletin({}, ['410000']))).toBe('BAD_USER_INPUT')
    expect(await send(sampleBulletin({ replyBy: '2026-03-01' }))).toBe('TRANSITION_REFUSED')
    expect(await send(sampleBulletin({ replyBy: '2099-12-31' }))).toBe('TRANSITION_REFUSED')
    expect(await send(sampleBulletin({ title: ' ' }))).toBe('BAD_USER_INPUT')
    const whole = { ...sampleBulletin().content, documentNumber: null, fromAgency: { id: 'a', name: '虚构' } }
    expect(() => readBulletinMessage('SEND', whole)).toThrow(/"documentNumber" is missing/)
    expect(() => readBulletinMessage('SEND', { ...whole, channel: 'EMAIL' })).not.toThrow()
  })

  it('is nobody’s but its recipients’, and only agencies of the own county see it', async () => {
    const id = await steps.sent({}, [xincai])
    await exchange.settled()
    expect(await steps.find(wuzhi, id)).toBeUndefined()
    expect(await refusal(wuzhi, id, 'READ', { version: 1 })).toBe('NOT_FOUND')
    const stranger = exchange.at(xincai).context(wuzhi)
    const service = steps.service(xincai)
    expect(await codeOf(service.find(stranger, id))).toBe('AGREEMENT_MISSING')
    expect(await codeOf(service.page(stranger, {}, readPage({}, 'bulletins', {})))).toBe('AGREEMENT_MISSING')
    expect(await codeOf(service.readCounts(stranger, '2026-01-01', '2026-01-02'))).toBe('AGREEMENT_MISSING')
  })
})

describe('counties that read and correct at the same time [A12]', () => {
  const saying: Record<BulletinAction, Partial<BulletinSaying>> = {
    CORRECT: { title: '更正标题', correction: '更正正文', text: '数据有误' },
    CLOSE: {},
    WITHDRAW: { text: '误发' },
    READ: {},
    REPLY: { text: '已核查' },
    FURTHER_INFORMATION: { text: '补充' },
    COMMENT: { text: '说明' },
  }

  it('come to the same facts, in whatever order letters arrive', async () => {
    for (const county of all) exchange.cut.add(county)
    const attempt = async (county: string, id: string, action: BulletinAction) => {
      const version = (await steps.find(county, id))?.version ?? 1
      const code = await codeOf(steps.act(county, id, action, { ...saying[action], version }))
      expect(code).toMatch(/^(OK|TRANSITION_REFUSED|NOT_FOUND)$/)
    }
    const action = fc.constantFrom<BulletinAction>('READ', 'READ', 'REPLY', 'CORRECT', 'COMMENT', 'CLOSE')
    const event = fc.record({
      county: fc.constantFrom(...all),
      action,
      letters: fc.array(fc.nat(100), { maxLength: 3 }),
    })
    const property = fc.asyncProperty(fc.array(event, { maxLength: 12 }), fc.boolean(), async (events, withdraw) => {
      const id = await steps.sent({ replyBy: '2026-12-31' })
      const bag = new ByHand(exchange, all, id)
      await bag.handOverAll()
      // A read that crosses a correction, and one that crosses the end.
      await attempt(xixian, id, 'CORRECT')
      await attempt(xincai, id, 'READ')
      for (const { county, action: what, letters } of events) {
        await attempt(county, id, what)
        await bag.collect()
        for (const letter of letters) await bag.handOver(letter)
      }
      await attempt(xixian, id, withdraw ? 'WITHDRAW' : 'CLOSE')
      await attempt(wuzhi, id, 'REPLY')
      await bag.handOverAll()
      expect((await steps.facts(xixian, id)).matter).toMatchObject([{ pen: null, frozenAt: null }])
      await expectEqualFacts(id)
    })
    await fc.assert(property, { numRuns: 4 })
  }, 300_000)
})
