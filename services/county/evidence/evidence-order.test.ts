import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ByHand } from '../matters/testing/by-hand.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { amendmentsOf } from './evidence-step.ts'
import { affecting, mustAct, stateOf } from './evidence.machine.ts'
import { EvidenceSteps, codeOf } from './testing/evidence-steps.ts'

const [home, recipient] = ['411528', '411729'] as const
const both = [home, recipient]
const runs = 12
let exchange: Exchange
let steps: EvidenceSteps
let cases: string[]

beforeAll(async () => {
  exchange = await startExchange(both)
  for (const county of both) exchange.cut.add(county)
  steps = new EvidenceSteps(exchange)
  cases = [await steps.fileCase(recipient), await steps.fileCase(recipient)]
})
afterAll(() => exchange.close())

const anyCase = fc.nat(1)
const event = fc.oneof(
  fc.record({ act: fc.constantFrom('RECOGNISE', 'VERIFY_ONSITE', 'VERIFY', 'REJECT' as const) }),
  fc.record({ act: fc.constant('CITE' as const), which: anyCase }),
  fc.record({ act: fc.constant('CITE' as const), which: anyCase }),
  fc.record({ act: fc.constant('REVIEW' as const), which: anyCase, outcome: fc.constantFrom('KEPT', 'DROPPED') }),
  fc.record({ act: fc.constant('CORRECT' as const) }),
  fc.record({ act: fc.constant('WITHDRAW' as const) }),
  fc.record({ act: fc.constant('HAND_OVER' as const), which: fc.nat(1_000) }),
  fc.record({ act: fc.constant('HAND_OVER' as const), which: fc.nat(1_000) }),
)
type Event = typeof event extends fc.Arbitrary<infer Each> ? Each : never

/** All facts of one piece at a county. */
async function factsAt(county: string, id: string) {
  const { sharings, versions, citations } = await steps.facts(county)
  const sharing = sharings.find((row) => row.id === id)
  if (!sharing) throw new Error('The piece is not here.')
  return {
    sharing,
    versions: versions.filter((row) => row.sharing === id),
    citations: citations.filter((row) => row.sharing === id),
  }
}

/** Says whether the county's own rules let the event through; a refused one leaves no trace. */
async function attempt(id: string, given: Event, serial: number): Promise<unknown> {
  switch (given.act) {
    case 'CORRECT':
    case 'WITHDRAW':
      return codeOf(steps.amend(id, given.act))
    case 'CITE':
      return codeOf(steps.step(id, 'CITE', { case: cases[given.which] ?? '', text: `事实${serial}` }))
    case 'REVIEW':
      return codeOf(steps.step(id, 'REVIEW', { case: cases[given.which] ?? '', outcome: given.outcome }))
    case 'HAND_OVER':
      return undefined
    default: {
      const { version } = (await factsAt(recipient, id)).sharing
      const step = { ...steps.verification(), version, ground: 'FORM', text: `理由${serial}` }
      return codeOf(steps.step(id, given.act, step))
    }
  }
}

it('[A10] two counties that act at the same time come to the same facts, in whatever order letters arrive', async () => {
  const property = fc.asyncProperty(fc.array(event, { minLength: 4, maxLength: 14 }), async (events) => {
    const id = await steps.share()
    const letters = new ByHand(exchange, both, id)
    await letters.handOverAll()
    await steps.recognised(id)
    const codes = new Set<unknown>()
    for (const [serial, each] of events.entries()) {
      await letters.collect()
      if (each.act === 'HAND_OVER') await letters.handOver(each.which)
      else codes.add(await attempt(id, each, serial))
    }
    await letters.handOverAll()
    for (const code of codes) expect(['OK', 'TRANSITION_REFUSED']).toContain(code)
    const ours = await factsAt(home, id)
    expect(await factsAt(recipient, id)).toEqual(ours)
    const { sharing, versions, citations } = ours
    const state = stateOf({ ...sharing, withdrawn: sharing.withdrawnAt !== null })
    const amendments = amendmentsOf(versions)
    for (const county of both) {
      const matter = await exchange.at(county).delivery.matter(exchange.at(county).db, id)
      expect(matter).toMatchObject({ pen: recipient, frozenAt: null })
      const waiting = await steps.inboxHas(county, id, county === recipient ? 'WAITING' : 'WAITING_FOR_OTHERS')
      expect(waiting).toBe(mustAct(state, citations, amendments))
    }
    // Each citing case was told of each amendment that it did not know and was not given up before.
    for (const citation of citations) {
      const lines = await steps.caseLines(citation.caseId)
      for (const { text } of affecting(citation, amendments)) {
        expect(lines.some((line) => line.startsWith('CITED_EVIDENCE_') && line.includes(text ?? ''))).toBe(true)
      }
    }
  })
  await fc.assert(property, { numRuns: runs })
})
