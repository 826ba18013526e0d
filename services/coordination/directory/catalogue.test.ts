import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixedDirectory } from '../../platform/directory/directory.ts'
import { sampleSnapshot } from '../../platform/directory/sample-snapshot.ts'
import { listingCategories, type Measure } from '../../platform/directory/snapshot.ts'
import { packageRoot } from '../../platform/package-root.ts'
import type { DirectoryContents } from '../seed.ts'
import { readSeed } from './read-seed.ts'

const empty: DirectoryContents = { ...sampleSnapshot(), measures: [], matters: [], acts: [], calendars: [] }
const contents = await readSeed([join(packageRoot(), 'services', 'coordination', 'catalogue')], empty)
const directory = fixedDirectory(sampleSnapshot({ ...contents }), {
  now: () => new Date('2026-03-01T08:00:00Z'),
  uuid: () => '',
})

function effects(
  matter: string,
  relation: Measure['appliesTo'],
  imposed: readonly string[] = [],
): Set<Measure['effect']> {
  const on = new Date('2026-03-01T08:00:00Z')
  const measures = directory.measuresFor({ matter, category: 'FOOD_SAFETY', relation, imposed, on })
  return new Set(measures.map(({ effect }) => effect))
}

describe('the committed catalogue', () => {
  test('makes every listing an important consideration for every matter', () => {
    for (const { code } of contents.matters) {
      for (const category of listingCategories) {
        const on = new Date('2026-03-01T08:00:00Z')
        const found = directory.measuresFor({ matter: code, category, relation: 'LISTED_SUBJECT', imposed: [], on })
        expect(found.map(({ effect }) => effect)).toContain('IMPORTANT_CONSIDERATION')
      }
    }
  })
  test('never bars a licence by a listing alone (办法第十五条: a listing is a consideration, not a refusal)', () => {
    for (const { code } of contents.matters.filter((matter) => matter.code.endsWith('_LICENCE'))) {
      expect(effects(code, 'LISTED_SUBJECT')).toEqual(new Set(['IMPORTANT_CONSIDERATION', 'NO_COMMITMENT_PROCEDURE']))
      expect(effects(code, 'LEGAL_REPRESENTATIVE')).toEqual(new Set())
    }
  })
  test('bars the legal representative of a listed enterprise from that post elsewhere (条例第十八条)', () => {
    expect(effects('COMPANY_OFFICER_REGISTRATION', 'LEGAL_REPRESENTATIVE')).toEqual(new Set(['BAR']))
  })
  test('restricts listed enterprises in procurement, bidding and land grants (条例第十九条)', () => {
    for (const matter of ['GOVERNMENT_PROCUREMENT', 'CONSTRUCTION_BIDDING', 'LAND_GRANT']) {
      expect(effects(matter, 'LISTED_SUBJECT')).toContain('BAR')
    }
  })
  test('bars a licence where the decision imposed it, for that licence only', () => {
    expect(effects('FOOD_BUSINESS_LICENCE', 'LISTED_SUBJECT', ['FOOD_LICENCE_FIVE_YEAR_BAR'])).toContain('BAR')
    expect(effects('DRUG_RETAIL_LICENCE', 'LISTED_SUBJECT', ['FOOD_LICENCE_FIVE_YEAR_BAR'])).not.toContain('BAR')
    const relicensing = ['RELICENSING_THREE_YEAR_BAR_SPECIAL_EQUIPMENT']
    expect(effects('SPECIAL_EQUIPMENT_LICENCE', 'LISTED_SUBJECT', relicensing)).toContain('BAR')
    expect(effects('FOOD_BUSINESS_LICENCE', 'LISTED_SUBJECT', relicensing)).not.toContain('BAR')
  })
  test('has 20 to 30 types of unlawful act', () => {
    expect(contents.acts.length).toBeGreaterThanOrEqual(20)
    expect(contents.acts.length).toBeLessThanOrEqual(30)
  })
  test.each(['CN-2025', 'CN-2026'])('has 248 working days in %s, as published by the State Council', (id) => {
    const calendar = contents.calendars.find((one) => one.id === id)
    let days = 0
    for (
      let day = Date.parse(`${calendar?.from}T00:00:00Z`);
      day <= Date.parse(`${calendar?.to}T00:00:00Z`);
      day += 86_400_000
    ) {
      const date = new Date(day)
      const text = date.toISOString().slice(0, 10)
      const weekend = [0, 6].includes(date.getUTCDay())
      if (calendar?.makeUpDays.includes(text) === true || (!weekend && calendar?.holidays.includes(text) !== true))
        days += 1
    }
    expect(days).toBe(248)
  })
})

test('the demo agreements let the three counties share listings, and cases for cases only', async () => {
  const demo = await readSeed([join(packageRoot(), 'services', 'local', 'demo-directory')], empty)
  const agreements = fixedDirectory(sampleSnapshot({ agreements: demo.agreements }), {
    now: () => new Date('2026-03-01T08:00:00Z'),
    uuid: () => '',
  })
  const on = new Date('2026-03-01T08:00:00Z')
  const between = (reader: string, holder: string) => ({ reader, holder, on })
  const listings = { record: 'CREDIT_STANDING', purpose: 'APPROVAL' } as const
  expect(agreements.agreementFor({ ...between('410823', '411528'), ...listings })).toBeDefined()
  expect(
    agreements.agreementFor({ ...between('410823', '411528'), record: 'ENFORCEMENT_CASE', purpose: 'CASE' }),
  ).toBeDefined()
  const analysis = { record: 'ENFORCEMENT_CASE', purpose: 'ANALYSIS' } as const
  expect(agreements.agreementFor({ ...between('410823', '411528'), ...analysis })).toBeUndefined()
  expect(agreements.agreementFor({ ...between('411729', '411528'), ...analysis })?.title).toContain('息双办〔2022〕6号')
})
