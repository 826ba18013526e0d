import { inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { caseEvents } from '../cases/case-event.table.ts'
import { envelopes, matters, outgoing } from '../delivery/delivery.table.ts'
import { matterDues } from '../matters/matter-due.table.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { evidenceSharings } from './evidence.table.ts'
import { EvidenceSteps, checklist, codeOf, file } from './testing/evidence-steps.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
let exchange: Exchange
let steps: EvidenceSteps

beforeAll(async () => {
  exchange = await startExchange([xixian, xincai, wuzhi])
  steps = new EvidenceSteps(exchange)
})
afterAll(() => exchange.close())

/** The piece as a county holds it. */
const heldBy = async (county: string, id: string) =>
  (await steps.facts(county)).sharings.find((sharing) => sharing.id === id)
const citationsAt = async (county: string, id: string) => steps.of(county).citations(exchange.at(county).context(), id)
/** Both counties hold the same facts of all evidence. */
async function same(): Promise<void> {
  await steps.settle()
  const of = async (county: string) => {
    const { sharings, versions, citations } = await steps.facts(county)
    const wanted = sharings.filter((row) => row.home === xixian && row.recipient === xincai)
    const between = new Set(wanted.map(({ id }) => id))
    return {
      sharings: sharings.filter(({ id }) => between.has(id)),
      versions: versions.filter(({ sharing }) => between.has(sharing)),
      citations: citations.filter(({ sharing }) => between.has(sharing)),
    }
  }
  expect(await of(xincai)).toEqual(await of(xixian))
}

describe('[A10] what was shared for a case', () => {
  /** Many pieces like one, that another county is said to have shared later for the case. */
  const flood = async (county: string, like: string, home: string, count: number) => {
    const { db } = exchange.at(county)
    const [row] = (await steps.facts(county)).sharings.filter(({ id }) => id === like)
    if (!row) throw new Error('There is no such piece.')
    const sharedAt = new Date('2026-03-09T00:00:00.000Z')
    const copies = Array.from({ length: count }, (_, index) => ({
      ...row,
      id: `${like}${home}${index}`,
      home,
      sharedAt,
    }))
    await db.insert(evidenceSharings).values(copies)
    return async () => {
      const ids = copies.map(({ id }) => id)
      await db.delete(evidenceSharings).where(inArray(evidenceSharings.id, ids))
    }
  }

  it('shows the pieces of every county, and all that are cited, whatever number one county shares', async () => {
    const [origin, own] = [await steps.fileCase(xixian), await steps.fileCase(xincai)]
    const cited = await steps.share({ case: origin })
    await steps.recognised(cited, [own])
    const uncited = await steps.share({ case: origin }, { forCase: own })
    const drain = await flood(xincai, uncited, wuzhi, 300)
    const shown = await steps.of(xincai).forCase(exchange.at(xincai).context(), own)
    await drain()
    expect(shown.length).toBe(200)
    expect(shown.map(({ id }) => id)).toEqual(expect.arrayContaining([cited, uncited]))
    const days = shown.map(({ sharedAt }) => sharedAt.getTime())
    expect(days).toEqual(days.toSorted((one, other) => other - one))
  })

  it('is refused by the sharing county itself beyond a hundred pieces of its own', async () => {
    const [origin, theirs] = [await steps.fileCase(xixian), await steps.fileCase(xincai)]
    const first = await steps.share({ case: origin }, { forCase: theirs })
    const drain = await flood(xixian, first, xixian, 99)
    const more = steps.of(xixian).share(exchange.at(xixian).context(), steps.sample(origin, {}, { forCase: theirs }))
    const refused = await codeOf(more)
    await drain()
    expect(refused).toBe('BAD_USER_INPUT')
  })
})

describe('[A10] a piece of evidence shared with another county', () => {
  it('is examined there, recognised with a reason, cited in cases, and both counties hold and show the same', async () => {
    const origin = await steps.fileCase(xixian)
    const [first, second] = [await steps.fileCase(xincai), await steps.fileCase(xincai)]
    const id = await steps.share({ case: origin }, { forCase: first })
    expect(await heldBy(xincai, id)).toMatchObject({ decision: 'SHARED', title: '现场检查笔录', forCase: first })
    expect(await steps.inboxHas(xincai, id, 'WAITING')).toBe(true)
    expect(await codeOf(steps.step(id, 'CITE', { case: first, text: '事实' }))).toBe('TRANSITION_REFUSED')
    await steps.recognised(id, [first, second])
    await steps.step(id, 'CITE', { case: first, text: '印刷了宣传册' })
    await same()
    expect(await heldBy(xixian, id)).toMatchObject({
      decision: 'RECOGNISED',
      decidedVersion: 1,
      reviewer: { name: '虚构甲', certificate: '41172901' },
      reason: '符合规定',
      review: checklist(),
    })
    const listed = (await citationsAt(xixian, id)).map(({ caseId, fact }) => [caseId, fact])
    expect(listed).toEqual([
      [first, '发布过虚假广告'],
      [second, '发布过虚假广告'],
      [first, '印刷了宣传册'],
    ])
    const lines = await steps.history(xixian, id)
    expect(lines.map(({ event }) => event)).toEqual(['SHARE', 'RECOGNISE', 'CITE', 'CITE', 'CITE'])
    expect(await steps.history(xincai, id)).toEqual(lines)
    expect(lines[0]?.text).toBe(
      '提供勘验笔录、现场笔录“现场检查笔录”（现场检查笔录），收集人虚构甲（41152801）、虚构乙（41152802），合法性审查通过，用途：证明虚假广告的发布',
    )
    expect(lines[2]?.textEn).toMatch(/^cited it in the case 411729示例立.*, to prove: 发布过虚假广告$/)
    expect(await steps.caseLines(origin)).toEqual([
      'EVIDENCE_SHARED: 向新蔡县市场监督管理局提供证据“现场检查笔录”',
      'EVIDENCE_CITED_ELSEWHERE: 新蔡县市场监督管理局援用证据“现场检查笔录”，证明：发布过虚假广告',
      'EVIDENCE_CITED_ELSEWHERE: 新蔡县市场监督管理局援用证据“现场检查笔录”，证明：发布过虚假广告',
      'EVIDENCE_CITED_ELSEWHERE: 新蔡县市场监督管理局援用证据“现场检查笔录”，证明：印刷了宣传册',
    ])
    expect(await steps.caseLines(second)).toEqual([
      'EVIDENCE_CITED: 援用息县市场监督管理局提供的证据“现场检查笔录”，证明：发布过虚假广告',
    ])
  })

  it('rests once it is recognised: neither inbox waits, and it comes up again when it is amended', async () => {
    const id = await steps.share()
    const cited = await steps.fileCase(xincai)
    expect(await steps.inboxHas(xixian, id, 'WAITING_FOR_OTHERS')).toBe(true)
    await steps.recognised(id, [cited])
    for (const county of [xixian, xincai]) {
      expect(await steps.inboxHas(county, id, 'ENDED')).toBe(true)
      expect(await steps.inboxHas(county, id, 'WAITING')).toBe(false)
    }
    await steps.amend(id, 'WITHDRAW')
    await steps.settle()
    expect(await steps.inboxHas(xincai, id, 'WAITING')).toBe(true)
    expect(await steps.inboxHas(xixian, id, 'WAITING_FOR_OTHERS')).toBe(true)
    await steps.step(id, 'REVIEW', { case: cited, outcome: 'DROPPED' })
    await steps.settle()
    expect(await steps.inboxHas(xincai, id, 'ENDED')).toBe(true)
    expect(await steps.inboxHas(xixian, id, 'ENDED')).toBe(true)
  })

  it('is verified on site by two officers where need be, and counts only then', async () => {
    const id = await steps.share()
    const cited = await steps.fileCase(xincai)
    await steps.step(id, 'VERIFY_ONSITE', { text: '需核对库存' })
    expect(await codeOf(steps.step(id, 'CITE', { case: cited, text: '事实' }))).toBe('TRANSITION_REFUSED')
    const later = { ...steps.verification(), verifiedAt: new Date('2026-03-02T03:00:00.000Z') }
    expect(await codeOf(steps.step(id, 'VERIFY', later))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(id, 'VERIFY', { ...later, verifiers: ['41172901'] }))).toBe('BAD_USER_INPUT')
    await steps.step(id, 'VERIFY', steps.verification())
    await steps.step(id, 'CITE', { case: cited, text: '事实' })
    await same()
    expect(await heldBy(xixian, id)).toMatchObject({
      decision: 'VERIFIED',
      findings: '与笔录一致',
      verifiers: [{ certificate: '41172901' }, { certificate: '41172902' }],
    })
  })

  it('is rejected with a ground and a reason, and then cited nowhere', async () => {
    const id = await steps.share()
    const cited = await steps.fileCase(xincai)
    expect(await codeOf(steps.step(id, 'REJECT'))).toBe('BAD_USER_INPUT')
    await steps.step(id, 'REJECT', { ground: 'CUSTODY', text: '封存记录缺失' })
    await same()
    expect(await heldBy(xixian, id)).toMatchObject({ decision: 'REJECTED', ground: 'CUSTODY', reason: '封存记录缺失' })
    expect(await codeOf(steps.step(id, 'CITE', { case: cited, text: '事实' }))).toBe('TRANSITION_REFUSED')
    expect(await steps.inboxHas(xincai, id, 'ENDED')).toBe(true)
    expect((await steps.history(xixian, id)).at(-1)?.text).toMatch(/不予互认，保管交接不清：封存记录缺失$/)
  })

  it('is decided and cited by its recipient only, and amended by its home county only', async () => {
    const id = await steps.share()
    expect(await codeOf(steps.step(id, 'RECOGNISE', {}, xixian))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.amend(id, 'WITHDRAW', {}, xincai))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(id, 'RECOGNISE', {}, wuzhi))).toBe('NOT_FOUND')
    const { context } = exchange.at(xincai)
    expect(await codeOf(steps.of(xincai).find(context(xixian), id))).toBe('AGREEMENT_MISSING')
    expect(await steps.of(wuzhi).find(exchange.at(wuzhi).context(), id)).toBeUndefined()
  })

  it('is cited in own cases only, before they are decided, and not twice for one fact', async () => {
    const id = await steps.share()
    await steps.recognised(id)
    const cite = (caseId: string, text = '事实') => codeOf(steps.step(id, 'CITE', { case: caseId, text }))
    expect(await cite(await steps.fileCase(xixian))).toBe('BAD_USER_INPUT')
    expect(await cite(`${xincai}:case:00000000-0000-4000-8000-000000000001`)).toBe('NOT_FOUND')
    const own = await steps.fileCase(xincai)
    expect(await cite(own)).toBe('OK')
    expect(await cite(own)).toBe('TRANSITION_REFUSED')
    await decided(own)
    expect(await cite(own, '另一事实')).toBe('TRANSITION_REFUSED')
  })

  it('is refused to be shared twice: the same file, with one county, from one case, by the id of the first', async () => {
    const origin = await steps.fileCase(xixian)
    const photo = file('现场照片', 'image/jpeg')
    const id = await steps.share({ case: origin, file: photo })
    const again = { case: origin, file: photo, recipients: [wuzhi, xincai] }
    await expect(steps.share(again)).rejects.toMatchObject({ code: 'CONFLICT', extensions: { key: id } })
    expect((await steps.facts(wuzhi)).sharings.filter(({ hash }) => hash === photo.hash)).toEqual([])
    expect(await codeOf(steps.share({ file: photo }))).toBe('OK')
    expect(await codeOf(steps.share({ ...again, recipients: [wuzhi] }))).toBe('OK')
    await steps.amend(id, 'WITHDRAW')
    expect(await codeOf(steps.share({ ...again, recipients: [xincai] }))).toBe('OK')
  })

  it('is refused without its file, before it was collected, and for a case that is not the other county’s', async () => {
    const origin = await steps.fileCase(xixian)
    const shared = (change: Parameters<typeof steps.share>[0], content = {}) =>
      codeOf(steps.share({ case: origin, ...change }, content))
    expect(await shared({ collectedAt: new Date('2026-03-03T02:00:00.000Z') })).toBe('BAD_USER_INPUT')
    expect(await shared({ collectors: ['41152801', '41999999'] })).toBe('BAD_USER_INPUT')
    expect(await shared({ recipients: [xixian] })).toBe('BAD_USER_INPUT')
    expect(await shared({ recipients: [] })).toBe('BAD_USER_INPUT')
    expect(await shared({}, { forCase: origin })).toBe('BAD_USER_INPUT')
    const goods = { evidence: 'PHYSICAL', document: 'GOODS', description: '宣传册3箱' }
    expect(await shared({}, goods)).toBe('TRANSITION_REFUSED')
    expect(await shared({ file: file('宣传册照片', 'image/png') }, goods)).toBe('OK')
    const foreign = await steps.fileCase(xincai)
    expect(await codeOf(steps.share({ case: foreign }))).toBe('BAD_USER_INPUT')
  })
})

