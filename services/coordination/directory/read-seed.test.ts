import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sampleSnapshot } from '../../platform/directory/sample-snapshot.ts'
import { SeedRefused, type SeedProblem } from '../seed.ts'
import { readSeed } from './read-seed.ts'

const held = sampleSnapshot()
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(file: string, rows: unknown): Promise<void> {
  await mkdir(join(folder, file, '..'), { recursive: true })
  await writeFile(join(folder, file), typeof rows === 'string' ? rows : JSON.stringify(rows))
}

async function problemsOf(folders = [folder]): Promise<readonly SeedProblem[]> {
  const outcome: unknown = await readSeed(folders, held).catch((error: unknown) => error)
  if (!(outcome instanceof SeedRefused)) throw new Error('The seed was accepted.')
  for (const { reason } of outcome.problems) expect(outcome.message).toContain(reason)
  return outcome.problems
}

describe('seed files', () => {
  test('replace the records of their kind and leave the others as they are', async () => {
    await write('acts.json', [{ code: 'UNLICENSED_BUSINESS', label: '无证无照经营' }])
    const contents = await readSeed([folder], held)
    expect(contents.acts).toEqual([{ code: 'UNLICENSED_BUSINESS', label: '无证无照经营' }])
    expect(contents.counties).toEqual(held.counties)
  })
  test('of several folders are joined, in the order of the folders', async () => {
    await write('one/acts.json', [{ code: 'B', label: '乙' }])
    await write('two/acts.json', [{ code: 'A', label: '甲' }])
    const contents = await readSeed([join(folder, 'one'), join(folder, 'absent'), join(folder, 'two')], held)
    expect(contents.acts.map(({ code }) => code)).toEqual(['B', 'A'])
  })
})

describe('a bad seed is refused as a whole, with file, row and reason', () => {
  test('a measure without a legal basis, and every other bad row at once', async () => {
    const [measure, other] = held.measures
    const { legalBasis: _none, ...without } = measure ?? {}
    await write('measures.json', [other, { ...measure, legalBasis: [] }, without])
    await write('counties.json', [{ ...held.counties[0], code: '4115' }])
    expect(await problemsOf()).toMatchObject([
      { file: join(folder, 'counties.json'), row: 1, reason: expect.stringContaining('code') },
      { file: join(folder, 'measures.json'), row: 2, reason: 'legalBasis: a measure without a legal basis is refused' },
      { file: join(folder, 'measures.json'), row: 3, reason: expect.stringContaining('legalBasis') },
    ])
  })
  test('a file that is not a JSON array', async () => {
    await write('acts.json', '{"code":"A"}')
    await write('matters.json', 'nonsense')
    expect((await problemsOf()).map(({ reason }) => reason)).toEqual(['is not a JSON array', 'is not a JSON array'])
  })
  test('a private key among the published ones', async () => {
    const [county] = held.counties
    await write('counties.json', [{ ...county, keys: [{ ...county?.keys[0], d: 'secret' }] }])
    expect(await problemsOf()).toMatchObject([{ row: 1, reason: 'keys.0: a private key must not be published' }])
  })
  test('a key that stands there twice, also in two folders', async () => {
    await write('one/acts.json', [{ code: 'A', label: '甲' }])
    await write('two/acts.json', [{ code: 'A', label: '乙' }])
    expect(await problemsOf([join(folder, 'one'), join(folder, 'two')])).toEqual([
      { file: 'acts.json', row: 'A', reason: 'stands there more than once' },
    ])
  })
  test('an agreement with a county that is not there, a signature of no party, or an end before its start', async () => {
    const [agreement] = held.agreements
    await write('agreements.json', [
      { ...agreement, id: 'a', parties: ['411528', '999999'] },
      { ...agreement, id: 'b', signedBy: ['410823'] },
      { ...agreement, id: 'c', validUntil: '2022-04-10' },
    ])
    expect((await problemsOf()).map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      'a: county 999999 is not in counties.json',
      'a: 411729 has signed but is no party',
      'b: 410823 has signed but is no party',
      'c: validUntil is not after validFrom',
    ])
  })
  test('a superior over no county, over one until before it began, or with the code of a county for its node', async () => {
    const over = { county: '411528', system: null, from: '2024-01-01', until: null }
    const node = { code: '411729', status: 'ACTIVE', url: 'http://127.0.0.1:4310', keys: held.counties[0]?.keys }
    await write('superiors.json', [
      { id: 'a', name: '示例', level: 'PROVINCE', over: [{ ...over, county: '999999' }] },
      { id: 'b', name: '示例', level: 'PROVINCE', over: [{ ...over, until: '2024-01-01' }] },
      { id: 'c', name: '示例', level: 'PROVINCE', over: [over], node },
    ])
    expect((await problemsOf()).map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      '411729: stands there more than once',
      'a: county 999999 is not in counties.json',
      'b: validUntil is not after validFrom',
    ])
  })
  test('an agency of no county, and a measure for no matter', async () => {
    await write('agencies.json', [{ ...held.agencies[0], county: '999999' }])
    await write('measures.json', [{ ...held.measures[0], matters: ['NO_SUCH_MATTER'] }])
    expect((await problemsOf()).map(({ reason }) => reason)).toEqual([
      'county 999999 is not in counties.json',
      'matter NO_SUCH_MATTER is not in matters.json',
    ])
  })
  test('epochs of the hit index that begin together, or that have one key; the key is not shown', async () => {
    const key = 'a'.repeat(43)
    await write('hit-index-epochs.json', [
      { id: 'e1', key, from: '2026-01-01T00:00:00Z' },
      { id: 'e2', key, from: '2026-01-01T00:00:00.000Z' },
      { id: 'e3', key: 'short', from: '2026-02-01T00:00:00Z' },
    ])
    const badKey = await problemsOf()
    expect(badKey).toMatchObject([{ row: 3, reason: expect.stringContaining('key') }])
    await write('hit-index-epochs.json', [
      { id: 'e1', key, from: '2026-01-01T00:00:00Z' },
      { id: 'e2', key, from: '2026-01-01T00:00:00.000Z' },
    ])
    const problems = await problemsOf()
    expect(problems.map(({ row, reason }) => `${row}: ${reason}`)).toEqual([
      '2026-01-01T00:00:00.000Z: stands there more than once',
      'e2: has the key of another epoch',
    ])
    expect(JSON.stringify([badKey, problems])).not.toMatch(/aaaa|short/)
  })
  test('a calendar whose holidays fall on weekends, whose make-up days do not, or whose days lie outside it', async () => {
    await write('calendars.json', [
      {
        id: 'CN',
        from: '2026-01-01',
        to: '2026-12-31',
        holidays: ['2026-01-03', '2027-01-01'],
        makeUpDays: ['2026-01-05'],
      },
    ])
    expect((await problemsOf()).map(({ reason }) => reason)).toEqual([
      'holiday 2026-01-03 is a weekend day',
      'make-up day 2026-01-05 is a weekday',
      '2027-01-01 is outside the calendar',
    ])
  })
})
