import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompactSign, importJWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sampleSnapshot } from '../platform/directory/sample-snapshot.ts'
import { signSnapshot } from '../platform/directory/sign-snapshot.ts'
import { generateSigningKey, publicKeyOf, type SigningKey } from '../platform/tokens/keys.ts'
import { askedStatement, indexStatement, statementHash } from '../platform/hit-index/coverage-statement.ts'
import { runProgram } from './program.ts'
import { writeBundle } from './receipt-bundle.ts'

let folder: string
let gateway: SigningKey
let stranger: SigningKey

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-verify-'))
  const office = await generateSigningKey()
  gateway = await generateSigningKey()
  stranger = await generateSigningKey()
  const snapshot = sampleSnapshot({
    hitIndexEpochs: [],
    gateways: [{ id: 'gateway-1', url: 'http://127.0.0.1:4000/graphql', keys: [publicKeyOf(gateway)] }],
  })
  writeFileSync(join(folder, 'directory.jws'), await signSnapshot(snapshot, office))
  const hitIndexEpochs = [{ id: 'e1', key: 'A'.repeat(43), from: '2026-03-01T00:00:00Z' }]
  writeFileSync(join(folder, 'secret.jws'), await signSnapshot({ ...snapshot, hitIndexEpochs }, office))
  writeFileSync(join(folder, 'trust.json'), JSON.stringify({ keys: [publicKeyOf(office)] }))
  writeFileSync(join(folder, 'other-trust.json'), JSON.stringify({ keys: [publicKeyOf(stranger)] }))
})
afterAll(() => rmSync(folder, { recursive: true }))

const answerOf = (county: string, listVersion: string) => ({ county, listVersion, asOf: '2026-03-01T00:00:00.000Z' })

const contents = {
  iss: 'gateway-1',
  iat: 1_772_323_200,
  transaction: '3d1c5b1e-0000-4000-8000-000000000001',
  agency: 'xixian-enforcement',
  county: '411528',
  purpose: { kind: 'APPROVAL', number: '2026-17' },
  question: { subject: '91110000600037341L', matter: 'FOOD_BUSINESS_LICENCE' },
  verdict: 'INCONCLUSIVE',
  consequences: [],
  coverage: {
    complete: false,
    index: null,
    live: [answerOf('411528', '12'), answerOf('410823', '3')],
    unanswered: [{ county: '411729', reason: 'TIMEOUT' }],
  },
  directory: { serial: 7, measuresVersion: 'sample' },
}

async function receipt(key: SigningKey, payload: object = contents, kid = key.kid): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: key.alg, kid, typ: 'receipt+jws' })
    .sign(await importJWK(key, key.alg))
}

async function verify(
  jws: string,
  {
    trust = 'trust.json',
    how = 'text',
    directory = true,
  }: { trust?: string; how?: 'text' | 'stdin' | 'file'; directory?: boolean } = {},
): Promise<{ out: string; err: string; code: number }> {
  const result = { out: '', err: '', code: 0 }
  const file = join(folder, 'receipt.jws')
  if (how === 'file') writeFileSync(file, `${jws}\n`)
  const argument = { text: jws, stdin: '-', file }[how]
  const given = directory ? ['--directory', join(folder, 'directory.jws')] : []
  await runProgram(['verify', argument, ...given, '--trust', join(folder, trust)], {
    env: { LIANDONG_HOME: folder },
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    progress: { write: () => true },
    stdin: async () => jws,
    exit: (code) => void (result.code = code),
  })
  return result
}

test.each(['text', 'stdin', 'file'] as const)(
  'a genuine receipt given as %s says who answered and who did not',
  async (how) => {
    const { out, code } = await verify(await receipt(gateway), { how })
    expect(code).toBe(0)
    expect(out).toContain('The receipt is genuine: gateway gateway-1 signed it')
    expect(out).toContain('息县市场监督管理局 xixian-enforcement, 411528 息县')
    expect(out).toContain('食品经营许可 FOOD_BUSINESS_LICENCE')
    expect(out).toContain('INCONCLUSIVE: some county had not answered')
    expect(out).toMatch(/411528 息县 +实时 answered live +as of 2026-03-01 08:00:00 +list version 12/)
    expect(out).toMatch(/411729 新蔡县 +NO ANSWER +TIMEOUT/)
    expect(out).toContain('Nobody is left out: these are all the counties of directory serial 7')
  },
)

