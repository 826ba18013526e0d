import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rows } from '../../platform/database.ts'
import { errorCodes } from '../../platform/errors.ts'
import { frameMediaType } from '../../platform/hit-index/statement.ts'
import { journalEntries } from '../../platform/journal/journal.table.ts'
import { createCountyTokenMinter } from '../../platform/tokens/county-token.ts'
import { creditListings } from '../credit/credit-listing.table.ts'
import { changeList } from '../credit/list-version.repository.ts'
import { importFile } from '../import/import-file.ts'
import { csv, listingCells, listingTable, organisationCode } from '../import/import-fixture.ts'
import { sampleEngines } from '../sample-database.ts'
import { type SampleExchange, type SampleNode, part, sampleCounties, startSampleExchange } from '../sample-node.ts'
import { listingRow, sampleOrganisation, samplePerson } from '../sample-records.ts'
import { from, hashOf, type ReadFrame, readDigest, requestDigest } from './hit-index-fixture.ts'
import { resumeList, sweep } from './sweep.ts'

const { xixian } = sampleCounties
/** Longer than any test: what comes, comes because something happened. */
const wait = 25
const noHash = '0'.repeat(16)

describe.each(sampleEngines())('the digest of a county’s list on $name', ({ open }) => {
  let exchange: SampleExchange
  let node: SampleNode
  beforeEach(async () => {
    exchange = await startSampleExchange([xixian], { open, config: { MAX_IN_FLIGHT: 1 } })
    node = exchange.at(xixian)
  })
  afterEach(() => exchange.close())

  const read = (asked = {}) => readDigest(exchange, xixian, asked)
  const hash = (code: string) => hashOf(exchange, code)
  /** Writes an entry as the county's services do. */
  const write = (row: typeof creditListings.$inferInsert) =>
    node.db.transaction((tx) =>
      changeList(tx, exchange.clock.now(), async () => {
        await tx.insert(creditListings).values(row).onConflictDoUpdate({ target: creditListings.id, set: row })
        return { result: undefined, touched: [row.subjectCode, row.legalRepresentativeCode] }
      }),
    )
  /** Begins a long-poll and resolves once the node has it waiting. */
  const waiting = async (after: ReadFrame): Promise<{ frame: Promise<ReadFrame> }> => {
    const frame = read({ ...from(after), wait })
    frame.catch(() => {})
    await untilWaiting(1)
    return { frame }
  }
  const untilWaiting = async (count: number): Promise<void> => {
    const metrics = node.node.url?.replace(/graphql$/, 'metrics') ?? ''
    while (!(await (await fetch(metrics)).text()).includes(`liandong_hit_index_waiting ${count}\n`));
  }
  const advance = async (id: string, event: string, details: Record<string, unknown> = {}) => {
    const { data, errors } = await node.ask(
      { from: xixian },
      `mutation ($id: ID!, $event: CreditListingEvent!, $details: AdvanceListingDetails) {
        advanceListing(id: $id, event: $event, details: $details) { state } }`,
      { id, event, details },
    )
    expect(errors).toEqual([])
    return part(data, 'advanceListing')
  }
  const journalled = () =>
    rows<{ fields: string[]; agency: string; actor: string }>(
      node.db,
      sql`select fields, agency, actor from journal_entry where 'hitIndex' = any(fields) order by sequence`,
    )

  it('is empty for an empty list, and is signed for the gateway that asked', async () => {
    const { statement, added, removed } = await read()
    expect({ added, removed }).toEqual({ added: [], removed: [] })
    expect(statement).toMatchObject({
      version: 0,
      since: null,
      continues: true,
      count: 0,
      sum: noHash,
      epoch: 'sample',
      asOf: '2026-03-01T04:00:00.000Z',
      validUntil: '2026-03-01T04:05:00.000Z',
    })
  })

  it('has listed subjects and their legal representatives as sorted hashes, also entries that begin later', async () => {
    await write(listingRow(1, { legalRepresentativeCode: samplePerson(1) }))
    await write(listingRow(2, { listedOn: '2026-06-01' }))
    await write(listingRow(3, { state: 'NOTIFIED', listedOn: null, effectUntil: null }))
    await write(listingRow(4, { effectUntil: '2026-03-01' }))
    await write(listingRow(5, { state: 'REMOVED_EARLY', removedOn: '2026-02-01' }))
    const { statement, added } = await read()
    const codes = [sampleOrganisation(1), samplePerson(1), sampleOrganisation(2)]
    expect(added).toEqual(codes.map(hash).toSorted())
    expect(statement).toMatchObject({ count: 3, added: 3, removed: 0 })
    const sum = added.reduce((total, each) => BigInt.asUintN(64, total + BigInt(`0x${each}`)), 0n)
    expect(statement.sum).toBe(sum.toString(16).padStart(16, '0'))
  })

  it('reaches a waiting gateway when an entry is listed, removed and restored', async () => {
    const input = {
      documentNumber: '息示例市监失信列〔2026〕1号',
      subject: sampleOrganisation(1),
      subjectName: '虚构第1示例有限公司',
      legalRepresentative: '张示例',
      legalRepresentativeCode: samplePerson(1),
      category: 'FOOD_SAFETY',
      facts: '生产经营添加药品的食品',
      basis: '第五条',
      organ: '息县示例市场监督管理局',
      heavyPenalty: 'HEAVY_FINE',
      penaltyDocument: '息示例市监罚〔2026〕1号',
    }
    const entered = await node.ask(
      { from: xixian },
      `mutation ($input: EnterListingInput!) { enterListing(input: $input) { id } }`,
      { input },
    )
    const { id } = part<{ id: string }>(entered.data, 'enterListing')
    await advance(id, 'NOTIFY')
    await advance(id, 'REQUEST_CONSENT')
    const both = [hash(sampleOrganisation(1)), hash(samplePerson(1))].toSorted()

    const before = await read()
    expect(before).toMatchObject({ added: [], statement: { version: 3 } })
    const listing = await waiting(before)
    await advance(id, 'LIST', { superiorConsent: '信市监函〔2026〕3号' })
    const listed = await listing.frame
    expect(listed).toMatchObject({
      added: both,
      removed: [],
      statement: { version: 4, since: { version: 3 }, count: 2 },
    })

    await advance(id, 'PUBLISH')
    exchange.clock.set('2027-03-02T04:00:00.000Z')
    await advance(id, 'APPLY_REPAIR')
    await advance(id, 'ACCEPT_REPAIR')
    const steady = await read(from(listed))
    expect(steady).toMatchObject({ added: [], removed: [], statement: { version: 7, count: 2 } })
    const removal = await waiting(steady)
    await advance(id, 'REMOVE_EARLY', { obligationsFulfilled: true, harmRemoved: true, noNewPenalty: true })
    const removed = await removal.frame
    expect(removed).toMatchObject({ added: [], removed: both, statement: { version: 8, count: 0, sum: noHash } })
    const restoration = await waiting(removed)
    await advance(id, 'RESTORE', { reason: '以欺骗手段取得信用修复' })
    expect(await restoration.frame).toMatchObject({ added: both, removed: [], statement: { version: 9 } })
  })

  it('reaches a waiting gateway when an entry lapses with the day', async () => {
    await write(listingRow(1, { effectUntil: '2026-03-02' }))
    const before = await read()
    expect(before.added).toEqual([hash(sampleOrganisation(1))])
    const lapse = await waiting(before)
    exchange.clock.set('2026-03-01T16:00:10.000Z')
    await sweep(node.db, exchange.clock.now())
    expect(await lapse.frame).toMatchObject({ added: [], removed: before.added, statement: { count: 0 } })
  })

  it('reaches a waiting gateway when another program imports a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hit-index-'))
    const path = join(folder, 'list.csv')
    const clock = { ...exchange.clock, now: () => exchange.clock.now() }
    const load = async (...cells: Record<string, string>[]) => {
      await writeFile(path, csv(listingTable(cells.map((each, n) => listingCells(n + 1, each)))))
      return importFile({ path, county: xixian, database: node.db, clock })
    }
    try {
      const person = { legalRepresentative: '张示例', legalRepresentativeCode: samplePerson(1) }
      const first = await waiting(await read())
      expect(await load(person, {})).toMatchObject({ inserted: 2, rejected: 0 })
      const loaded = await first.frame
      const codes = [organisationCode(1), organisationCode(2), samplePerson(1)]
      expect(loaded.added).toEqual(codes.map(hash).toSorted())
      const second = await waiting(loaded)
      await load({ legalRepresentative: '李示例', legalRepresentativeCode: samplePerson(2) }, {})
      expect(await second.frame).toMatchObject({
        added: [hash(samplePerson(2))],
        removed: [hash(samplePerson(1))],
        statement: { since: { version: loaded.statement.version } },
      })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is renewed when nothing has changed, and only lists and changes stand in the journal', async () => {
    await write(listingRow(1))
    const full = await read()
    exchange.clock.set('2026-03-01T05:00:00.000Z')
    const renewal = await read(from(full))
    expect(renewal).toMatchObject({ added: [], removed: [], statement: { asOf: '2026-03-01T05:00:00.000Z', count: 1 } })
    expect(renewal.statement.since).toEqual({ version: full.statement.version, chain: full.statement.chain })
    await write(listingRow(2))
    await read(from(full))
    const own = { fields: ['hitIndex'], agency: 'gateway', actor: 'gateway' }
    expect(await journalled()).toEqual([own, own])
  })

  it('goes on from any earlier point, with what came and went on the whole', async () => {
    await write(listingRow(1))
    const first = await read()
    await write(listingRow(2))
    await write(listingRow(3))
    await write(listingRow(2, { state: 'REVOKED', removedOn: '2026-03-01' }))
    await write(listingRow(1, { state: 'REVOKED', removedOn: '2026-03-01' }))
    expect(await read(from(first))).toMatchObject({
      added: [hash(sampleOrganisation(3))],
      removed: [hash(sampleOrganisation(1))],
      statement: { continues: true, count: 1 },
    })
  })

  it('is given in full when the changes are no longer kept, or were hashed with another key', async () => {
    await write(listingRow(1))
    const first = await read()
    await write(listingRow(2))
    const other = await read({ ...from(first), epoch: 'former' })
    expect(other.statement).toMatchObject({ since: null, continues: true, count: 2 })
    await node.db.execute(sql`update list_version set deltas_since = version`)
    expect((await read(from(first))).statement).toMatchObject({ since: null, continues: true, count: 2 })
  })

  it('says that a restored backup does not go on from what the gateway has, until the county resumes', async () => {
    await write(listingRow(1))
    for (const table of ['credit_listing', 'list_version', 'hit_index_member', 'hit_index_change', 'list_point']) {
      await node.db.execute(sql.raw(`create table backup_${table} as select * from ${table}`))
    }
    await write(listingRow(2))
    const held = await read()
    for (const table of ['credit_listing', 'list_version', 'hit_index_member', 'hit_index_change', 'list_point']) {
      await node.db.execute(sql.raw(`delete from ${table}`))
      await node.db.execute(sql.raw(`insert into ${table} select * from backup_${table}`))
    }
    const { lineage } = held.statement
    const behind = await read(from(held))
    expect(behind.statement).toMatchObject({ since: null, continues: false, lineage, version: 1, count: 1 })
    // The same version number again, but another history.
    await write(listingRow(3))
    expect((await read(from(held))).statement).toMatchObject({ since: null, continues: false, lineage, version: 2 })
    // And beyond it.
    await write(listingRow(4))
    expect((await read(from(held))).statement).toMatchObject({ since: null, continues: false, lineage, version: 3 })

    const { version } = await resumeList(node.db, exchange.clock.now())
    const resumed = await read(from(held))
    expect(resumed.statement).toMatchObject({ since: null, version, count: 3 })
    expect(resumed.statement.lineage).not.toBe(lineage)
    await write(listingRow(5))
    expect(await read(from(resumed))).toMatchObject({ added: [hash(sampleOrganisation(5))], statement: { count: 4 } })
  })

  it('is hashed anew when the directory puts another key into an epoch of the same name', async () => {
    await write(listingRow(1))
    const { added } = await read()
    const [epoch] = exchange.snapshot.hitIndexEpochs
    exchange.snapshot.hitIndexEpochs = epoch ? [{ ...epoch, key: Buffer.alloc(32, 9).toString('base64url') }] : []
    const after = await read()
    expect(after.added).not.toEqual(added)
    expect(after.added).toEqual([after.statement.sum])
  })

  it('is hashed anew when the directory begins another epoch, also for a gateway that waits', async () => {
    await write(listingRow(1))
    const before = await read()
    const next = { id: 'next', key: Buffer.alloc(32, 9).toString('base64url'), from: '2026-03-01T06:00:00Z' }
    exchange.snapshot.hitIndexEpochs.push(next)
    expect((await read()).statement.epoch).toBe('sample')
    const change = await waiting(before)
    exchange.clock.set('2026-03-01T06:00:00.000Z')
    const after = await change.frame
    expect(after.statement).toMatchObject({ epoch: 'next', since: null, continues: true, count: 1 })
    expect(after.added).toEqual([hash(sampleOrganisation(1))])
    expect(after.added).not.toEqual(before.added)
  })

  it('reads its list again when the clock was ahead, so that nothing that lapsed too early is missing', async () => {
    await write(listingRow(1, { effectUntil: '2026-03-10' }))
    await sweep(node.db, new Date('2026-04-01T00:00:00Z'))
    expect((await read()).added).toEqual([hash(sampleOrganisation(1))])
  })

  it('lets a gateway go, and closes, without waiting for a change', async () => {
    const before = await read()
    const leaving = new AbortController()
    const left = requestDigest(exchange, xixian, { ...from(before), wait }, { signal: leaving.signal })
    left.catch(() => {})
    await untilWaiting(1)
    leaving.abort()
    await untilWaiting(0)
    const { frame } = await waiting(before)
    await node.node.close()
    expect((await frame).statement.version).toBe(before.statement.version)
  })

  it('bounds how many requests of one gateway wait, and none of them counts as a question', async () => {
    const before = await read()
    const polls = Array.from({ length: 4 }, () => read({ ...from(before), wait }))
    await untilWaiting(4)
    const fifth = await requestDigest(exchange, xixian)
    expect(fifth.status).toBe(503)
    expect(await fifth.text()).toContain('OVERLOADED')
    // The node answers one question at a time here.
    const question = `{ creditListings { nodes { id } coverage { complete } } }`
    expect((await node.ask({ from: xixian }, question)).status).toBe(200)
    await write(listingRow(1))
    for (const { added } of await Promise.all(polls)) expect(added).toEqual([hash(sampleOrganisation(1))])
    expect((await read()).statement.count).toBe(1)
  })

  it('does not leave when the journal cannot be written', async () => {
    await write(listingRow(1))
    await node.db.execute(sql`alter table journal_entry rename to journal_entry_away`)
    const refused = await requestDigest(exchange, xixian)
    expect([refused.status, refused.headers.get('content-type')]).toEqual([503, 'application/json; charset=utf-8'])
    expect(await refused.text()).toContain('JOURNAL_UNAVAILABLE')
    await node.db.execute(sql`alter table journal_entry_away rename to journal_entry`)
    expect(await node.db.select().from(journalEntries)).toEqual([])
    expect((await requestDigest(exchange, xixian)).headers.get('content-type')).toBe(frameMediaType)
  })
})

