import { afterAll, beforeAll, expect, it } from 'vitest'
import { cursorOf, readPage } from '../connection/page.ts'
import { matters } from '../delivery/delivery.table.ts'
import { MatterDueRepository } from '../matters/matter-due.repository.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { matterOf } from './testing/webhook-world.ts'

let exchange: Exchange
beforeAll(async () => {
  exchange = await startExchange(['411528'])
})
afterAll(() => exchange?.close())

it('the inbox is a feed: before a cursor stand the matters that changed since, each once, and the next page goes on', async () => {
  const county = exchange.at('411528')
  const dues = new MatterDueRepository()
  const touch = (number: number, minute: number) =>
    county.db.transaction((tx) => dues.touch(tx, matterOf(number).id, new Date(Date.UTC(2026, 2, 1, 0, minute))))
  for (const number of [1, 2, 3, 4, 5]) {
    await county.db.insert(matters).values(matterOf(number))
    await touch(number, number)
  }
  const read = async (page: { first?: number; last?: number; before?: string }) => {
    const request = readPage(page, 'inbox', { state: null })
    const { rows, hasPreviousPage } = await county.matters.inbox(county.context(), undefined, request)
    const [top] = rows
    const cursor = top && cursorOf(request, top.changedAt.toISOString(), top.matter.id)
    return { ids: rows.map(({ matter }) => Number(matter.id.slice(-1))), cursor, hasPreviousPage }
  }
  const start = await read({ first: 100 })
  expect(start.ids).toEqual([5, 4, 3, 2, 1])
  expect(await read({ last: 2, before: start.cursor ?? '' })).toMatchObject({ ids: [], hasPreviousPage: false })
  await touch(2, 10)
  await touch(4, 11)
  await touch(2, 12)
  await touch(1, 13)
  const news = await read({ last: 2, before: start.cursor ?? '' })
  expect(news).toMatchObject({ ids: [2, 4], hasPreviousPage: true })
  expect(await read({ last: 2, before: news.cursor ?? '' })).toMatchObject({ ids: [1], hasPreviousPage: false })
})
