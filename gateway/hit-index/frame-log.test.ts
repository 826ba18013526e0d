import { appendFile, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createFrameLog } from './frame-log.ts'
import { pauseAfter } from './poller.ts'

const county = '411528'
const state = {
  anchor: { lineage: 'one', version: 3, chain: 'a'.repeat(64), left: ['zero'], restored: false },
  renewal: 'AAAA',
}
const frame = (text: string): Buffer => Buffer.from(text)
let folder: string

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'frame-log-')), 'made when needed')
})
afterEach(() => rm(join(folder, '..'), { recursive: true, force: true }))

async function loaded(): Promise<{ frames: string[]; isWhole: boolean; state: unknown }> {
  const { frames, ...rest } = await createFrameLog(folder, county).load()
  return { frames: frames.map((each) => Buffer.from(each).toString()), ...rest }
}

it('a log gives back what was kept, in its order, readable by this user only', async () => {
  expect(await loaded()).toEqual({ frames: [], isWhole: true, state: undefined })
  const log = createFrameLog(folder, county)
  await log.replace([frame('full')])
  await log.append(frame('delta'))
  await log.append(frame(''))
  await log.saveState(state)
  expect(await loaded()).toEqual({ frames: ['full', 'delta', ''], isWhole: true, state })
  expect(log.size()).toEqual({ first: 4, further: 5 })
  await log.replace([frame('new')])
  expect((await loaded()).frames).toEqual(['new'])
  expect(await readdir(folder)).toEqual([`${county}.json`, `${county}.log`])
  for (const file of await readdir(folder)) expect((await stat(join(folder, file))).mode & 0o077).toBe(0)
})

it('a log that ends in the middle of a frame gives what is whole, wherever it was cut', async () => {
  const log = createFrameLog(folder, county)
  await log.replace([frame('full')])
  await log.append(frame('delta'))
  for (let length = 16; length >= 0; length -= 1) {
    await truncate(join(folder, `${county}.log`), length)
    const { frames, isWhole } = await loaded()
    expect(frames).toEqual(length >= 8 ? ['full'] : [])
    expect(isWhole).toBe(length === 8 || length === 0)
  }
})

it('a state that is no state is none', async () => {
  const log = createFrameLog(folder, county)
  await log.saveState(state)
  await appendFile(join(folder, `${county}.json`), '}')
  expect((await loaded()).state).toBeUndefined()
})

it('a poller waits hardly at all after news, longer and longer after failures, and never in step with others', () => {
  const after = (result: Parameters<typeof pauseAfter>[0], failures: number, shift = 1, took = 25_000) =>
    pauseAfter(result, { failures, shift, took })
  expect(after('DELTA', 0)).toBe(50)
  expect(after('RENEWAL', 0)).toBe(50)
  // A county that does not wait is not asked in a loop.
  expect(after('RENEWAL', 0, 1, 10)).toBe(990)
  expect([1, 2, 3, 7, 50].map((failures) => after('FAILED', failures))).toEqual([500, 1_000, 2_000, 30_000, 30_000])
  expect(after('FAILED', 7, 0)).toBe(15_000)
  expect([after('GAP', 1), after('GAP', 2)]).toEqual([50, 1_000])
  expect([after('DECLINED', 0, 0), after('DECLINED', 0, 1)]).toEqual([45_000, 75_000])
})
