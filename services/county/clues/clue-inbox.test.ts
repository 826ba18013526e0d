import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cursorOf, readPage } from '../connection/page.ts'
import { envelopes, matters } from '../delivery/delivery.table.ts'
import { type ClueExchange, startClueExchange } from './testing/clue-exchange.ts'
import { ClueSteps } from './testing/clue-steps.ts'

const [xixian, xincai] = ['411528', '411729'] as const
let exchange: ClueExchange
let steps: ClueSteps

beforeAll(async () => {
  exchange = await startClueExchange([xixian, xincai])
  steps = new ClueSteps(exchange)
})
afterAll(() => exchange.close())
afterEach(() => steps.clear([xixian, xincai]))

describe('the inbox (A04, A17)', () => {
  it('shows in pages every matter once, that with the latest change first', async () => {
    const ids: string[] = []
    for (let day = 2; day < 7; day += 1) {
      exchange.clock.set(`2026-03-0${day}T02:00:00.000Z`)
      ids.push(await steps.sent())
    }
    exchange.clock.set('2026-03-08T02:00:00.000Z')
    const [first] = ids
    await steps.note(xixian, first ?? '', 'REMIND')
    const wanted = [first, ...ids.slice(1).toReversed()]
    expect(await steps.inbox(xincai, 'WAITING')).toEqual(wanted)
    expect(await steps.inbox(xixian)).toEqual(wanted)
    const { matters: service, context } = exchange.at(xincai)
    const seen: string[] = []
    let after: string | undefined
    do {
      const request = readPage({ first: 2, after }, 'inbox', {})
      const page = await service.inbox(context(), undefined, request)
      seen.push(...page.rows.map(({ matter }) => matter.id))
      const last = page.rows.at(-1)
      after = page.hasNextPage && last ? cursorOf(request, last.changedAt.toISOString(), last.matter.id) : undefined
    } while (after !== undefined)
    expect(seen).toEqual(wanted)
  })

  it('shows under REFUSED what stands frozen and what holds a refused document, and nothing else', async () => {
    const [frozen, refused, sound] = [await steps.sent(), await steps.sent(), await steps.sent()]
    const { db } = exchange.at(xincai)
    const at = new Date('2026-03-02T03:00:00.000Z')
    await db
      .update(matters)
      .set({ frozenAt: at, frozenReason: 'REFUSED', frozenBy: xixian })
      .where(eq(matters.id, frozen))
    await db.update(envelopes).set({ status: 'REFUSED' }).where(eq(envelopes.matter, refused))
    expect((await steps.inbox(xincai, 'REFUSED')).toSorted()).toEqual([frozen, refused].toSorted())
    expect(await steps.inbox(xincai, 'WAITING')).not.toContain(frozen)
    expect(await steps.inbox(xincai, 'WAITING')).toContain(sound)
    await db.update(envelopes).set({ status: 'APPLIED' }).where(eq(envelopes.matter, refused))
  })

  it('moves a matter from who waits to who is waited for, and in the end to nobody', async () => {
    const id = await steps.verifying()
    const where = async (county: string) => {
      const found: string[] = []
      for (const state of ['WAITING', 'WAITING_FOR_OTHERS', 'ENDED'] as const) {
        if ((await steps.inbox(county, state)).includes(id)) found.push(state)
      }
      return found
    }
    expect([await where(xixian), await where(xincai)]).toEqual([['WAITING_FOR_OTHERS'], ['WAITING']])
    await steps.step(xincai, id, 'DECLINE_FILING', { text: '证据不足', approvedBy: '虚构局长' })
    await steps.step(xincai, id, 'GIVE_FEEDBACK', { text: '不予立案' })
    expect([await where(xixian), await where(xincai)]).toEqual([['ENDED'], ['ENDED']])
  })

  it('leaves out of the late lists what was decided in time, however old it is', async () => {
    const id = await steps.verifying()
    await steps.step(xincai, id, 'DECLINE_FILING', { text: '证据不足', approvedBy: '虚构局长' })
    exchange.clock.set('2026-06-01T02:00:00.000Z')
    expect(await steps.inbox(xincai, 'OVERDUE')).toEqual([])
    expect(await steps.inbox(xincai, 'WAITING')).toContain(id)
  })
})
