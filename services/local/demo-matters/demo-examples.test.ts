import { expect, test } from 'vitest'
import { loadOperations } from '../../../gateway/playground/playground.operations.ts'
import { demoCaseId, demoCaseNumbers } from '../demo-data/demo-cases.ts'
import { demoMatterCaseIds } from '../demo-data/demo-matter-cases.ts'
import { demoSiteRecord } from './demo-evidence-file.ts'
import { demoMatterRecords, demoMatters } from './demo-matters.ts'

const operations = loadOperations()

test('every id in the variables is one of the demo’s, and so is the file that is shared', () => {
  const known = new Set<string>([
    ...Object.values(demoMatters),
    ...Object.values(demoMatterRecords),
    ...Object.values(demoMatterCaseIds),
    ...[...demoCaseNumbers.chain, ...demoCaseNumbers.duplicates].flatMap((number) =>
      ['411528', '411729', '410823'].map((county) => demoCaseId(county, number)),
    ),
  ])
  const ids = operations
    .filter(({ name }) => name >= '20')
    .flatMap(({ variables = '' }) => variables.match(/"[^"]*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g) ?? [])
  expect(ids.length).toBeGreaterThan(25)
  expect(ids.map((id) => id.slice(1, -1)).filter((id) => !known.has(id))).toEqual([])
  const shared = operations.find(({ name }) => name === '31-share-evidence')
  const { input } = JSON.parse(shared?.variables ?? '') as { input: { file: unknown } }
  expect(input.file).toEqual(demoSiteRecord('411528').reference)
})
