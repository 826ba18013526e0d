import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError } from '../platform/config.ts'
import { hitIndexEpochSchema } from '../platform/directory/snapshot.ts'
import { localAddresses } from './addresses.ts'
import { writeDemoRecords } from './demo-records.ts'
import { importantLine } from './important-line.ts'
import { demoKeys } from './keys.ts'
import { openLogFile } from './log-file.ts'
import { portProblem } from './ports.ts'
import { supervise } from './processes.ts'
import { localSettings } from './settings.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-parts-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('without any variable the demo uses its standard ports and embedded databases', () => {
  const settings = localSettings({})
  expect(settings.ports).toEqual({
    gateway: 4000,
    coordination: 4100,
    issuer: 4200,
    counties: { '411528': 4301, '411729': 4302, '410823': 4303 },
  })
  expect(settings.databases).toEqual({})
})

test('each variable changes its part, and bad ones are named', () => {
  const settings = localSettings({
    COUNTY_411729_PORT: '7',
    COUNTY_410823_DATABASE_URL: 'postgres://a/b',
    HOST: '0.0.0.0',
  })
  expect(settings.ports.counties['411729']).toBe(7)
  expect(settings.databases).toEqual({ 'county-410823': 'postgres://a/b' })
  expect(localAddresses(settings).gateway).toBe('http://127.0.0.1:4000')
  expect(() => localSettings({ GATEWAY_PORT: 'x', ISSUER_PORT: '99999' })).toThrow(ConfigError)
  expect(() => localSettings({ GATEWAY_PORT: 'x', ISSUER_PORT: '99999' })).toThrow(/GATEWAY_PORT[\s\S]*ISSUER_PORT/)
})

test('ports that are taken or wanted twice are named with their variables, in one line', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const problem = await portProblem('127.0.0.1', [
    { port, variable: 'A_PORT' },
    { port, variable: 'B_PORT' },
  ])
  server.close()
  expect(problem).toBe(
    `Port ${port} is taken (set A_PORT to another); port ${port} is wanted by both A_PORT and B_PORT.`,
  )
  expect(await portProblem('127.0.0.1', [])).toBeUndefined()
})

test('a log file becomes .1 at the next start and whenever it reaches its bound', () => {
  const file = join(folder, 'logs', 'a.log')
  const first = openLogFile(file, 10)
  first.write('one\n')
  first.close()
  const second = openLogFile(file, 10)
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('one\n')
  second.write('0123456789\n')
  second.write('after\n')
  second.close()
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('0123456789\n')
  expect(readFileSync(file, 'utf8')).toBe('after\n')
})

test('warnings and errors are shown once in a while, everything else stays in the log', () => {
  let now = 0
  const important = importantLine(() => now)
  const warning = JSON.stringify({ level: 40, msg: 'a county did not answer', err: { message: 'timeout' } })
  expect(important(warning)).toBe('a county did not answer (timeout)')
  expect(important(warning)).toBeUndefined()
  now += 31_000
  expect(important(warning)).toBe('a county did not answer (timeout)')
  expect(important(JSON.stringify({ level: 30, msg: 'listening' }))).toBeUndefined()
  expect(important('no JSON')).toBeUndefined()
  expect(important('{broken')).toBeUndefined()
})

test('keys that are there are kept', async () => {
  const first = await demoKeys(folder, ['411528'], ['analyst'])
  const second = await demoKeys(folder, ['411528'], ['analyst'])
  expect(second).toEqual(first)
  expect(existsSync(first.clients['analyst']?.file ?? '')).toBe(true)
})

test('the directory of the demo has one key of the hit index, made once and readable by its owner only', async () => {
  const addresses = localAddresses(localSettings({}))
  const epochs = async (): Promise<unknown> => {
    const keys = await demoKeys(join(folder, 'keys'), ['411528'], ['analyst'])
    writeDemoRecords(folder, keys, addresses)
    return JSON.parse(readFileSync(join(folder, 'seed', 'hit-index-epochs.json'), 'utf8')) as unknown
  }
  const first = await epochs()
  expect(hitIndexEpochSchema.array().parse(first)).toHaveLength(1)
  expect(await epochs()).toEqual(first)
  for (const file of ['keys/hit-index.key', 'seed/hit-index-epochs.json']) {
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
  }
})

test('a process that ends before it serves fails the start with the end of its log, and is not started again', async () => {
  const program = join(folder, 'bad.mjs')
  writeFileSync(program, "console.error('COUNTY_CODE: is missing'); process.exit(1)")
  const said: string[] = []
  const child = supervise(
    { name: 'bad', program, env: {}, url: '', readyUrl: 'http://127.0.0.1:9/' },
    { logFolder: folder, restart: true, preload: 'data:text/javascript,', say: (line) => void said.push(line) },
  )
  await expect(child.ready(60_000)).rejects.toThrow(/bad ended \(exit code 1\)[\s\S]*COUNTY_CODE: is missing/)
  await child.stop()
  expect(said).toEqual([])
  expect(readFileSync(join(folder, 'bad.log'), 'utf8')).toContain('COUNTY_CODE: is missing')
})
