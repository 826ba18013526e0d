import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage } from '../connection/page.ts'
import { AssistanceSteps } from '../assistance/testing/assistance-steps.ts'
import { BulletinSteps } from '../bulletins/testing/bulletin-steps.ts'
import { ClueTransferService } from '../clues/clue-transfer.service.ts'
import { sampleClue } from '../clues/testing/clue-exchange.ts'
import { ConsultationSteps, sampleStandard, sampleView } from '../consultations/testing/consultation-steps.ts'
import type { EnvelopePayload } from '../delivery/contract.ts'
import { EvidenceSteps } from '../evidence/testing/evidence-steps.ts'
import { type Exchange, startExchange } from './testing/exchange.ts'
import { Forge } from './testing/forge.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const someone = { name: '虚构甲', certificate: '41172901' }
const file = { hash: 'a'.repeat(64), size: 1, mediaType: 'text/plain', name: '示例.txt' }
let exchange: Exchange
let forge: Forge
let assistance: AssistanceSteps
let bulletins: BulletinSteps
let consultations: ConsultationSteps
let evidence: EvidenceSteps

beforeAll(async () => {
  exchange = await startExchange([xixian, xincai, wuzhi])
  forge = new Forge(exchange)
  assistance = new AssistanceSteps(exchange)
  bulletins = new BulletinSteps(exchange)
  consultations = new ConsultationSteps(exchange)
  evidence = new EvidenceSteps(exchange)
})
afterAll(() => exchange.close())

async function openingOf(matter: string): Promise<EnvelopePayload> {
  await exchange.settled()
  const { db, delivery } = exchange.at(xixian)
  const [first] = await delivery.history(db, matter)
  if (!first) throw new Error('There is no such matter.')
  return first.payload
}

const idOf = (ids: Readonly<Record<string, string>>): string => ids[xincai] ?? ''

describe('an envelope that is signed as it should be, and says what no database takes', () => {
  const strange: Record<string, (payload: EnvelopePayload) => Partial<EnvelopePayload>> = {
    'a zero byte in the name of a file': () => ({ attachments: [{ ...file, name: 'a\u0000b' }] }),
    'half a character in the name of a file': () => ({ attachments: [{ ...file, name: '\ud800' }] }),
    'a zero byte in the type of a file': () => ({ attachments: [{ ...file, mediaType: 'text/\u0000' }] }),
    'a zero byte in who acted': ({ actor }) => ({ actor: { ...actor, name: '\u0000' } }),
    'the year 0': () => ({ at: '0000-01-01T00:00:00.000Z' }),
    'a number that is none': () => ({ sequence: 2 ** 40 }),
  }
  it.each(Object.entries(strange))('is refused for good, not tried for ever: %s', async (_, change) => {
    const matters = [
      idOf(await assistance.issued()),
      await evidence.share(),
      await consultations.opened(),
      await bulletins.sent(),
    ]
    for (const matter of matters) {
      const forged = await forge.opening(await openingOf(matter), change)
      expect(await forge.handTo(xincai, forged)).toBe('MALFORMED')
    }
  })

  it('is refused for good also where nobody can be held to it', async () => {
    const like = await openingOf(await bulletins.sent())
    const odd = { ...like, '\u0000': 1, seen: { '\u0000': 1 } } as unknown as EnvelopePayload
    const member = await forge.opening(odd, () => ({}))
    expect(await forge.handTo(xincai, member)).toBe('MALFORMED')
    const named = await forge.opening(like, () => ({ matter: `${like.matter}\u0000` }))
    expect(await forge.handTo(xincai, named)).toBe('MALFORMED')
    const { jws, payload } = await forge.opening(like, () => ({}))
    for (const letters of ['.\u0000', '.\ud800', '.!']) {
      expect(await forge.handTo(xincai, { jws: jws.replace('.', letters), payload })).toBe('SIGNATURE_INVALID')
    }
  })

  it('is refused for moments and days that no calendar counts', async () => {
    const piece = await openingOf(await evidence.share())
    const bulletin = await openingOf(await bulletins.sent())
    for (const year of ['0000', '0001', '9999']) {
      const [day, collectedAt] = [`${year}-12-31`, `${year}-12-31T23:59:59.999Z`]
      const shared = await forge.opening(piece, ({ body }) => ({ body: { ...body, collectedAt } }))
      expect(await forge.handTo(xincai, shared)).toBe('BODY_INVALID')
      const told = await forge.opening(bulletin, ({ body }) => ({ body: { ...body, replyBy: day } }))
      expect(await forge.handTo(xincai, told)).toBe('BODY_INVALID')
    }
  })
})

