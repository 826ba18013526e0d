import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agencies } from '../agencies/agency.table.ts'
import { caseEvents } from '../cases/case-event.table.ts'
import { enforcementCases } from '../cases/enforcement-case.table.ts'
import { sampleEngines } from '../sample-database.ts'
import { type SampleExchange, type SampleNode, part, sampleCounties, startSampleExchange } from '../sample-node.ts'
import { caseRow, listingRow, penaltyRow, sampleUuid } from '../sample-records.ts'
import { creditListings } from './credit-listing.table.ts'
import { penalties } from './penalty.table.ts'

const { xixian, xincai } = sampleCounties
const at = new Date('2026-02-01T02:00:00.000Z')

describe.each(sampleEngines())('the case behind a penalty and a listing on $name', ({ open }) => {
  let exchange: SampleExchange
  let node: SampleNode
  const [shared, kept, none] = [1, 2, 3].map((serial) => `示例罚〔2026〕${serial}号`) as [string, string, string]
  const ids: string[] = []
  beforeAll(async () => {
    exchange = await startSampleExchange([xixian], { open })
    node = exchange.at(xixian)
    const agency = `${xixian}:agency:${sampleUuid(1)}`
    await node.db.insert(agencies).values({ id: agency, name: '示例县市场监督管理局', updatedAt: at })
    const cases = [caseRow(1, agency), caseRow(2, agency, { visibility: 'COUNTY' })]
    ids.push(...cases.map(({ id }) => id))
    await node.db.insert(enforcementCases).values(cases)
    const step = {
      event: 'DECIDE_PENALTY',
      fromStage: 'NOTIFIED',
      toStage: 'DECIDED',
      at,
      agency: 'xixian-enforcement',
    }
    await node.db
      .insert(caseEvents)
      .values([shared, kept].map((document, index) => ({ ...step, document, caseId: ids[index] ?? '' })))
    const documents = [shared, kept, none]
    await node.db
      .insert(penalties)
      .values(documents.map((documentNumber, serial) => penaltyRow(serial, { documentNumber })))
    await node.db
      .insert(creditListings)
      .values(documents.map((penaltyDocument, serial) => listingRow(serial, { penaltyDocument })))
  })
  afterAll(() => exchange.close())

  const origins = async (from: string, root: string, number: string, scopes?: string[]) => {
    const asker = scopes === undefined ? { from } : { from, scopes }
    const { data } = await node.ask(asker, `{ ${root} { nodes { ${number} case { id } } } }`)
    const { nodes } = part<{ nodes: Record<string, unknown>[] }>(data, root)
    return new Map(nodes.map((each) => [each[number], (each['case'] as { id: string } | null)?.id ?? null]))
  }

  it.each([
    ['penalties', 'documentNumber'],
    ['creditListings', 'penaltyDocument'],
  ])('is named by %s to the own county, and to another one only where it may see the case', async (root, number) => {
    const [open_, closed] = ids
    const own = await origins(xixian, root, number)
    expect([own.get(shared), own.get(kept), own.get(none)]).toEqual([open_, closed, null])
    const other = await origins(xincai, root, number)
    expect([other.get(shared), other.get(kept), other.get(none)]).toEqual([open_, null, null])
  })

  it('is not named to who may not read cases', async () => {
    const found = await origins(xincai, 'penalties', 'documentNumber', ['credit:read'])
    expect([...found.values()]).toEqual([null, null, null])
  })
})