test('a receipt whose contents were changed is not genuine', async () => {
  const [header, , signature] = (await receipt(gateway)).split('.')
  const payload = Buffer.from(JSON.stringify({ ...contents, verdict: 'CLEAR' })).toString('base64url')
  const { out, err, code } = await verify(`${header}.${payload}.${signature}`)
  expect(code).toBe(1)
  expect(out).toBe('')
  expect(err).toMatch(/NOT GENUINE: The signature does not fit/)
})

test('a receipt signed by a key that the directory does not list is not genuine, whatever key it names', async () => {
  expect(await verify(await receipt(stranger))).toMatchObject({ code: 1, out: '' })
  expect(await verify(await receipt(stranger, contents, gateway.kid))).toMatchObject({ code: 1, out: '' })
})

test('a receipt that names another gateway than the one that signed it is not genuine', async () => {
  const { err, code } = await verify(await receipt(gateway, { ...contents, iss: 'gateway-2' }))
  expect(code).toBe(1)
  expect(err).toContain('names gateway gateway-2, but gateway gateway-1 signed it')
})

test('a directory that the given office did not sign proves nothing: an error, not a verdict', async () => {
  const { out, err, code } = await verify(await receipt(gateway), { trust: 'other-trust.json' })
  expect({ out, code }).toEqual({ out: '', code: 3 })
  expect(err).toMatch(/^liandong: .*trust file.*\n$/)
})

test('something that is no receipt is refused in one line', async () => {
  const { err, code } = await verify('no-such-file.jws')
  expect(code).toBe(3)
  expect(err).toBe('liandong: There is no file no-such-file.jws, and it is no receipt either.\n')
})

const statement = indexStatement(
  ['411528', '411729'].map((county) => ({ county, listVersion: '12', asOf: new Date('2026-03-01T00:00:00Z') })),
)
const byIndex = { statement: statement.hash, counties: 2 }
const clear = {
  ...contents,
  verdict: 'CLEAR',
  coverage: { complete: true, index: byIndex, live: [answerOf('410823', '3')], unanswered: [] },
}

/** Verifies a receipt in a bundle with these statements; the bundle's own directory serves. */
async function verifyBundle(payload: object, statements: readonly string[]) {
  const directory = readFileSync(join(folder, 'directory.jws'), 'utf8')
  const text = writeBundle({ receipt: await receipt(gateway, payload), statements: [...statements], directory })
  return verify(text, { how: 'stdin', directory: false })
}

test('a bundle shows each county with its source, time and list version, and that nobody is left out', async () => {
  const { out, code } = await verifyBundle(clear, [statement.text])
  expect(code).toBe(0)
  expect(out).toMatch(/411528 息县 +索引 not on its digest +as of 2026-03-01 08:00:00 +list version 12/)
  expect(out).toMatch(/410823 武陟县 +实时 answered live +as of 2026-03-01 08:00:00 +list version 3/)
  expect(out).toContain('Counties: 3 of 3 shown as covered')
  expect(out).toContain('Nobody is left out')
})