describe('a county that says when it received a letter', () => {
  const received = async (receivedAt: string) => {
    exchange.cut.add(xincai)
    const matter = idOf(await assistance.issued())
    exchange.cut.delete(xincai)
    const body = { receivedAt, receivedBy: someone }
    return forge.handTo(xixian, await forge.next(xincai, xixian, { matter, event: 'RECEIVE', body }))
  }

  it('[A07] cannot stop the inbox of the other, whatever moment it names', async () => {
    for (const year of ['0000', '0001', '9999']) {
      expect(await received(`${year}-12-31T23:59:59.999Z`)).toBe('BODY_INVALID')
    }
    const { matters, context } = exchange.at(xixian)
    const page = await matters.inbox(context(), 'OVERDUE', readPage({ first: 200 }, 'inbox', {}))
    for (const { matter } of page.rows) await matters.standing(context(), matter.id)
  })

  it('[A07] cannot put off its limit by a receipt that is still to come', async () => {
    expect(await received('2026-03-02T02:00:00.000Z')).toBe('ACCEPTED')
    expect(await received('2026-03-02T02:00:00.001Z')).toBe('RULE_BROKEN')
  })

  it('[A05] cannot put off the limit of its verification so either', async () => {
    const { parts, delivery, matters, context } = exchange.at(xixian)
    const clues = new ClueTransferService(parts, delivery, matters)
    exchange.cut.add(xincai)
    const { id } = await clues.draft(context(), undefined, sampleClue({ subject: null }))
    await clues.send(context(), id, { number: '息移1号', certificate: null, attachments: [] })
    exchange.cut.delete(xincai)
    const body = { receivedAt: '2026-03-02T02:00:00.001Z', takenOverBy: someone, differences: [] }
    const forged = await forge.next(xincai, xixian, { matter: id, event: 'RECEIVE', body })
    expect(await forge.handTo(xixian, forged)).toBe('RULE_BROKEN')
  })
})

describe('a county that speaks of what it says it has not seen', () => {
  /** The envelope says that its sender had seen nothing but the opening. */
  const blind = async (matter: string, event: string, body: Record<string, unknown>) => {
    const { payload } = await forge.next(xincai, xixian, { matter, event, body })
    const { db, delivery } = exchange.at(xixian)
    const [first] = await delivery.history(db, matter)
    return forge.sign({ ...payload, seen: { [xixian]: { sequence: 1, hash: first?.hash ?? '' } } })
  }

  it('[A11] cannot make two others disagree about a consultation: both refuse its answer, whatever they hold', async () => {
    const id = await consultations.opened()
    await exchange.settled()
    await consultations.settled(wuzhi, id, 'ENTER_STANDARD', { standard: sampleStandard() })
    await consultations.settled(xincai, id, 'ENTER_STANDARD', { standard: sampleStandard() })
    exchange.cut.add(wuzhi)
    await consultations.act(xixian, id, 'PROPOSE', { view: sampleView() })
    const answer = await blind(id, 'AGREE', { proposal: 1, note: null })
    const answers = [await forge.handTo(xixian, answer), await forge.handTo(wuzhi, answer)]
    exchange.cut.delete(wuzhi)
    expect(answers).toEqual(['RULE_BROKEN', 'RULE_BROKEN'])
  })

  it('[A12] cannot make two others disagree about who has read a bulletin', async () => {
    const id = await bulletins.sent()
    await exchange.settled()
    exchange.cut.add(wuzhi)
    await bulletins.act(xixian, id, 'CORRECT', { title: '更正', correction: '更正后的内容', text: '笔误' })
    const read = await blind(id, 'READ', { version: 2 })
    const answers = [await forge.handTo(xixian, read), await forge.handTo(wuzhi, read)]
    exchange.cut.delete(wuzhi)
    expect(answers[0]).toBe(answers[1])
  })
})

describe('a county that signs two histories', () => {
  it('[A10] does not keep evidence from being withdrawn from all others in one step', async () => {
    const origin = await evidence.fileCase(xixian)
    const context = exchange.at(xixian).context()
    const sample = evidence.sample(origin, { recipients: [xincai, wuzhi] })
    const shared = await evidence.of(xixian).share(context, sample)
    await exchange.settled()
    const idFor = (county: string) => shared.find(({ recipient }) => recipient === county)?.id ?? ''
    const say = (text: string) =>
      forge.next(xincai, xixian, { matter: idFor(xincai), event: 'COMMENT', body: { text } })
    exchange.cut.add(xincai)
    const [one, other] = [await say('一'), await say('二')]
    expect([await forge.handTo(xixian, one), await forge.handTo(xixian, other)]).toEqual(['ACCEPTED', 'FORK'])
    await evidence.amend(idFor(wuzhi), 'WITHDRAW', { everywhere: true })
    await exchange.settled()
    expect((await evidence.of(wuzhi).find(exchange.at(wuzhi).context(), idFor(wuzhi)))?.withdrawnAt).not.toBeNull()
    const alone = evidence.amend(idFor(xincai), 'WITHDRAW', {})
    await expect(alone).rejects.toMatchObject({ code: 'CONFLICT' })
  })
})