describe('whoever may not have a digest is refused', () => {
  const codeOf = async (response: Response): Promise<string> => {
    const { errors } = (await response.json()) as { errors: { extensions: { code: keyof typeof errorCodes } }[] }
    const code = errors[0]?.extensions.code ?? 'INTERNAL'
    expect(response.status).toBe(errorCodes[code])
    return code
  }

  it('an agency, a stranger, and a request that names half a point or no nonce', async () => {
    const exchange = await startSampleExchange([xixian])
    try {
      const { clock, gatewayKey: key } = exchange
      const viewer = { agency: 'xixian-enforcement', county: xixian, scopes: new Set(['hit-index:read']) }
      const token = await createCountyTokenMinter({ gatewayId: 'gateway', key, clock }).mint({ viewer, county: xixian })
      expect(await codeOf(await requestDigest(exchange, xixian, {}, { token }))).toBe('UNAUTHORIZED_FIELD_OR_TYPE')
      expect(await codeOf(await requestDigest(exchange, xixian, {}, { token: 'x' }))).toBe('TOKEN_MALFORMED')
      expect(await codeOf(await requestDigest(exchange, xixian, {}, { nonce: null }))).toBe('BAD_USER_INPUT')
      expect(await codeOf(await requestDigest(exchange, xixian, {}, { nonce: 'short' }))).toBe('BAD_USER_INPUT')
      expect(await codeOf(await requestDigest(exchange, xixian, { since: 1 }))).toBe('BAD_USER_INPUT')
      expect(await codeOf(await requestDigest(exchange, xixian, { wait: 26 }))).toBe('BAD_USER_INPUT')
      const url = exchange.at(xixian).node.url?.replace(/graphql$/, 'hit-index') ?? ''
      expect(await codeOf(await fetch(url, { headers: { 'exchange-nonce': randomUUID() } }))).toBe('TOKEN_MISSING')
    } finally {
      await exchange.close()
    }
  })

  it('everybody, where the county declines or the directory has no epoch', async () => {
    const declining = await startSampleExchange([xixian], { config: { HIT_INDEX: 'off' } })
    const without = await startSampleExchange([xixian], { changes: () => ({ hitIndexEpochs: [] }) })
    try {
      expect(await codeOf(await requestDigest(declining, xixian))).toBe('HIT_INDEX_DECLINED')
      expect(await codeOf(await requestDigest(without, xixian))).toBe('HIT_INDEX_DECLINED')
    } finally {
      await declining.close()
      await without.close()
    }
  })
})
