import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ByHand } from '../matters/testing/by-hand.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { isOfChair } from './consultation.kind.ts'
import type { ConsultationAction, ConsultationSaying } from './consultation.service.ts'
import { ConsultationSteps, sampleStandard, sampleView } from './testing/consultation-steps.ts'

const all = ['411528', '411729', '410823'] as const
const runs = 4
let exchange: Exchange
let steps: ConsultationSteps

beforeAll(async () => {
  exchange = await startExchange(all)
  for (const county of all) exchange.cut.add(county)
  steps = new ConsultationSteps(exchange)
})
afterAll(() => exchange.close())

const anyCounty = fc.constantFrom(...all)
const act = fc.record({
  kind: fc.constant('act' as const),
  county: anyCounty,
  action: fc.constantFrom<ConsultationAction>(
    'ENTER_STANDARD',
    'PROPOSE',
    'PROPOSE',
    'AGREE',
    'AGREE',
    'OBJECT',
    'COMMENT',
    'HAND_OVER',
    'CONCLUDE',
  ),
  to: anyCounty,
})
const handOver = fc.record({ kind: fc.constant('hand over' as const), which: fc.nat(1_000) })

const part = fc.array(fc.oneof(act, handOver, handOver), { maxLength: 8 })

it('[A11] several counties that write at the same time come to the same facts, in whatever order letters arrive', async () => {
  const property = fc.asyncProperty(part, part, part, async (collecting, answering, afterwards) => {
    const id = await steps.opened()
    const letters = new ByHand(exchange, all, id)
    const play = async (events: typeof collecting) => {
      for (const event of events) {
        await letters.collect()
        if (event.kind === 'hand over') await letters.handOver(event.which)
        else await attempt(event.county, id, event.action, event.to)
      }
    }
    const everybody = async (action: ConsultationAction) => {
      await letters.handOverAll()
      for (const county of all) await attempt(county, id, action, county)
    }
    // The others have not received what the chair does when they write.
    const chair = async (action: ConsultationAction, meanwhile: ConsultationAction) => {
      await letters.handOverAll()
      await attempt(all[0], id, action, all[0])
      for (const county of all) await attempt(county, id, meanwhile, county)
    }
    await letters.handOverAll()
    await play(collecting)
    await everybody('ENTER_STANDARD')
    await chair('PROPOSE', 'ENTER_STANDARD')
    await play(answering)
    await chair('PROPOSE', 'OBJECT')
    await everybody('AGREE')
    await chair('CONCLUDE', 'ENTER_STANDARD')
    await play(afterwards)
    await letters.handOverAll()
    const ours = await steps.facts(all[0], id)
    expect(ours.consultation).toMatchObject([{ state: 'CONCLUDED' }])
    expect(ours.matter).toMatchObject([{ pen: null, frozenAt: null }])
    for (const other of all) expect(await steps.facts(other, id)).toEqual(ours)
  })
  await fc.assert(property, { numRuns: runs })
}, 300_000)

/** Does it if this county may, by what it holds itself; what only the chair may do, the chair does. */
async function attempt(given: string, id: string, action: ConsultationAction, to: string): Promise<void> {
  const records = await Promise.all(all.map((each) => steps.find(each, id)))
  const seated = all.find((each, index) => records[index]?.chair === each) ?? given
  const from = isOfChair(action) ? seated : given
  const proposal = records[all.findIndex((each) => each === from)]?.proposal ?? 0
  const said: Partial<ConsultationSaying> = {
    proposal,
    to,
    text: '说明',
    standard: sampleStandard(),
    view: sampleView(),
  }
  try {
    await steps.act(from, id, action, said)
  } catch (error) {
    expect((error as { code: string }).code).toMatch(/^(TRANSITION_REFUSED|NOT_FOUND|BAD_USER_INPUT)$/)
  }
}