describe('[A10] evidence that its home county withdraws or corrects', () => {
  it('tells every citing case at once, the decided one as such, and each is reviewed by itself', async () => {
    const id = await steps.share()
    const [open, closed] = [await steps.fileCase(xincai), await steps.fileCase(xincai)]
    await steps.recognised(id, [open, closed])
    await decided(closed)
    exchange.clock.set('2026-03-02T05:00:00.000Z')
    await steps.amend(id, 'WITHDRAW', { text: '检查程序违法' })
    await same()
    const flags = (await citationsAt(xincai, id)).map(({ affectedBy, decided: done }) => [
      affectedBy?.event,
      affectedBy?.at.toISOString(),
      done,
    ])
    expect(flags).toEqual([
      ['WITHDRAW', '2026-03-02T05:00:00.000Z', false],
      ['WITHDRAW', '2026-03-02T05:00:00.000Z', true],
    ])
    const told = '息县市场监督管理局撤回本案援用的证据“现场检查笔录”：检查程序违法'
    expect((await steps.caseLines(open)).at(-1)).toBe(`CITED_EVIDENCE_WITHDRAWN: ${told}`)
    expect((await steps.caseLines(closed)).at(-1)).toBe(
      `CITED_EVIDENCE_WITHDRAWN: ${told} 本案已作出处理决定，须依法审查是否纠正。`,
    )
    await steps.step(id, 'REVIEW', { case: open, outcome: 'REPLACED', replacement: '询问笔录', text: '另行取证' })
    const [replaced, waiting] = await citationsAt(xincai, id)
    expect([replaced?.affectedBy, waiting?.affectedBy?.event]).toEqual([undefined, 'WITHDRAW'])
    await steps.step(id, 'REVIEW', { case: closed, outcome: 'KEPT', text: '其他证据已足以证明' })
    await same()
    expect((await citationsAt(xixian, id)).map(({ outcome, decided: done }) => [outcome, done])).toEqual([
      ['REPLACED', false],
      ['KEPT', true],
    ])
    expect((await steps.caseLines(open)).at(-1)).toMatch(/^CITED_EVIDENCE_REVIEWED: .*以其他证据替代：另行取证$/)
    expect(await codeOf(steps.step(id, 'REVIEW', { case: open, outcome: 'KEPT' }))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.amend(id, 'CORRECT'))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(id, 'CITE', { case: open, text: '事实' }))).toBe('TRANSITION_REFUSED')
  })

  it('is examined anew when corrected: what was decided about the old version does not count for the new one', async () => {
    const id = await steps.share()
    const cited = await steps.fileCase(xincai)
    await steps.recognised(id, [cited])
    await steps.amend(id, 'CORRECT', { text: '补正检查日期' })
    await steps.settle()
    expect(await codeOf(steps.step(id, 'CITE', { case: cited, text: '另一事实' }))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(id, 'RECOGNISE', { version: 1 }))).toBe('TRANSITION_REFUSED')
    await steps.step(id, 'RECOGNISE', { version: 2 })
    await steps.step(id, 'REVIEW', { case: cited, outcome: 'KEPT' })
    await steps.step(id, 'CITE', { case: cited, text: '另一事实' })
    await same()
    expect((await citationsAt(xixian, id)).map(({ version, affectedBy }) => [version, affectedBy])).toEqual([
      [1, undefined],
      [2, undefined],
    ])
    await steps.amend(id, 'CORRECT', { text: '再次补正' })
    await same()
    expect((await citationsAt(xincai, id)).map(({ affectedBy }) => affectedBy?.version)).toEqual([3, 3])
    expect((await steps.caseLines(cited)).filter((line) => line.includes('再次补正'))).toHaveLength(1)
  })

  it('may be corrected after a rejection and decided again, and never with a file that it had before', async () => {
    const first = file('缺页笔录')
    const id = await steps.share({ file: first })
    await steps.step(id, 'REJECT', { ground: 'FORM', text: '缺页' })
    await steps.settle()
    expect(await codeOf(steps.amend(id, 'CORRECT', { file: first }))).toBe('TRANSITION_REFUSED')
    await steps.amend(id, 'CORRECT', { text: '补齐缺页' })
    await steps.settle()
    expect(await steps.inboxHas(xincai, id, 'WAITING')).toBe(true)
    await steps.step(id, 'RECOGNISE', { version: 2 })
    await same()
    expect(await heldBy(xixian, id)).toMatchObject({ decision: 'RECOGNISED', decidedVersion: 2, ground: null })
  })

  it('is withdrawn from every county in one step when asked, and grouped by piece at home', async () => {
    const origin = await steps.fileCase(xixian)
    const shared = await steps
      .of(xixian)
      .share(exchange.at(xixian).context(), steps.sample(origin, { recipients: [xincai, wuzhi] }))
    const other = await steps.share({ case: origin })
    await steps.settle()
    const pieces = await steps.of(xixian).sharedFrom(exchange.at(xixian).context(), origin)
    expect(pieces.map(({ sharings }) => sharings.map(({ recipient }) => recipient).toSorted())).toEqual(
      expect.arrayContaining([[wuzhi, xincai], [xincai]]),
    )
    const [first] = shared
    await steps.amend(first?.id ?? '', 'WITHDRAW', { everywhere: true })
    await steps.settle()
    for (const { id, recipient } of shared) expect((await heldBy(recipient, id))?.withdrawnAt).not.toBeNull()
    expect((await heldBy(xincai, other))?.withdrawnAt).toBeNull()
  })
})

