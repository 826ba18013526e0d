import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { eq, sql } from 'drizzle-orm'
import { creditListingEvents } from '../credit/credit-listing-event.table.ts'
import { creditListings } from '../credit/credit-listing.table.ts'
import { hasEffect } from '../credit/effect.ts'
import { currentListVersion, raiseListVersion } from '../credit/list-version.repository.ts'
import { importFile, type ImportOptions } from './import-file.ts'
import {
  csv,
  identityNumber,
  listingCells,
  listingTable,
  moment,
  openPlace,
  organisationCode,
  standingClock,
} from './import-fixture.ts'

let place: Awaited<ReturnType<typeof openPlace>>
beforeAll(async () => {
  place = await openPlace()
})
afterAll(() => place.close())
beforeEach(async () => {
  await place.db.execute(sql`truncate penalty, subject, credit_listing, list_version cascade`)
})

const run = (path: string, other: Partial<ImportOptions> = {}) =>
  importFile({ path, county: '411729', database: place.db, clock: standingClock, ...other })
const stored = () => place.db.select().from(creditListings).orderBy(creditListings.documentNumber)

const effects = (day: string) => stored().then((all) => all.map((row) => hasEffect(row, new Date(`${day}T00:00:00Z`))))

describe('importing the list', () => {
  it('stores every field of the file, in either kind of headings', async () => {
    const cells = listingCells(1, {
      penaltyDocument: '息示例市监罚[2026]1号',
      legalRepresentative: '张示例',
      legalRepresentativeCode: identityNumber(1),
      publishedFrom: '2026/3/5',
      publishedUntil: '2029/3/1',
      superiorConsent: '信示例市监函〔2026〕3号',
      imposedMeasures: 'B_MEASURE、A_MEASURE；b_measure',
      restrictedUntil: '2031年3月1日',
      state: '已公示',
    })
    for (const heading of ['label', 'code'] as const) {
      await place.db.execute(sql`truncate credit_listing, list_version cascade`)
      const summary = await run(await place.write('list.csv', csv(listingTable([cells], heading))))
      expect(summary).toMatchObject({ kind: 'listing', read: 1, inserted: 1, rejected: 0 })
      expect(await stored()).toEqual([
        {
          id: expect.stringMatching(/^411729:listing:/),
          documentNumber: '息示例市监失信列〔2026〕1号',
          subjectCode: organisationCode(1),
          subjectName: '虚构第1示例有限公司',
          legalRepresentative: '张示例',
          legalRepresentativeCode: identityNumber(1),
          category: 'FOOD_SAFETY',
          facts: '生产经营添加药品的食品',
          basis: '《市场监督管理严重违法失信名单管理办法》第五条',
          organ: '息县示例市场监督管理局',
          penaltyDocument: '息示例市监罚〔2026〕1号',
          state: 'PUBLISHED',
          enteredOn: '2026-03-01',
          listedOn: '2026-03-01',
          publishedFrom: '2026-03-05',
          publishedUntil: '2029-03-01',
          effectUntil: '2031-03-02',
          imposedMeasures: ['A_MEASURE', 'B_MEASURE'],
          restrictionUntil: '2031-03-02',
          superiorConsent: '信示例市监函〔2026〕3号',
          restoredOn: null,
          removedOn: null,
          removedReason: null,
          removedBy: null,
          version: 1,
          contentHash: expect.any(String),
          updatedAt: moment,
        },
      ])
    }
  })

  it('raises the list version once for each batch that changed something, and never otherwise', async () => {
    await raiseListVersion(place.db, moment)
    const rows = [1, 2, 3, 4].map((n) => listingCells(n))
    const path = await place.write('list.csv', csv(listingTable(rows)))
    await run(path, { batchSize: 2 })
    expect(await currentListVersion(place.db)).toBe(3)
    expect((await stored()).map(({ version }) => version)).toEqual([2, 2, 3, 3])
    await run(path)
    expect(await currentListVersion(place.db)).toBe(3)
    await run(await place.write('b.csv', csv(listingTable([listingCells(1, { facts: '更正后的事由' })]))))
    expect(await currentListVersion(place.db)).toBe(4)
    expect((await stored()).map(({ version }) => version)).toEqual([4, 2, 3, 3])
  })

  it('changes nothing when the same file is imported on a later day, though an entry has lapsed meanwhile', async () => {
    const path = await place.write('list.csv', csv(listingTable([listingCells(1)])))
    await run(path)
    const before = await stored()
    const later = { ...standingClock, now: () => new Date('2030-01-01T00:00:00Z') }
    expect(await run(path, { clock: later })).toMatchObject({ unchanged: 1 })
    expect(await stored()).toEqual(before)
    expect(before.map((row) => hasEffect(row, new Date('2030-01-01T00:00:00Z')))).toEqual([false])
  })

  it('keeps the id and the place of an entry that was proposed on this node before', async () => {
    await run(await place.write('list.csv', csv(listingTable([listingCells(1)]))))
    const own = { id: '411729:listing:11111111-1111-4111-8111-111111111111', enteredOn: '2026-01-15' }
    await place.db.update(creditListings).set({ ...own, state: 'NOTIFIED', contentHash: 'own' })
    expect(await run(await place.write('list.csv', csv(listingTable([listingCells(1)]))))).toMatchObject({ updated: 1 })
    expect(await stored()).toMatchObject([{ ...own, state: 'LISTED', listedOn: '2026-03-01' }])
  })

  it('does not undo by an older file what an officer entered here since, and says so', async () => {
    const path = await place.write('list.csv', csv(listingTable([listingCells(1), listingCells(2)], 'label')))
    await run(path)
    const [first] = await stored()
    if (!first) throw new Error('Nothing was imported.')
    await place.db
      .update(creditListings)
      .set({ state: 'RESTORED', restoredOn: '2026-02-01', contentHash: 'here' })
      .where(eq(creditListings.id, first.id))
    await place.db.insert(creditListingEvents).values({
      listingId: first.id,
      event: 'RESTORE',
      fromState: 'REMOVED_EARLY',
      toState: 'RESTORED',
      at: moment,
      agency: 'a',
      version: 1,
    })
    const again = await run(path)
    expect(again).toMatchObject({ read: 2, inserted: 0, updated: 0, unchanged: 1, rejected: 1 })
    expect((await stored())[0]).toMatchObject({ state: 'RESTORED', restoredOn: '2026-02-01' })
    const [, row] = (await readFile(`${path}.rejected.csv`, 'utf8')).split('\r\n')
    expect(row).toContain('已在本系统办理')
  })

  it('gives each imported entry the effect its dates say', async () => {
    const rows = [
      listingCells(1),
      listingCells(2, { listedOn: '2020-01-01' }),
      listingCells(3, { listedOn: '2025-01-01', removedOn: '2026-06-01', removedReason: '信用修复' }),
      listingCells(4, { listedOn: '2020-01-01', restrictedUntil: '2030-01-01' }),
    ]
    await run(await place.write('list.csv', csv(listingTable(rows))))
    expect(await effects('2026-11-21')).toEqual([true, false, false, true])
    expect(await effects('2026-05-31')).toEqual([true, false, true, true])
    expect(await effects('2022-05-31')).toEqual([false, true, false, true])
  })

  it('rejects a row whose end contradicts itself rather than clear a listed subject', async () => {
    const bad: [string, Record<string, string>][] = [
      ['但移出日期为空', { state: '提前移出' }],
      ['方满', { state: '期满移出' }],
      ['但有移出日期', { state: '已公示', removedOn: '2026-06-01' }],
      ['移出日期晚于今天', { removedOn: '2027-06-01' }],
      ['移出日期早于列入日期', { removedOn: '2025-06-01' }],
      ['状态不是名单状态', { state: '拟列入' }],
      ['列入类别不是', { category: '第四条' }],
      ['列入日期晚于今天', { listedOn: '2027-01-01' }],
      ['列入日期为空', { listedOn: '' }],
      ['公示截止日期早于公示起始日期', { publishedFrom: '2026-06-01', publishedUntil: '2026-05-01' }],
      ['限制措施应填', { imposedMeasures: '限制从业' }],
      ['法定代表人证件号码', { legalRepresentativeCode: '110105194912310021' }],
      ['统一社会信用代码为空', { subjectCode: '' }],
    ]
    const path = await place.write('bad.csv', csv(listingTable(bad.map(([, other], n) => listingCells(n, other)))))
    expect(await run(path)).toMatchObject({ read: bad.length, inserted: 0, rejected: bad.length })
    const lines = (await readFile(`${path}.rejected.csv`, 'utf8')).split('\r\n')
    for (const [index, [reason]] of bad.entries()) expect(lines[index + 1]).toContain(reason)
    expect(await currentListVersion(place.db)).toBe(0)
  })
})
