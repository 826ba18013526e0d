import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseEventKind } from '../cases/enforcement-case.machine.ts'
import { penalties } from '../credit/penalty.table.ts'
import { DisputeExchange, codeOf, province, provinceOver, xincai, xixian } from './testing/dispute-exchange.ts'

let steps: DisputeExchange

beforeAll(async () => {
  steps = await DisputeExchange.start([provinceOver()])
})
afterAll(() => steps.exchange.close())

const nothing = { note: null, document: null, officers: null }

/** A step of a county's case, with why a penalty is no second fine. */
async function advance(county: string, id: string, event: CaseEventKind, confirmation: string | null = null) {
  const { cases, context } = steps.exchange.at(county)
  return cases.advance(context(), id, event, { ...nothing, confirmation })
}

/** Takes a case to where a penalty is decided. */
async function notified(county: string, id: string): Promise<void> {
  for (const event of ['INVESTIGATE', 'CONCLUDE', 'REVIEW', 'NOTIFY'] as const) await advance(county, id, event)
}

/** What a county is told of a case. */
async function conflicts(county: string, id: string, from = county): Promise<string[]> {
  const { cases, context } = steps.exchange.at(county)
  return (await cases.conflicts(context(from), id)).map(({ kind }) => kind)
}

describe('no second fine for one act (B05, 行政处罚法 art. 29)', () => {
  it('is warned of from the filing on while a dispute is open, and a penalty needs a reason that is kept', async () => {
    const { id, own } = await steps.raised()
    expect(await conflicts(xixian, own)).toEqual(['DISPUTE_OPEN'])
    const later = await steps.fileCase(xixian)
    expect(await conflicts(xixian, later)).toEqual(['DISPUTE_OPEN'])
    await notified(xixian, own)
    expect(await codeOf(advance(xixian, own, 'DECIDE_PENALTY'))).toBe('CONFIRMATION_REQUIRED')
    expect(await codeOf(advance(xixian, own, 'DECIDE_PENALTY', ' '))).toBe('BAD_USER_INPUT')
    expect(await steps.case(xixian, own)).toMatchObject({ stage: 'NOTIFIED', decision: null })
    await advance(xixian, own, 'DECIDE_PENALTY', '系另一次违法行为')
    const { cases, context } = steps.exchange.at(xixian)
    expect((await cases.history(context(), own)).at(-1)).toMatchObject({ confirmation: '系另一次违法行为' })
    await steps.step(xincai, id, 'END_CONSULTATION')
    expect(await conflicts(xixian, own)).toEqual([])
    expect(await conflicts(xixian, later)).toEqual(['OWN_CASE'])
  })

  it('is refused to whom the designation is against, whatever it says, and free to whom it is for', async () => {
    const { id, own, other } = await steps.raised()
    await notified(xincai, other)
    await steps.step(xincai, id, 'ESCALATE')
    await steps.step(province, id, 'DESIGNATE', { county: xincai, number: '豫〔2026〕3号', date: '2026-03-09' })
    expect(await codeOf(advance(xixian, own, 'INVESTIGATE'))).toBe('TRANSITION_REFUSED')
    expect(await conflicts(xixian, own)).toContain('DISPUTE_DECIDED')
    expect(await conflicts(xincai, other)).toEqual(['DISPUTE_OPEN'])
    await steps.handOver(xixian, id)
    await steps.takeOver(xincai, id)
    expect(await codeOf(advance(xixian, own, 'DECIDE_PENALTY', '系另一次违法行为'))).toBe('TRANSITION_REFUSED')
    await advance(xixian, own, 'CLOSE')
    expect(await steps.case(xixian, own)).toMatchObject({ stage: 'CLOSED', decision: 'TRANSFER_ADMINISTRATIVE' })
    expect(await conflicts(xincai, other)).toEqual([])
    await advance(xincai, other, 'DECIDE_PENALTY')
    expect(await steps.case(xincai, other)).toMatchObject({ decision: 'PENALTY' })
  })

  it('warns of a fine that is on the county’s books for the same subject and act', async () => {
    const { db } = steps.exchange.at(xincai)
    await db.insert(penalties).values({
      id: `${xincai}:penalty:00000000-0000-4000-8000-000000000001`,
      documentNumber: '新市监罚〔2025〕9号',
      subjectCode: '91411528MADE000117',
      subjectName: '虚构安心示例食品有限公司',
      subjectKind: '法人及非法人组织',
      act: '发布虚假广告',
      facts: '虚构',
      basis: '虚构',
      kind: '罚款',
      content: '罚款',
      fine: '1.000000',
      decidedOn: '2025-12-01',
      organ: '新蔡县市场监督管理局',
      contentHash: 'x',
      updatedAt: new Date('2025-12-01T00:00:00Z'),
    })
    const id = await steps.fileCase(xincai)
    expect(await conflicts(xincai, id)).toContain('PENALTY')
  })

  it('warns of a clue about it that another county has, until it comes back', async () => {
    const { clue, id } = await steps.objected()
    const own = await steps.fileCase(xixian)
    expect(await conflicts(xixian, own)).toEqual(expect.arrayContaining(['CLUE_SENT', 'DISPUTE_OPEN']))
    await steps.step(xixian, id, 'AGREE')
    await steps.handOver(xincai, id)
    expect(await steps.clue(xixian, clue)).toMatchObject({ state: 'RETURNED' })
    expect(await conflicts(xixian, own)).not.toContain('CLUE_SENT')
  })
})
