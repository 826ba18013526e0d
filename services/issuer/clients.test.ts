import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { generateSigningKey, publicKeyOf } from '../platform/tokens/keys.ts'
import { ClientsRefused, readClients } from './clients.ts'

const key = await generateSigningKey('EdDSA')
const jwks = { keys: [publicKeyOf(key)] }
const good = { client_id: 'xixian-approval', county: '411528', scopes: ['credit:check'], jwks }
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clients-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function read(contents: unknown) {
  const file = join(folder, 'clients.json')
  await writeFile(file, typeof contents === 'string' ? contents : JSON.stringify(contents))
  return readClients(file)
}

test('clients are read with their keys, from the row or from a file beside', async () => {
  await writeFile(join(folder, 'keys.json'), JSON.stringify(jwks))
  const { jwks: _jwks, ...row } = good
  expect(await read([good, { ...row, client_id: 'analyst', jwks_file: 'keys.json' }])).toEqual([
    { id: 'xixian-approval', county: '411528', scopes: ['credit:check'], keys: jwks.keys },
    { id: 'analyst', county: '411528', scopes: ['credit:check'], keys: jwks.keys },
  ])
})

test('every bad row is listed at once, with its position and reason', async () => {
  const attempt = read([
    good,
    good,
    { ...good, client_id: 'Bad Name', county: '41' },
    { ...good, client_id: 'both', jwks_file: 'keys.json' },
    { ...good, client_id: 'private', jwks: { keys: [key] } },
    { ...good, client_id: 'absent', jwks: undefined, jwks_file: 'absent.json' },
  ])
  await expect(attempt).rejects.toThrow(ClientsRefused)
  const outcome: unknown = await attempt.catch((error: unknown) => error)
  const message = outcome instanceof Error ? outcome.message : ''
  expect(message).toContain('row 2: client_id xixian-approval stands there more than once')
  expect(message).toContain('row 3: client_id: must be lower-case')
  expect(message).toContain('county: must be a county code')
  expect(message).toContain('row 4: needs either "jwks" or "jwks_file"')
  expect(message).toContain('row 5: A file of public keys holds a private key')
  expect(message).toContain('row 6: ENOENT')
  expect(message).not.toContain(key.d)
})

test('a file that is not a JSON array is refused', async () => {
  await expect(read('{}')).rejects.toThrow(ClientsRefused)
  await expect(read('nonsense')).rejects.toThrow(ClientsRefused)
})
