import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  generateSigningKey,
  KeyRefused,
  parsePublicKeys,
  parseSigningKey,
  parseSigningKeys,
  publicKeyOf,
  readSigningKey,
  writeSecretFile,
} from './keys.ts'

describe('key files', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('a written key is readable by its owner only, is read again, and leaves no temporary file', async () => {
    const key = await generateSigningKey('ES256')
    const file = join(folder, 'secrets', 'key.json')
    await writeSecretFile(file, JSON.stringify(key))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readSigningKey(file)).toEqual(key)
    expect(await readdir(join(folder, 'secrets'))).toEqual(['key.json'])
  })
})

describe.each(['EdDSA', 'ES256'] as const)('%s keys', async (alg) => {
  const key = await generateSigningKey(alg)
  const { kid, alg: _alg, ...bare } = key

  test('get their thumbprint as kid and their algorithm when the file names none', async () => {
    expect(await parseSigningKey(JSON.stringify(bare))).toEqual(key)
    expect(kid).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })
  test('show nothing private in their public part', () => {
    expect(publicKeyOf(key)).not.toHaveProperty('d')
    expect(publicKeyOf(key)).toMatchObject({ kid, alg, use: 'sig' })
  })
  test('are refused as signing keys when only their public part is there', async () => {
    await expect(parseSigningKey(JSON.stringify(publicKeyOf(key)))).rejects.toThrow(KeyRefused)
  })
  test('are refused in a file of public keys when private, without being quoted', async () => {
    const attempt = parsePublicKeys(JSON.stringify({ keys: [key] }))
    await expect(attempt).rejects.toThrow('holds a private key')
    await expect(attempt).rejects.not.toThrow(key.d)
    expect(await parsePublicKeys(JSON.stringify({ keys: [publicKeyOf(key)] }))).toEqual({ keys: [publicKeyOf(key)] })
  })
  test('are refused when their parts do not fit together or the algorithm is another', async () => {
    const other = await generateSigningKey(alg)
    await expect(parseSigningKey(JSON.stringify({ ...key, x: other.x }))).rejects.toThrow(KeyRefused)
    await expect(parseSigningKey(JSON.stringify({ ...key, alg: 'RS256' }))).rejects.toThrow(KeyRefused)
  })
})

test('a set of keys keeps its order, and an empty or broken one is refused', async () => {
  const [one, two] = [await generateSigningKey('ES256'), await generateSigningKey('EdDSA')]
  expect(await parseSigningKeys(JSON.stringify({ keys: [one, two] }))).toEqual([one, two])
  await expect(parseSigningKeys('{"keys":[]}')).rejects.toThrow(KeyRefused)
  await expect(parseSigningKeys('not JSON')).rejects.toThrow(KeyRefused)
})
