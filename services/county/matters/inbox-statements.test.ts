import { graphql } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../../platform/database.ts'
import { AssistanceSteps } from '../assistance/testing/assistance-steps.ts'
import { BulletinSteps } from '../bulletins/testing/bulletin-steps.ts'
import { ClueTransferService } from '../clues/clue-transfer.service.ts'
import { sampleClue } from '../clues/testing/clue-exchange.ts'
import { ConsultationSteps } from '../consultations/testing/consultation-steps.ts'
import { EvidenceSteps } from '../evidence/testing/evidence-steps.ts'
import { buildCountySubgraph } from '../schema.ts'
import { type Exchange, startExchange } from './testing/exchange.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const rounds = 10
const kinds = ['AssistanceRequest', 'Bulletin', 'ClueTransfer', 'Consultation', 'EvidenceSharing'] as const
let exchange: Exchange

beforeAll(async () => {
  exchange = await startExchange([xixian, xincai, wuzhi])
  for (const county of [xincai, wuzhi]) exchange.cut.add(county)
  const { parts, delivery, matters, context } = exchange.at(xixian)
  const clues = new ClueTransferService(parts, delivery, matters)
  const [assistance, evidence] = [new AssistanceSteps(exchange), new EvidenceSteps(exchange)]
  const [consultations, bulletins] = [new ConsultationSteps(exchange), new BulletinSteps(exchange)]
  for (let round = 0; round < rounds; round += 1) {
    exchange.clock.set(`2026-03-02T03:0${round}:00.000Z`)
    const draft = await clues.draft(context(), undefined, sampleClue({ subject: null }))
    await clues.send(context(), draft.id, { number: `息移${round}号`, certificate: null, attachments: [] })
    await assistance.issued()
    await evidence.share()
    await consultations.opened()
    await bulletins.sent()
  }
}, 300_000)
afterAll(() => exchange.close())

/** A database that counts the statements that are asked of it. */
function counting(db: Database, count: { statements: number }): Database {
  return new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name === 'select' || name === 'execute') count.statements += 1
      return (value as (...given: unknown[]) => unknown).bind(target)
    },
  })
}

it('[A04, A06, A10–A12] the inbox asks about as many statements for fifty matters of five kinds as for five, histories included', async () => {
  const { parts, delivery, context } = exchange.at(xixian)
  const count = { statements: 0 }
  const counted = { ...parts, db: counting(parts.db, count) }
  const { schema } = await buildCountySubgraph(counted, delivery, undefined as never)
  const source = `query ($first: Int) { inbox(first: $first) { nodes {
    __typename id stateLabel changedAt history { label textEn receipts { state } } parties { code } nextActor { duty } deadline { dueOn }
    ... on ClueTransfer { items { name } tests { what } }
    ... on Consultation { comparison { differences } }
    ... on Bulletin { recipients { deliveredAt readAt } }
  } } }`
  const ask = async (first: number) => {
    count.statements = 0
    const { data, errors } = await graphql({ schema, source, variableValues: { first }, contextValue: context() })
    expect(errors).toBeUndefined()
    const inbox = data?.['inbox'] as { nodes: { __typename: string; history: unknown[] }[] } | undefined
    const found = kinds.map((kind) => inbox?.nodes.filter(({ __typename }) => __typename === kind).length)
    const lines = inbox?.nodes.reduce((sum, { history }) => sum + history.length, 0)
    return { statements: count.statements, found, lines }
  }
  const few = await ask(kinds.length)
  expect(few.found).toEqual(kinds.map(() => 1))
  expect(few.lines).toBe(kinds.length)
  const many = await ask(kinds.length * rounds)
  expect(many.found).toEqual(kinds.map(() => rounds))
  expect(many.lines).toBe(kinds.length * rounds)
  // Which fields wait for which differs a little from run to run; one statement for each matter would be ten times as many.
  expect(many.statements).toBeLessThan(few.statements * 1.5)
})
