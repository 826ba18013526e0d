import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenDatabase } from '../../platform/database.ts'
import { sampleEngines } from '../sample-database.ts'
import { listingRow } from '../sample-records.ts'
import { listingStates } from './credit-listing.machine.ts'
import { CreditListingRepository } from './credit-listing.repository.ts'
import { creditListings } from './credit-listing.table.ts'
import { effectEnd, hasEffect } from './effect.ts'
import { raiseListVersion } from './list-version.repository.ts'

const dayMs = 86_400_000
const someDay = fc
  .integer({ min: Date.UTC(2024, 0, 1) / dayMs, max: Date.UTC(2024, 0, 20) / dayMs })
  .map((days) => new Date(days * dayMs).toISOString().slice(0, 10))
const maybe = fc.option(someDay, { nil: null })
const life = fc.record({
  state: fc.constantFrom(...listingStates),
  listedOn: maybe,
  restoredOn: maybe,
  removedOn: maybe,
  effectUntil: fc.oneof(
    maybe,
    someDay.map((day) => effectEnd(day, null)),
  ),
})

describe.each(sampleEngines())('the credit standing on $name', ({ open }) => {
  const listings = new CreditListingRepository()
  let database: OpenDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  it('names exactly the listings that have effect on the day, by the same rule as the pure function', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 12 }), someDay, async (lives, day) => {
        await database.db.delete(creditListings)
        const rows = lives.map((dates, index) => listingRow(index, { subjectCode: 'S', ...dates }))
        if (rows.length > 0) await database.db.insert(creditListings).values(rows)
        const found = (await listings.standings(database.db, ['S'], day)).listings.get('S') ?? []
        const noon = new Date(`${day}T12:00:00+08:00`)
        const expected = rows.filter((row) => hasEffect(row as never, noon)).map((row) => row.id)
        expect(found.map(({ listing }) => listing.id).toSorted()).toEqual(expected.toSorted())
      }),
      { numRuns: 60 },
    )
  })

  it('names a subject that is listed and one that represents a listed subject, each with its relation', async () => {
    await database.db.delete(creditListings)
    await database.db
      .insert(creditListings)
      .values([
        listingRow(1, { subjectCode: 'COMPANY', legalRepresentativeCode: 'PERSON' }),
        listingRow(2, { subjectCode: 'PERSON', legalRepresentativeCode: 'PERSON' }),
        listingRow(3, { subjectCode: 'OTHER', legalRepresentativeCode: 'ANYBODY' }),
      ])
    const relations = async (...subjects: string[]) =>
      [...(await listings.standings(database.db, subjects, '2026-03-01')).listings].map(([subject, found]) => [
        subject,
        found.map(({ listing, relation }) => [listing.subjectCode, relation]),
      ])
    const company = [['COMPANY', 'LISTED_SUBJECT']]
    // Newest first, then by id.
    const person = [
      ['PERSON', 'LISTED_SUBJECT'],
      ['COMPANY', 'LEGAL_REPRESENTATIVE'],
    ]
    expect(await relations('COMPANY')).toEqual([['COMPANY', company]])
    expect(await relations('PERSON')).toEqual([['PERSON', person]])
    expect(await relations('NOBODY')).toEqual([])
    expect(new Map((await relations('COMPANY', 'NOBODY', 'PERSON')) as never)).toEqual(
      new Map([
        ['COMPANY', company],
        ['PERSON', person],
      ]),
    )
  })

  it('tells the list version also when nothing is listed', async () => {
    expect((await listings.standings(database.db, ['NOBODY'], '2026-03-01')).listVersion).toBe(0)
    await database.db.transaction((tx) => raiseListVersion(tx, new Date()))
    await database.db.transaction((tx) => raiseListVersion(tx, new Date()))
    expect((await listings.standings(database.db, ['NOBODY'], '2026-03-01')).listVersion).toBe(2)
  })
})
