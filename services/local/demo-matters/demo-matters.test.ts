import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCountySigner, type CountySigner } from '../../county/signing/county-signer.ts'
import { openDatabase, type OpenDatabase } from '../../platform/database.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { readSigningKey } from '../../platform/tokens/keys.ts'
import { localAddresses } from '../addresses.ts'
import { demoClients } from '../demo-clients.ts'
import { loadDemoFiles } from '../demo-data/load-demo-files.ts'
import { writeDemoData } from '../demo-data/write-demo-data.ts'
import { writeDemoRecords } from '../demo-records.ts'
import { demoKeys } from '../keys.ts'
import type { LoaderNode } from '../run-loader.ts'
import { localSettings } from '../settings.ts'
import { type DemoAsker, DemoRefused } from './demo-asker.ts'
import { demoCourses } from './demo-matter-steps.ts'
import { demoMatters } from './demo-matters.ts'
import { goOnWithDemoMatters } from './go-on-with-demo-matters.ts'
import { loadDemoMatters } from './load-demo-matters.ts'

describe('a county that is loaded', () => {
  const county = '411528'
  const clock = { now: () => new Date(), uuid: () => '00000000-0000-4000-8000-000000000000' }
  let folder: string
  let database: OpenDatabase
  let node: LoaderNode

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'liandong-matters-'))
    const codes = ['411528', '411729', '410823']
    const clients = demoClients.map(({ id }) => id)
    const keys = await demoKeys(join(folder, 'keys'), codes, clients)
    const { seedFolders } = writeDemoRecords(folder, keys, localAddresses(localSettings({})))
    const signers = new Map<string, CountySigner>()
    for (const [code, { file }] of Object.entries(keys.counties)) {
      signers.set(code, await createCountySigner(await readSigningKey(file)))
    }
    const today = new Date().toISOString().slice(0, 10)
    const written = await writeDemoData({ folder, today, signers, penalties: 5, listings: 2 })
    const migrationsDir = join(packageRoot(), 'services/county/db/migrations')
    database = await openDatabase({ dataDir: 'memory://', migrationsDir })
    const [files] = written
    if (files?.county !== county) throw new Error('no files')
    await loadDemoFiles(database.db, files, { clock })
    const own = keys.counties[county]
    node = {
      keyFile: own?.file ?? '',
      pepperFile: own?.pepperFile ?? '',
      seedFolders,
      attachmentsDir: join(folder, 'files'),
      markFile: join(folder, 'mark'),
    }
  })
  afterAll(async () => {
    await database?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('opens its matters with their ids at the first load, and nothing at the second', async () => {
    const own = Object.values(demoMatters).filter((id) => id.startsWith(county))
    // Two typical cases stand beside the matters.
    expect(await loadDemoMatters(database.db, county, node)).toBe(own.length + 2)
    const mark = await readFile(node.markFile, 'utf8')
    expect(Number(mark)).toBeGreaterThan(0)
    expect(await loadDemoMatters(database.db, county, node)).toBe(0)
    expect(await readFile(node.markFile, 'utf8')).toBe(mark)
  })
})

describe('the counties, once they run,', () => {
  const signal = new AbortController().signal

  /** Counties whose matters come as far as each step says; what was asked is kept. */
  function counties(refuse: (operation: string) => boolean = () => false) {
    const states = new Map(demoCourses.map(({ matter, states: [first = ''] }) => [matter, first]))
    const asked: string[] = []
    const ask: DemoAsker = async (county, operation, variables) => {
      if (operation === 'inbox-news') {
        return { inbox: { nodes: [...states].map(([id, state]) => ({ id, state })) } }
      }
      if (refuse(operation)) throw new DemoRefused('TRANSITION_REFUSED', 'it is not to be')
      const course = demoCourses.find(({ steps }) => steps.some((step) => step.variables === variables))
      if (course === undefined) throw new Error(`nobody does ${operation}`)
      asked.push(`${county} ${operation}`)
      const next = course.steps.findIndex((step) => step.variables === variables) + 1
      states.set(course.matter, course.steps[next]?.when ?? course.states.at(-1) ?? '')
      return {}
    }
    return { ask, asked, states }
  }

  test('take every step of every matter once', async () => {
    const { ask, asked } = counties()
    await goOnWithDemoMatters(ask, 5_000, signal)
    expect(asked).toHaveLength(demoCourses.flatMap(({ steps }) => steps).length)
  })

  test('leave a matter alone that somebody has taken elsewhere', async () => {
    const { ask, asked, states } = counties()
    states.set(demoMatters.clueFiled, 'OBJECTED')
    await goOnWithDemoMatters(ask, 5_000, signal)
    expect(asked).not.toContain('411729 advance-clue')
    expect(asked).toContain('411729 advance-evidence')
  })

  test('say after a while which matter stays behind, and why', async () => {
    const { ask } = counties((operation) => operation === 'advance-evidence')
    await expect(goOnWithDemoMatters(ask, 50, signal)).rejects.toThrow(
      `first ${demoMatters.evidenceCited} (advance-evidence by 411729: it is not to be)`,
    )
  })

  test('say that a county cannot be asked', async () => {
    const refused: DemoAsker = () => Promise.reject(new Error('the issuer gave no token'))
    await expect(goOnWithDemoMatters(refused, 50, signal)).rejects.toThrow('(the issuer gave no token)')
  })

  test('go on where a filing that was done before is refused', async () => {
    const { ask, asked } = counties((operation) => operation === 'advance-case')
    await goOnWithDemoMatters(ask, 5_000, signal)
    expect(asked.filter((each) => each === '411729 advance-clue')).toHaveLength(5)
  })
})