describe('[A10] counties that act at the same time', () => {
  it('need not wait for each other: a citation that did not know of the withdrawal is kept and flagged at both', async () => {
    const id = await steps.share()
    await steps.recognised(id)
    const cited = await steps.fileCase(xincai)
    exchange.cut.add(xincai)
    await steps.amend(id, 'WITHDRAW')
    await steps.step(id, 'CITE', { case: cited, text: '事实' })
    exchange.cut.delete(xincai)
    await same()
    for (const county of [xixian, xincai]) {
      expect((await citationsAt(county, id)).map(({ affectedBy }) => affectedBy?.event)).toEqual(['WITHDRAW'])
      expect((await exchange.at(county).delivery.matter(exchange.at(county).db, id))?.frozenAt).toBeNull()
    }
    expect((await steps.caseLines(cited)).map((line) => line.split(':')[0])).toEqual([
      'EVIDENCE_CITED',
      'CITED_EVIDENCE_WITHDRAWN',
    ])
    expect(await steps.inboxHas(xincai, id, 'WAITING')).toBe(true)
  })

  it('cannot recognise a version that was corrected meanwhile: the new one waits to be examined', async () => {
    const id = await steps.share()
    exchange.cut.add(xincai)
    await steps.amend(id, 'CORRECT')
    await steps.step(id, 'RECOGNISE')
    exchange.cut.delete(xincai)
    await same()
    expect(await heldBy(xincai, id)).toMatchObject({ decision: 'RECOGNISED', decidedVersion: 1, version: 2 })
    expect(await steps.inboxHas(xincai, id, 'WAITING')).toBe(true)
  })
})

