import { eq } from 'drizzle-orm'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sampleEngines } from '../sample-database.ts'
import { type SampleExchange, type SampleNode, sampleCounties, startSampleExchange, part } from '../sample-node.ts'
import { penaltyRow } from '../sample-records.ts'
import { penalties } from './penalty.table.ts'

const { xixian, xincai } = sampleCounties

interface Page {
  nodes: { id: string }[]
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

const document = `query ($filter: PenaltyFilter, $first: Int, $after: String, $last: Int, $before: String) {
  penalties(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`

describe.each(sampleEngines())('penalties on $name', ({ open }) => {
  let exchange: SampleExchange
  let node: SampleNode
  beforeAll(async () => {
    exchange = await startSampleExchange([xixian], { open })
    node = exchange.at(xixian)
  })
  afterAll(() => exchange.close())

  const page = async (variables: Record<string, unknown>): Promise<Page> => {
    const { data, errors } = await node.ask({ from: xincai }, document, variables)
    expect(errors).toEqual([])
    return part<Page>(data, 'penalties')
  }

  it('are each visited once and in order by paging forward and backward, whatever the page and the days', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        async (days, size) => {
          await node.db.delete(penalties)
          const rows = days.map((day, serial) => penaltyRow(serial, { decidedOn: `2026-01-0${day}` }))
          if (rows.length > 0) await node.db.insert(penalties).values(rows)
          const inOrder = rows
            .toSorted((a, b) => (`${a.decidedOn} ${a.id}` < `${b.decidedOn} ${b.id}` ? 1 : -1))
            .map((row) => row.id)

          const forward: string[] = []
          for (let after: string | null = null; ;) {
            const found: Page = await page({ first: size, after })
            expect(found.pageInfo.hasPreviousPage).toBe(forward.length > 0)
            forward.push(...found.nodes.map((each) => each.id))
            expect(found.pageInfo.hasNextPage).toBe(forward.length < rows.length)
            after = found.pageInfo.endCursor
            if (!found.pageInfo.hasNextPage) break
          }
          expect(forward).toEqual(inOrder)

          const backward: string[] = []
          for (let before: string | null = null; ;) {
            const found: Page = await page({ last: size, before })
            expect(found.pageInfo.hasNextPage).toBe(backward.length > 0)
            backward.unshift(...found.nodes.map((each) => each.id))
            expect(found.pageInfo.hasPreviousPage).toBe(backward.length < rows.length)
            before = found.pageInfo.startCursor
            if (!found.pageInfo.hasPreviousPage) break
          }
          expect(backward).toEqual(inOrder)
        },
      ),
      { numRuns: 15 },
    )
  })

  it('keep a page where it was while newer ones come in before its cursor', async () => {
    await node.db.delete(penalties)
    await node.db.insert(penalties).values([1, 2, 3, 4].map((serial) => penaltyRow(serial)))
    const first = await page({ first: 2 })
    await node.db.insert(penalties).values(penaltyRow(9, { decidedOn: '2026-02-01' }))
    const second = await page({ first: 2, after: first.pageInfo.endCursor })
    expect([...first.nodes, ...second.nodes].map((each) => each.id)).toEqual(
      [4, 3, 2, 1].map((serial) => penaltyRow(serial).id),
    )
  })

  it('answer a cursor of a county that holds no such row: it is a place in the order, not a row', async () => {
    await node.db.delete(penalties)
    await node.db.insert(penalties).values([1, 2, 3].map((serial) => penaltyRow(serial)))
    const { edges } = await page({ first: 3 })
    await node.db.delete(penalties)
    await node.db.insert(penalties).values([1, 3].map((serial) => penaltyRow(serial)))
    expect((await page({ first: 5, after: edges[1]?.cursor })).nodes).toEqual([{ id: penaltyRow(1).id }])
    expect((await page({ last: 5, before: edges[1]?.cursor })).nodes).toEqual([{ id: penaltyRow(3).id }])
    await node.db.delete(penalties).where(eq(penalties.id, penaltyRow(3).id))
    expect((await page({ first: 5, after: edges[1]?.cursor })).pageInfo.hasPreviousPage).toBe(false)
    expect((await page({ last: 5, before: edges[1]?.cursor })).pageInfo.hasNextPage).toBe(true)
  })

  it('are refused with a code for sizes out of bounds, foreign cursors and counties that are not this one', async () => {
    const cursor = (await page({ first: 1 })).pageInfo.endCursor
    for (const [variables, argument] of [
      [{ first: 100_000 }, 'first'],
      [{ first: 0 }, 'first'],
      [{ after: 'bm9wZQ' }, 'after'],
      [{ after: cursor, filter: { act: '其他' } }, 'after'],
    ] as const) {
      const { errors } = await node.ask({ from: xincai }, document, variables)
      expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument })
    }
    for (const counties of ['[]', '["411729"]']) {
      const { data, errors } = await node.ask({ from: xincai }, `{ penalties(counties: ${counties}) { nodes { id } } }`)
      expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'counties' })
      expect(data).toEqual({ penalties: null })
    }
    const malformed = await node.ask({ from: xincai }, '{ penalties(counties: ["4115"]) { nodes { id } } }')
    expect(malformed.errors[0]?.extensions['code']).toBe('BAD_USER_INPUT')
  })

  it('come by id and by reference, batched, and null for an id of another county or kind', async () => {
    await node.db.delete(penalties)
    await node.db.insert(penalties).values([1, 2].map((serial) => penaltyRow(serial)))
    const id = penaltyRow(1).id
    const { data } = await node.ask(
      { from: xincai },
      `query ($of: [_Any!]!) {
        penalty(id: "${id}") { documentNumber fine decidedOn subject { code name } county { code } }
        none: penalty(id: "411729:penalty:00000000-0000-4000-8000-000000000001") { id }
        _entities(representations: $of) { ... on Penalty { id } }
      }`,
      {
        of: [
          { __typename: 'Penalty', id: penaltyRow(2).id },
          { __typename: 'Penalty', id: penaltyRow(5).id },
          { __typename: 'Penalty', id },
        ],
      },
    )
    expect(data).toEqual({
      penalty: {
        documentNumber: '息示例市监罚〔2026〕1号',
        fine: 0.5,
        decidedOn: '2026-01-05',
        subject: { code: penaltyRow(1).subjectCode, name: '虚构第1示例有限公司' },
        county: { code: xixian },
      },
      none: null,
      _entities: [{ id: penaltyRow(2).id }, null, { id }],
    })
  })
})
