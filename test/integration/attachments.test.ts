import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { request } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { attachments as held } from '../../services/county/attachments/attachment.table.ts'
import { runProgram } from '../../services/cli/program.ts'
import { createCountyTokenMinter } from '../../services/platform/tokens/county-token.ts'
import { referenceTo, samplePdf } from '../support/attachments.ts'
import {
  type FileAnswer,
  type FileWorld,
  type Reference,
  answered,
  codesOf,
  startFileWorld,
  wuzhi,
  xincai,
  xixian,
} from '../support/file-world.ts'
import { agencyOf, gatewayId } from '../support/trust.ts'

let world: FileWorld
beforeAll(async () => {
  world = await startFileWorld({ fetch: { pauseMs: 10, attempts: 3 }, waitMs: 50_000 })
})
beforeEach(() => Object.assign(world.way, { requests: [], bytes: 0, breakAfter: [] }))
afterAll(() => world?.close())

describe('a file that a clue names', () => {
  it('[A04] goes up to the own node, is fetched by the recipient on demand, and stands in all three journals', async () => {
    const contents = samplePdf(300_000, 'a')
    const reference = referenceTo(contents)
    expect(await world.put(contents)).toMatchObject({ status: 201, json: { hash: reference.hash, size: 300_000 } })
    const id = await world.sent(reference)
    expect(await world.filesAt(xixian, id)).toMatchObject([{ ...reference, held: true }])
    const [shown] = await world.filesAt(xincai, id)
    expect(shown).toMatchObject({ ...reference, held: false })

    const found = await world.get(shown?.path ?? '', await world.headersOf(xincai))
    expect(found.status).toBe(200)
    expect(found.body.equals(contents)).toBe(true)
    expect(found.headers).toMatchObject({
      etag: `"${reference.hash}"`,
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('现场检查笔录.pdf')}`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    expect(await world.filesAt(xincai, id)).toMatchObject([{ held: true }])
    expect(await world.get(shown?.path ?? '', await world.headersOf(xincai))).toMatchObject({ status: 200 })
    expect(world.way.requests).toHaveLength(1)

    const [ours, theirs] = [`${xixian}-agency putAttachment`, `${xincai}-agency getAttachment`]
    const node = `county:${xincai} getAttachment`
    expect(await world.journalled(world.journal, reference.hash)).toEqual([ours, theirs, node, theirs])
    expect(await world.journalled(world.counties.at(xixian).database, reference.hash)).toEqual([ours, node])
    expect(await world.journalled(world.counties.at(xincai).database, reference.hash)).toEqual([theirs, theirs])
  })

  it('is continued where the connection broke, twice, and every byte comes about once', async () => {
    const contents = samplePdf(6_000_000, 'b')
    const reference = referenceTo(contents)
    await world.put(contents)
    const id = await world.sent(reference)
    world.way.breakAfter = [2_000_000, 1_500_000]
    const found = await world.get(`/attachments/${reference.hash}?matter=${id}`, await world.headersOf(xincai))
    expect(found.body.equals(contents)).toBe(true)
    expect(world.way.requests).toHaveLength(3)
    expect(world.way.requests[0]).not.toContain('range:')
    const [second, third] = world.way.requests.slice(1).map((text) => Number(/range: bytes=(\d+)-/.exec(text)?.[1]))
    expect(second).toBeGreaterThan(1_000_000)
    expect(third).toBeGreaterThan(second ?? 0)
    expect(world.way.requests[2]).toContain(`if-range: "${reference.hash}"`)
    expect(world.way.bytes).toBeLessThan(6_100_000)
    expect(world.left(xincai, 'fetching')).toEqual([])
  })

  it('is fetched once for two who ask at the same time, and by nobody who only looks at the list', async () => {
    const contents = samplePdf(2_000_000, 'c')
    const reference = referenceTo(contents)
    await world.put(contents)
    const id = await world.sent(reference)
    await world.filesAt(xincai, id)
    expect(world.way.requests).toEqual([])
    const path = `/attachments/${reference.hash}?matter=${id}`
    const both = await Promise.all([
      world.get(path, await world.headersOf(xincai)),
      world.get(path, await world.headersOf(xincai)),
    ])
    expect(both.map(({ status, body }) => [status, body.equals(contents)])).toEqual([
      [200, true],
      [200, true],
    ])
    expect(world.way.requests).toHaveLength(1)
  })

  it('is given in parts to whoever asks for parts', async () => {
    const contents = samplePdf(100_000, 'd')
    const reference = referenceTo(contents)
    await world.put(contents)
    const id = await world.sent(reference)
    const path = `/attachments/${reference.hash}?matter=${id}`
    const own = await world.headersOf(xixian)
    const part = await world.get(path, { ...own, range: 'bytes=40000-49999', 'if-range': `"${reference.hash}"` })
    expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 40000-49999/100000'])
    expect(part.body.equals(contents.subarray(40_000, 50_000))).toBe(true)
    expect(await world.get(path, { ...own, range: 'bytes=100000-' })).toMatchObject({
      status: 416,
      headers: { 'content-range': 'bytes */100000' },
    })
    expect(await world.get(path, { ...own, range: 'bytes=5-9', 'if-range': '"another"' })).toMatchObject({
      status: 200,
    })
  })

  it('that was spoiled at its sender is refused, the sender is named, and nothing of it is kept or served', async () => {
    const contents = samplePdf(200_000, 'e')
    const reference = referenceTo(contents)
    await world.put(contents)
    const id = await world.sent(reference)
    const stored = await readFile(world.storedAt(xixian, reference.hash))
    stored[100_000] = 0
    await writeFile(world.storedAt(xixian, reference.hash), stored)
    const found = await world.get(`/attachments/${reference.hash}?matter=${id}`, await world.headersOf(xincai))
    expect(found.status).toBe(502)
    expect(found.json.errors?.[0]?.extensions).toMatchObject({
      code: 'COUNTY_UNANSWERED',
      county: xixian,
      reason: 'FAULT',
    })
    expect(await world.filesAt(xincai, id)).toMatchObject([{ held: false }])
    expect(world.left(xincai, 'fetching')).toEqual([])
  })

  it('whose sender cannot be reached is told to be so; once it can, the file comes', async () => {
    const contents = samplePdf(50_000, 'f')
    const reference = referenceTo(contents)
    await world.put(contents)
    const id = await world.sent(reference)
    const path = `/attachments/${reference.hash}?matter=${id}`
    await world.counties.at(xixian).stop()
    const missed = await world.get(path, await world.headersOf(xincai))
    expect(missed.json.errors?.[0]?.extensions).toMatchObject({ county: xixian, reason: 'UNREACHABLE' })
    await world.counties.at(xixian).start()
    // What was given up just now is not tried again at once.
    const own = await world.headersOf(xincai)
    await expect.poll(async () => (await world.get(path, own)).status, { timeout: 30_000, interval: 200 }).toBe(200)
  })

  it('that nobody has uploaded cannot be named, nor one of another size or type; the place is named', async () => {
    const contents = samplePdf(1_000, 'g')
    const reference = referenceTo(contents)
    await world.put(contents)
    const id = await world.drafted()
    for (const wrong of [{ hash: 'a'.repeat(64) }, { size: 999 }, { mediaType: 'image/png' }]) {
      const attachments = [reference, { ...reference, ...wrong }]
      const { body } = await world.asked(xixian, 'send-clue', {
        id,
        letter: { number: '息示例移〔2026〕0号', attachments },
      })
      expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'attachments[1]' })
    }
    const { body } = await world.asked(xixian, 'send-clue', {
      id,
      letter: { number: '息示例移〔2026〕0号', attachments: [reference] },
    })
    expect(body.errors).toBeUndefined()
  })
})

describe('who gets nothing', () => {
  let reference: Reference
  let id: string
  let path: string
  beforeAll(async () => {
    const contents = samplePdf(20_000, 'h')
    reference = referenceTo(contents)
    await world.put(contents)
    id = await world.sent(reference)
    path = `/attachments/${reference.hash}?matter=${id}`
  })

  it('is an agency without a token, the scope, a purpose or an officer', async () => {
    const own = await world.headersOf(xincai)
    const { authorization: _, ...anonymous } = own
    const { 'exchange-purpose': __, ...aimless } = own
    const { 'exchange-officer': ___, ...nameless } = own
    const scopeless = await world.headersOf(xincai, ['case:read', 'matter:write'])
    const answers = await Promise.all(
      [anonymous, scopeless, aimless, nameless].map((headers) => world.get(path, headers)),
    )
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 403, 403])
    expect(answers.flatMap(codesOf)).toEqual([
      'TOKEN_MISSING',
      'UNAUTHORIZED_FIELD_OR_TYPE',
      'PURPOSE_MISSING',
      'OFFICER_MISSING',
    ])
    const reader = await world.headersOf(xixian, ['matter:read'])
    expect(codesOf(await world.put(samplePdf(10, 'i'), undefined, reader))).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE'])
  })

  it('is a third county: to its agencies and its node the file is not there', async () => {
    const answers = [
      await world.get(path, await world.headersOf(wuzhi)),
      await asCounty(wuzhi, xixian, reference.hash, id),
      await asCounty(xincai, xixian, reference.hash, `${xixian}:clue:${world.clock.uuid()}`),
      await asCounty(xincai, xixian, 'b'.repeat(64), id),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    expect(new Set(answers.map(({ json }) => json.errors?.[0]?.message)).size).toBe(1)
  })

  it('is a party that names in a document of its own what it wants to see of the other’s', async () => {
    const secret = samplePdf(5_000, 'j')
    const wanted = referenceTo(secret)
    await world.put(secret)
    // 新蔡县 lies: its own node would refuse to name what it does not hold.
    const { delivery } = world.counties.at(xincai).node()
    const actor = { agency: agencyOf(xincai), officer: '1' }
    await delivery.act(async (tx) => {
      const { hash, size, mediaType } = wanted
      await tx.insert(held).values({ hash, size, mediaType, storedAt: world.clock.now(), agency: 'x', origin: 'OWN' })
      return delivery.send(tx, {
        matter: id,
        event: 'FURTHER_MATERIAL',
        body: { text: '看一下' },
        attachments: [wanted],
        actor,
      })
    })
    await expect.poll(() => world.filesAt(xixian, id), { timeout: 30_000, interval: 20 }).toHaveLength(2)
    expect(await asCounty(xincai, xixian, wanted.hash, id)).toMatchObject({ status: 404 })
    expect(await asCounty(xincai, xixian, reference.hash, id)).toMatchObject({ status: 200 })
  })

  /** Asks a county's node as a gateway does in the name of another county's. */
  async function asCounty(asker: string, holder: string, hash: string, matter: string): Promise<FileAnswer> {
    const minter = createCountyTokenMinter({ gatewayId, key: world.trust.gatewayKey, clock: world.clock })
    const viewer = { agency: `county:${asker}`, county: asker, scopes: new Set(['matter:deliver', 'query:adhoc']) }
    const url = new URL(`attachments/${hash}?matter=${encodeURIComponent(matter)}`, world.counties.at(holder).url)
    const authorization = `Bearer ${await minter.mint({ viewer, county: holder })}`
    return answered(
      await request(url, { headers: { authorization, 'exchange-purpose': 'case/T', 'exchange-officer': 'node' } }),
    )
  }
})

describe('an upload', () => {
  it('that is repeated is answered with its first bytes', async () => {
    const contents = samplePdf(5_000_000, 'k')
    const { hash } = referenceTo(contents)
    await world.put(contents)
    const own = await world.headersOf(xixian)
    const lines = Object.entries({ ...own, 'content-type': 'application/pdf', 'content-length': '5000000' })
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(world.gateway.url).port), '127.0.0.1', () => {
        const head = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')
        socket.write(`PUT /attachments/${hash} HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n%PDF`)
      })
      socket.once('data', (data: Buffer) => {
        resolve(data.toString('utf8'))
        socket.destroy()
      })
      socket.once('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
  })

  it('that is not what it claims to be is refused, and nothing of it is left', async () => {
    const contents = samplePdf(5_000, 'l')
    const page = Buffer.from('<html><script>alert(1)</script></html>')
    const cases: [Buffer, Reference, string][] = [
      [contents, { ...referenceTo(contents), hash: 'c'.repeat(64) }, 'hash'],
      [contents, referenceTo(contents, 'x.png', 'image/png'), 'content-type'],
      [page, referenceTo(page, 'x.html', 'text/html'), 'content-type'],
      [page, referenceTo(page, 'x.txt', 'text/plain'), 'content-type'],
    ]
    for (const [bytes, reference, argument] of cases) {
      const { status, json } = await world.put(bytes, reference)
      expect([status, json.errors?.[0]?.extensions]).toMatchObject([400, { code: 'BAD_USER_INPUT', argument }])
    }
    expect(world.left(xixian, 'incoming')).toEqual([])
    const large = { ...(await world.headersOf(xixian)), 'content-type': 'application/pdf' }
    const url = `${world.gateway.url}/attachments/${'d'.repeat(64)}`
    const unmeasured = await request(url, { method: 'PUT', headers: large, body: Readable.from([contents]) })
    expect((await answered(unmeasured)).json.errors?.[0]?.extensions).toMatchObject({ argument: 'content-length' })
    const endless = new Readable({ read() {} })
    endless.push(contents)
    const tooLarge = await request(url, {
      method: 'PUT',
      headers: { ...large, 'content-length': '209715201' },
      body: endless,
    })
    expect((await answered(tooLarge)).json.errors?.[0]?.extensions).toMatchObject({ argument: 'content-length' })
  })

  it('that breaks off leaves nothing, and can be made again', async () => {
    const contents = samplePdf(3_000_000, 'm')
    const reference = referenceTo(contents)
    const broken = Readable.from(
      (async function* cut() {
        yield contents.subarray(0, 1_000_000)
        await expect.poll(() => world.left(xixian, 'incoming')).toHaveLength(1)
        throw new Error('the connection is lost')
      })(),
    )
    const headers = {
      ...(await world.headersOf(xixian)),
      'content-type': 'application/pdf',
      'content-length': '3000000',
    }
    const url = `${world.gateway.url}/attachments/${reference.hash}`
    await expect(request(url, { method: 'PUT', headers, body: broken })).rejects.toThrow('the connection is lost')
    await expect.poll(() => world.left(xixian, 'incoming'), { timeout: 30_000 }).toEqual([])
    expect(await world.put(contents)).toMatchObject({ status: 201 })
  })
})

describe('the commands', () => {
  async function command(county: string, ...args: string[]) {
    const said = { out: '', err: '', code: 0 }
    const headers = await world.headersOf(county)
    const env = { LIANDONG_TOKEN: (headers['authorization'] ?? '').slice('Bearer '.length) }
    const more = ['--purpose', 'case/T-1', '--officer', '1', '--gateway', `${world.gateway.url}/graphql`]
    await runProgram([...args, ...more], {
      env,
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      progress: { write: () => true },
      stdin: async () => '',
      exit: (code) => void (said.code = code),
    })
    return said
  }

  it('attach hands a file over and prints what names it; fetch gets it, goes on with a part, and proves it', async () => {
    const contents = samplePdf(400_000, 'n')
    const [from, to] = ['笔录.pdf', '取回.pdf'].map((name) => join(world.counties.at(wuzhi).folder, name)) as [
      string,
      string,
    ]
    await writeFile(from, contents)
    const attached = await command(xixian, 'attach', from)
    expect(attached).toMatchObject({ code: 0, err: '笔录.pdf: 400000 bytes handed over\n' })
    const reference = JSON.parse(attached.out) as Reference
    expect(reference).toEqual(referenceTo(contents, '笔录.pdf'))
    const id = await world.sent(reference)
    await writeFile(`${to}.part`, contents.subarray(0, 150_000))
    const fetched = await command(xincai, 'fetch', id, reference.hash, '--out', to)
    expect(fetched).toEqual({ out: `${to}: 400000 bytes, SHA-256 verified\n`, err: '', code: 0 })
    expect((await readFile(to)).equals(contents)).toBe(true)

    await writeFile(`${to}.part`, Buffer.alloc(150_000, 'wrong'))
    const spoiled = await command(xincai, 'fetch', id, reference.hash, '--out', to)
    expect(spoiled.code).toBe(3)
    expect(spoiled.err).toContain('What came is not the file')
    expect(await command(xincai, 'fetch', id, reference.hash, '--out', to)).toMatchObject({ code: 0 })
  })

  it('say in one line what is wrong', async () => {
    const file = join(world.counties.at(wuzhi).folder, 'x.exe')
    await writeFile(file, 'MZ')
    expect((await command(xixian, 'attach', file)).err).toContain('Name its type with --type')
    expect((await command(xixian, 'attach', file, '--type', 'application/pdf')).err).toBe(
      'liandong: The contents are not of the type application/pdf, nor of another that is taken. (BAD_USER_INPUT)\n',
    )
    expect((await command(xixian, 'fetch', `${xixian}:clue:1`, 'e'.repeat(64), '--out', file)).err).toContain(
      '(NOT_FOUND)',
    )
  })
})