describe('[A10] a county that was restored from a backup', () => {
  it('gets its citations and what affects them back from the other, in whatever order they were written', async () => {
    const id = await steps.share()
    const cited = await steps.fileCase(xincai)
    await steps.recognised(id, [cited])
    exchange.cut.add(xincai)
    await steps.amend(id, 'WITHDRAW')
    await steps.step(id, 'CITE', { case: cited, text: '另一事实' })
    exchange.cut.delete(xincai)
    await same()
    const lines = (await steps.caseLines(cited)).toSorted()
    const { db, delivery } = exchange.at(xincai)
    for (const table of [outgoing, envelopes, matters, evidenceSharings, matterDues, caseEvents]) await db.delete(table)
    await delivery.compareWithAll()
    const open = async () => (await delivery.history(db, id)).filter(({ status }) => status === 'APPLIED').length
    await expect.poll(open, { timeout: 60_000 }).toBe(5)
    await vi.waitFor(() => same(), { timeout: 60_000, interval: 200 })
    expect((await citationsAt(xincai, id)).every(({ affectedBy }) => affectedBy?.event === 'WITHDRAW')).toBe(true)
    expect((await steps.caseLines(cited)).toSorted()).toEqual(expect.arrayContaining(lines))
    expect(await steps.inboxHas(xincai, id, 'WAITING')).toBe(true)
  })
})