test('what was demanded of the age of digests is told for the moment when they were looked at, not for the answer', async () => {
  const question = { ...clear.question, maxStaleness: 'PT10S' }
  const { out } = await verifyBundle({ ...clear, question }, [statement.text])
  expect(out).toMatch(/not older than +PT10S when the counties' digests were looked at\n/)
})

test('what was asked live stands for its county, whatever the index’s statement has of it', async () => {
  const coverage = {
    complete: false,
    index: { ...byIndex, counties: 1 },
    live: [answerOf('410823', '3')],
    unanswered: [{ county: '411729', reason: 'TIMEOUT' }],
  }
  const { out, code } = await verifyBundle({ ...contents, coverage }, [statement.text])
  expect(code).toBe(0)
  expect(out).toMatch(/411729 新蔡县 +NO ANSWER +TIMEOUT/)
  expect(out).not.toMatch(/411729 新蔡县 +索引/)
})

test('many live answers stand in a statement of their own', async () => {
  const live = ['411528', '411729', '410823'].map((county) => answerOf(county, '5'))
  const separate = askedStatement({ live, unanswered: [] })
  const asked = { statement: separate.hash, live: 3, unanswered: 0 }
  const coverage = { complete: true, index: null, asked, live: [], unanswered: [] }
  const { out, code } = await verifyBundle({ ...clear, coverage }, [separate.text])
  expect([code, out.match(/answered live/g)?.length]).toEqual([0, 3])
  expect(
    (await verifyBundle({ ...clear, coverage: { ...coverage, asked: { ...asked, live: 2 } } }, [separate.text])).code,
  ).toBe(1)
})

test('a receipt alone is genuine, and says which statement would show the rest', async () => {
  for (const statements of [[], [`${statement.text} `]]) {
    const { out, code } = await verifyBundle(clear, statements)
    expect(code).toBe(0)
    expect(out).toContain(`  2 counties by the statement ${statement.hash}\n`)
    expect(out).toContain('is not at hand')
    expect(out).not.toContain('Nobody is left out')
  }
})

test.each([
  ['leaves a county of the directory out', { ...clear.coverage, live: [] }],
  [
    'has the index stand for more counties than its statement does',
    { ...clear.coverage, index: { ...byIndex, counties: 3 } },
  ],
  [
    'says CLEAR with a county unanswered',
    { ...clear.coverage, complete: false, live: [], unanswered: [{ county: '410823', reason: 'FAULT' }] },
  ],
  [
    'says complete with a county unanswered',
    { ...clear.coverage, live: [], unanswered: [{ county: '410823', reason: 'FAULT' }] },
  ],
])('a receipt that %s proves nothing, although a gateway signed it', async (_, coverage) => {
  const { out, err, code } = await verifyBundle({ ...clear, coverage }, [statement.text])
  expect({ out, code }).toEqual({ out: '', code: 1 })
  expect(err).toMatch(/NOT GENUINE/)
})

test('a statement that is none is refused, whoever signed its hash', async () => {
  const nonsense = '{"counties": "all"}'
  const coverage = { ...clear.coverage, index: { ...byIndex, statement: statementHash(nonsense) } }
  expect((await verifyBundle({ ...clear, coverage }, [nonsense])).code).toBe(1)
})

test('with a directory of another time nothing is said of completeness', async () => {
  const { out, code } = await verifyBundle({ ...clear, directory: { serial: 8, measuresVersion: 'sample' } }, [
    statement.text,
  ])
  expect(code).toBe(0)
  expect(out).toContain('Whether these are all counties cannot be said: that needs the directory of serial 8')
})

async function exported(jws: string, directory: string) {
  const result = { err: '', code: 0, file: join(folder, 'bundle.json') }
  rmSync(result.file, { force: true })
  const files = ['--directory', join(folder, directory), '--trust', join(folder, 'trust.json')]
  await runProgram(['receipt', 'export', jws, '--out', result.file, ...files], {
    env: { LIANDONG_HOME: folder, LIANDONG_GATEWAY_URL: 'http://127.0.0.1:9/graphql', LIANDONG_TOKEN: 'x' },
    out: () => {},
    err: (text) => void (result.err += text),
    progress: { write: () => true },
    stdin: async () => '',
    exit: (code) => void (result.code = code),
  })
  return result
}

test('an exported receipt verifies with nothing else; without its statement, or forged, nothing is exported', async () => {
  const { file } = await exported(await receipt(gateway), 'directory.jws')
  expect(await verify(readFileSync(file, 'utf8'), { how: 'stdin', directory: false })).toMatchObject({ code: 0 })
  expect(await exported(await receipt(gateway, clear), 'directory.jws')).toMatchObject({ code: 3 })
  expect(existsSync(file)).toBe(false)
  expect(await exported(await receipt(stranger), 'directory.jws')).toMatchObject({ code: 1 })
  expect(existsSync(file)).toBe(false)
})

test('a directory with keys of the hit index never leaves with a receipt', async () => {
  const { err, code, file } = await exported(await receipt(gateway), 'secret.jws')
  expect({ code, written: existsSync(file) }).toEqual({ code: 3, written: false })
  expect(err).toContain('must not leave with a receipt')
})
