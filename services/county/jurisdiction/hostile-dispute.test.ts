import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseEventKind } from '../cases/enforcement-case.machine.ts'
import type { EnvelopePayload } from '../delivery/contract.ts'
import { startExchange } from '../matters/testing/exchange.ts'
import { Forge } from '../matters/testing/forge.ts'
import {
  DisputeExchange,
  codeOf,
  province,
  provinceOver,
  scan,
  wuzhi,
  xincai,
  xixian,
} from './testing/dispute-exchange.ts'

let steps: DisputeExchange
let forge: Forge

/** The province's node is over 武陟县 alone; of the two others the superior decides on paper. */
beforeAll(async () => {
  const node = provinceOver()
  const superiors = [
    { ...node, id: 'elsewhere', over: node.over.filter(({ county }) => county === wuzhi) },
    { ...provinceOver({ node: false }), over: node.over.filter(({ county }) => county !== wuzhi) },
  ]
  const exchange = await startExchange([xixian, xincai, wuzhi, province], (snapshot) => ({
    ...snapshot,
    superiors,
    agencies: snapshot.agencies.map((agency) => ({ ...agency, system: 'MARKET_REGULATION' })),
  }))
  steps = new DisputeExchange(exchange)
  forge = new Forge(exchange)
}, 120_000)
afterAll(() => steps.exchange.close())

const advance = (county: string, id: string, event: CaseEventKind, confirmation: string | null = null) => {
  const { cases, context } = steps.exchange.at(county)
  return codeOf(cases.advance(context(), id, event, { note: null, document: null, officers: null, confirmation }))
}
const raising = async (id: string): Promise<EnvelopePayload> => {
  const { db, delivery } = steps.exchange.at(xixian)
  const [first] = await delivery.history(db, id)
  if (!first) throw new Error('The dispute has no history.')
  return first.payload
}

describe('a county that claims jurisdiction by itself (B05, B06)', () => {
  it('stops another’s case by a paper that it records only as long as that county does not contest it', async () => {
    const { id, other } = await steps.raised({ directly: true })
    const notice = { county: xixian, number: '虚构〔2026〕1号', date: '2026-03-03', attachments: [scan] }
    await steps.step(xixian, id, 'RECORD_DESIGNATION', notice)
    expect(await advance(xincai, other, 'INVESTIGATE')).toBe('TRANSITION_REFUSED')
    await steps.note(xincai, id, 'CONTEST_DESIGNATION', '未收到该通知书')
    for (const event of ['INVESTIGATE', 'CONCLUDE', 'REVIEW', 'NOTIFY'] as const) {
      expect(await advance(xincai, other, event)).toBe('OK')
    }
    expect(await advance(xincai, other, 'DECIDE_PENALTY')).toBe('CONFIRMATION_REQUIRED')
    await steps.note(xincai, id, 'CONFIRM_DESIGNATION', '经核实，通知书属实')
    expect(await advance(xincai, other, 'DECIDE_PENALTY', '指定管辖通知书不实')).toBe('TRANSITION_REFUSED')
  })

  it('does not stop another’s case by the word of a node that is over neither of them', async () => {
    const { id, other } = await steps.raised()
    const superior = { id: 'elsewhere', name: '示例省市场监督管理局', node: province }
    const forged = await forge.opening(await raising(id), ({ body }) => ({
      event: 'RAISE_DIRECTLY',
      recipients: [xincai, province],
      body: { ...body, superior, follows: null },
    }))
    for (const each of [xincai, province]) expect(await forge.handTo(each, forged)).toBe('ACCEPTED')
    const { matter } = forged.payload
    const said = { number: '虚构〔2026〕2号', date: '2026-03-03', county: xixian, reason: '理由', receivedAt: null }
    const designated = await forge.next(province, xincai, { matter, event: 'DESIGNATE', body: said })
    expect(await forge.handTo(xincai, designated)).toBe('ACCEPTED')
    expect(await steps.dispute(xincai, matter)).toMatchObject({ state: 'DESIGNATED', outcome: xixian })
    expect(await advance(xincai, other, 'INVESTIGATE')).toBe('OK')
  })
})

describe('a county that names a dispute of two others (B06)', () => {
  it('cannot keep them from going on by a dispute that says to follow theirs', async () => {
    const { id, other } = await steps.raised()
    const forged = await forge.opening(await raising(id), ({ matter, body }) => ({
      matter: matter.replace(/^\d{6}/, wuzhi),
      sender: wuzhi,
      recipients: [xincai],
      event: 'RAISE_DIRECTLY',
      body: {
        ...body,
        claim: { ...(body['claim'] as object), case: other.replace(/^\d{6}/, wuzhi) },
        county: wuzhi,
        superior: { id: 'province', name: '示例省市场监督管理局', node: null },
        follows: id,
      },
    }))
    expect(await forge.handTo(xincai, forged)).toBe('ACCEPTED')
    expect(await codeOf(steps.step(xincai, id, 'AGREE'))).toBe('OK')
  })
})
