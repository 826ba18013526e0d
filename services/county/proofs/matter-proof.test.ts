import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClueExchange, sampleClue, startClueExchange } from '../clues/testing/clue-exchange.ts'
import { nothing } from '../clues/testing/clue-steps.ts'
import { matterViews } from '../matter-kinds.ts'
import { memoryDatabase } from '../sample-node.ts'
import { Forge } from '../matters/testing/forge.ts'
import { inCausalOrder } from './causal-order.ts'
import { compareMatter } from './compare-matters.ts'
import { MatterComparison } from './matter-comparison.ts'
import type { MatterFile } from './matter-file.ts'
import { MatterProofService } from './matter-proof.service.ts'
import { replayMatter } from './matter-replay.ts'
import { hashOf, storedPayload } from '../delivery/envelope-jws.ts'
import { verifyMatterFile } from './verify-matter-file.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
let exchange: ClueExchange
let clue: string

beforeAll(async () => {
  exchange = await startClueExchange([xixian, xincai, wuzhi])
  const { clues, context } = exchange.at(xixian)
  clue = (await clues.draft(context(), undefined, sampleClue())).id
  await clues.send(context(), clue, { number: '息示例移〔2026〕1号', certificate: null, attachments: [] })
  await exchange.settled()
})
afterAll(() => exchange?.close())

const service = (county: string) => new MatterProofService(exchange.at(county).parts, exchange.at(county).delivery)

/** All pages of the matter, as the file of a county has them. */
async function fileOf(county: string): Promise<MatterFile & { pages: number }> {
  const pages = []
  for (let after: number | null = 0; after !== null; after = pages.at(-1)?.next ?? null) {
    pages.push(await service(county).page(exchange.at(county).context(), clue, after))
  }
  const envelopes = pages.flatMap((page) =>
    page.envelopes.map((jws) => ({ jws, hash: hashOf(jws), payload: storedPayload(jws) })),
  )
  return {
    matter: clue,
    envelopes: inCausalOrder(envelopes).map(({ jws }) => jws),
    acknowledgements: pages.flatMap((page) => page.acknowledgements),
    keys: pages[0]?.keys ?? [],
    directory: '',
    pages: pages.length,
  }
}

describe('[A17] what a county hands out of a matter', () => {
  it('is for its own agencies, with a purpose, and its journal learns whom it was about', async () => {
    const { context } = exchange.at(xixian)
    const asked = context()
    await service(xixian).page(asked, clue, 0)
    expect([...asked.shown]).toEqual(['91411528MADE000117'])
    await expect(service(xixian).page(context(xincai), clue, 0)).rejects.toMatchObject({ code: 'AGREEMENT_MISSING' })
    const { purpose: _, ...transaction } = context().transaction
    await expect(service(xixian).page({ ...context(), transaction }, clue, 0)).rejects.toMatchObject({
      code: 'PURPOSE_MISSING',
    })
    await expect(service(xixian).page(context(), clue, -1)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    const absent = clue.replace(/.{4}$/, '0000')
    await expect(service(xixian).page(context(), absent, 0)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('tells, taken up anew, whose turn it is and the limit, as the counties themselves show it', async () => {
    exchange.clock.set('2026-03-02T03:00:00.000Z')
    const there = exchange.at(xincai)
    await there.clues.advance(there.context(), clue, 'RECEIVE', nothing)
    await exchange.settled()
    const proof = await verifyMatterFile(await fileOf(xixian), [exchange.snapshot])
    expect(proof.problems).toEqual([])
    const database = await memoryDatabase()
    const { clock, snapshot } = exchange
    const replay = await replayMatter(proof, { database, snapshot, views: matterViews, clock })
    await database.close()
    const standing = await there.matters.standing(there.context(), clue)
    expect(replay).toEqual({ pen: xincai, deadline: standing?.deadline, notAllowed: [] })
    expect(replay?.deadline).toMatchObject({ from: new Date('2026-03-02T02:00:00.000Z'), dueOn: '2026-03-23' })
  })

  it('is not spoiled by what a county that is no party sends into the matter, nor is the comparison of the two', async () => {
    const forge = new Forge(exchange)
    const said = { matter: clue, event: 'COMMENT', body: { text: '虚构' } }
    const refused = await forge.next(wuzhi, xixian, said)
    const waiting = await forge.sign({
      ...(await forge.next(wuzhi, xixian, { ...said, sequence: 7 })).payload,
      previous: 'f'.repeat(64),
      seen: { [xixian]: { sequence: 99, hash: 'f'.repeat(64) } },
    })
    expect([await forge.handTo(xixian, refused), await forge.handTo(xixian, waiting)]).toEqual([
      'NOT_PARTY',
      'NO ANSWER',
    ])
    expect((await verifyMatterFile(await fileOf(xixian), [exchange.snapshot])).problems).toEqual([])
    const holdings = (county: string) => {
      const { db, delivery } = exchange.at(county)
      return new MatterComparison({ county, db, delivery: delivery.repository, views: matterViews })
    }
    const [matter] = await holdings(xixian).some(xincai, [clue])
    const [same] = await holdings(xincai).some(xixian, [clue])
    expect(compareMatter({ county: xixian, matter }, { county: xincai, matter: same })).toEqual([])
  })

  it('comes in pages of a hundred, and is whole', async () => {
    const { clues, context } = exchange.at(xixian)
    for (let number = 1; number <= 120; number += 1) {
      await clues.note(context(), clue, 'COMMENT', { text: `虚构说明${number}`, attachments: [] })
    }
    await exchange.settled()
    for (const county of [xixian, xincai]) {
      const { pages, ...file } = await fileOf(county)
      expect([pages, file.envelopes.length, file.acknowledgements.length, file.keys.length]).toEqual([2, 122, 122, 2])
      expect((await verifyMatterFile(file, [exchange.snapshot])).problems).toEqual([])
    }
  })
})
