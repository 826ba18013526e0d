import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseEvents } from '../cases/case-event.table.ts'
import { caseLinks } from '../cases/case-link.table.ts'
import { enforcementCases } from '../cases/enforcement-case.table.ts'
import { envelopes, matters, outgoing } from '../delivery/delivery.table.ts'
import { matterDues } from '../matters/matter-due.table.ts'
import { disputeHandoverItems, jurisdictionDisputes } from './jurisdiction.table.ts'
import { DisputeExchange, provinceOver, xincai, xixian } from './testing/dispute-exchange.ts'

let steps: DisputeExchange

beforeAll(async () => {
  steps = await DisputeExchange.start([provinceOver()])
})
afterAll(() => steps.exchange.close())

describe('a county that was restored from a backup (B06)', () => {
  it('moves the case once and links it once when it gets its lost documents back', async () => {
    const { id, own, other } = await steps.raised()
    await steps.step(xincai, id, 'AGREE')
    await steps.handOver(xincai, id)
    await steps.takeOver(xixian, id)
    const before = await steps.factsOf(xincai, id)
    const moved = await steps.case(xincai, other)
    const { db, delivery, cases, context } = steps.exchange.at(xincai)
    const linked = (await steps.links(xincai)).filter(({ caseId }) => caseId === other)
    for (const table of [outgoing, envelopes, matters, disputeHandoverItems, jurisdictionDisputes, matterDues]) {
      await db.delete(table)
    }
    await db.delete(caseLinks)
    await db.update(enforcementCases).set({ stage: 'FILED', decision: null }).where(eq(enforcementCases.id, other))
    await db.delete(caseEvents).where(and(eq(caseEvents.caseId, other), eq(caseEvents.event, 'HAND_OVER')))
    await delivery.compareWithAll()
    await expect
      .poll(async () => (await steps.factsOf(xincai, id)).dispute[0]?.state, { timeout: 30_000 })
      .toBe('SETTLED')
    expect(await steps.factsOf(xincai, id)).toEqual(before)
    expect(await steps.case(xincai, other)).toEqual(moved)
    const handedOver = (await cases.history(context(), other)).filter(({ event }) => event === 'HAND_OVER')
    expect(handedOver).toHaveLength(1)
    expect((await steps.links(xincai)).filter(({ caseId }) => caseId === other)).toEqual(linked)
    expect(await steps.case(xixian, own)).toMatchObject({ stage: 'FILED' })
  })
})
