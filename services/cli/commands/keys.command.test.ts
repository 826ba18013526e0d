import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hitIndexEpochSchema } from '../../platform/directory/snapshot.ts'
import { parsePublicKeys, publicKeyOf, readSigningKey } from '../../platform/tokens/keys.ts'
import { runProgram } from '../program.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-keys-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function keys(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const result = { out: '', err: '', code: 0 }
  await runProgram(['keys', ...args], {
    env: {},
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    progress: { write: () => true },
    stdin: async () => '',
    exit: (code) => void (result.code = code),
  })
  return result
}

test.each([
  ['EdDSA', []],
  ['EdDSA', ['--alg', 'EdDSA']],
  ['ES256', ['--alg', 'ES256']],
])('a new %s key is its owner’s alone, and only its public part is shown, now and later', async (alg, options) => {
  const file = join(mkdtempSync(join(folder, 'new-')), 'key.json')
  const { out, code } = await keys('generate', file, ...options)
  const key = await readSigningKey(file)
  expect(code).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(key.alg).toBe(alg)
  expect(JSON.parse(out)).toEqual(publicKeyOf(key))
  // The directory takes it as it is printed.
  expect((await parsePublicKeys(`{"keys":[${out}]}`)).keys).toEqual([JSON.parse(out)])
  const shown = await keys('public', file)
  expect(shown).toEqual({ out, err: '', code: 0 })
  expect(shown.out).not.toContain(key.d)
})

test('a file that is there is never overwritten, and nothing is left beside it', async () => {
  const file = join(mkdtempSync(join(folder, 'old-')), 'key.json')
  writeFileSync(file, 'an older key')
  const { out, err, code } = await keys('generate', file)
  expect({ out, code }).toEqual({ out: '', code: 3 })
  expect(err).toBe(`liandong: ${file} is there already. Name another file: no key is overwritten.\n`)
  expect(readFileSync(file, 'utf8')).toBe('an older key')
  expect(readdirSync(join(file, '..'))).toEqual(['key.json'])
})

test('an algorithm that the exchange does not know is refused before a file is made', async () => {
  const { err, code } = await keys('generate', join(folder, 'rsa.json'), '--alg', 'RS256')
  expect(code).toBe(3)
  expect(err).toContain('EdDSA, ES256')
  expect(readdirSync(folder)).not.toContain('rsa.json')
})

test('a file that is missing, no key, or public already is told in one line that quotes nothing of it', async () => {
  const file = join(folder, 'broken.json')
  writeFileSync(file, '{"d":"not-to-be-shown"}')
  expect(await keys('public', join(folder, 'none.json'))).toMatchObject({ out: '', code: 3 })
  const whole = join(folder, 'whole.json')
  const { out: publicPart } = await keys('generate', whole)
  writeFileSync(join(folder, 'public.json'), publicPart)
  expect((await keys('public', join(folder, 'public.json'))).err).toMatch(/^liandong: .*no private part.*\n$/)
  const { out, err, code } = await keys('public', file)
  expect({ out, code }).toEqual({ out: '', code: 3 })
  expect(err).toMatch(/^liandong: .*broken\.json: The key is not .*\n$/)
  expect(err).not.toContain('not-to-be-shown')
})

test('a place where no file can be is told in one line', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  const { err, code } = await keys('generate', join(file, 'key.json'))
  expect({ err, code }).toEqual({ err: `liandong: ${join(file, 'key.json')} cannot be written (EEXIST).\n`, code: 3 })
})

test('an epoch of the hit index is an entry as the directory takes it, with a key of its own, and begins soon or when told', async () => {
  const { out, code } = await keys('epoch', '2027', '--from', '2027-01-01T00:00:00+08:00')
  expect(code).toBe(0)
  const entry = hitIndexEpochSchema.parse(JSON.parse(out))
  expect(entry).toMatchObject({ id: '2027', from: '2026-12-31T16:00:00.000Z' })
  expect(Buffer.from(entry.key, 'base64url')).toHaveLength(32)
  const next = hitIndexEpochSchema.parse(JSON.parse((await keys('epoch', '2028')).out))
  expect(next.key).not.toBe(entry.key)
  expect(Date.parse(next.from)).toBeGreaterThan(Date.now())
  expect(await keys('epoch', 'a b')).toMatchObject({
    out: '',
    code: 3,
    err: expect.stringContaining('letters, digits'),
  })
  expect(await keys('epoch', 'a', '--from', 'soon')).toMatchObject({ out: '', code: 3 })
})