describe('[A10] what other counties see of it', () => {
  it('is nothing in a case’s history: they see its steps only', async () => {
    const origin = await steps.fileCase(xixian)
    await steps.share({ case: origin })
    const { cases, context, snapshot } = { ...exchange.at(xixian), snapshot: exchange.snapshot }
    expect(snapshot.agreements.length).toBeGreaterThan(0)
    const own = await cases.history(context(), origin)
    expect(own.map(({ event }) => event)).toContain('EVIDENCE_SHARED')
    const theirs = await cases.history(context(xincai), origin)
    expect(theirs.map(({ event }) => event)).toEqual(['FILE'])
    expect(steps.of(xixian).owns(context(xincai))).toBe(false)
    expect(await codeOf(steps.of(xixian).sharedFrom(context(xincai), origin))).toBe('AGREEMENT_MISSING')
    expect(await codeOf(steps.of(xixian).citedIn(context(xincai), origin))).toBe('AGREEMENT_MISSING')
  })
})

/** Takes a case of 新蔡县 to its decision. */
async function decided(caseId: string): Promise<void> {
  const { cases, context } = exchange.at(xincai)
  for (const event of ['INVESTIGATE', 'CONCLUDE', 'REVIEW', 'DECIDE_NO_PENALTY'] as const) {
    await cases.advance(context(), caseId, event, { note: null, document: null, officers: null })
  }
}
