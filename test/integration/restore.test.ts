import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { runProgram } from '../../services/cli/program.ts'
import { matterViews } from '../../services/county/matter-kinds.ts'
import type { HistoryEntry } from '../../services/county/delivery/contract.ts'
import { DeliveryRepository } from '../../services/county/delivery/delivery.repository.ts'
import { createCountyAsker } from '../../services/county/delivery/gateway-courier.ts'
import type { JournalNote } from '../../services/county/proofs/compare-journals.ts'
import { MatterComparison } from '../../services/county/proofs/matter-comparison.ts'
import { peerThrough } from '../../services/county/proofs/peer-questions.ts'
import { reconcile } from '../../services/county/proofs/reconcile.ts'
import { openDatabase } from '../../services/platform/database.ts'
import { signSnapshot } from '../../services/platform/directory/sign-snapshot.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../../services/platform/tokens/keys.ts'
import { type ClueJourney, startClueJourney } from '../support/clue-journey.ts'

const [xixian, xincai] = ['411528', '411729'] as const
const hour = 3_600_000
const other = (county: string): string => (county === xixian ? xincai : xixian)
let journey: ClueJourney
let folder: string
let office: SigningKey

const dataOf = (code: string): string => join(folder, `data-${code}`)
const markOf = (code: string): string => join(folder, `delivery-${code}.mark`)
const openAt = (code: string) =>
  openDatabase({ dataDir: dataOf(code), migrationsDir: join(packageRoot(), 'services/county/db/migrations') })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-restore-'))
  office = await generateSigningKey()
  // A county without a mark compares at its first start, which needs the directory; here it comes after the nodes.
  for (const code of [xixian, xincai]) writeFileSync(markOf(code), '0\n')
  const settings = { open: openAt, config: (code: string) => ({ DELIVERY_MARK_FILE: markOf(code) }) }
  journey = await startClueJourney([xixian, xincai], settings, -20 * hour)
})
afterAll(async () => {
  await journey?.close()
  rmSync(folder, { recursive: true })
})

const at = (code: string) => journey.counties.at(code)

/** Stops a county's node and closes its database, does something to the folder, and starts both again. */
async function whileDown(code: string, work: () => void | Promise<void>): Promise<void> {
  await at(code).stop()
  await at(code).database.close()
  try {
    await work()
  } finally {
    at(code).database = await openAt(code)
    await at(code).start()
  }
}

/** A matter as a county holds it: its history with every acknowledgement, whose turn it is, and its limit. */
async function held(code: string, id: string) {
  const { delivery } = at(code).node()
  const { db } = at(code).database
  const entries = await delivery.history(db, id)
  const facts = await Promise.all(matterViews.map((view) => view.deadlines(db, [id])))
  return {
    row: await delivery.matter(db, id),
    lines: entries.map(({ hash, status, acknowledgements }: HistoryEntry) => ({
      hash,
      status,
      receipts: acknowledgements.map(({ recipient, jws, receivedAt }) => ({ recipient, jws, receivedAt })),
    })),
    deadline: facts.flatMap((each) => [...each.values()]),
  }
}

/** Nothing of these matters is on its way, and no comparison after a restore goes on. */
async function quiet(...ids: string[]): Promise<void> {
  const settled = async (): Promise<boolean> => {
    for (const code of [xixian, xincai]) {
      const { delivery } = at(code).node()
      if ((await delivery.repository.peers(at(code).database.db)).length > 0) return false
      for (const id of ids) {
        const entries = await delivery.history(at(code).database.db, id)
        const open = entries.flatMap(({ acknowledgements }) => acknowledgements.filter(({ jws }) => jws === null))
        if (entries.length === 0 || open.length > 0) return false
      }
    }
    return true
  }
  await vi.waitUntil(settled, { timeout: 100_000, interval: 100 })
}

/** What `county` finds when it compares with the other one through the gateway. */
function compared(county: string, note?: JournalNote) {
  const { clock, counties, gateway, trust } = journey
  const key = trust.countyKeys.get(county) as SigningKey
  const ask = createCountyAsker({ county, key, clock, directory: counties.directory, url: `${gateway.url}/graphql` })
  const { db } = at(county).database
  const holdings = new MatterComparison({ county, db, delivery: new DeliveryRepository(), views: matterViews })
  const peer = peerThrough(ask, other(county))
  return reconcile({ county, other: other(county), holdings, peer, note, wait: () => Promise.resolve() })
}

const note = (county: string, id: string, text: string) =>
  journey.run(county, 'note-on-clue', { id, note: 'COMMENT', text })

describe('[A17] a county that is restored from yesterday’s backup', () => {
  it('gets back from its peer what it had signed and received since, also matters that it had opened itself, with their first days; both compare equal, and it goes on', async () => {
    const old = await journey.sent('息示例移〔2026〕1号')
    await journey.step(xincai, old, 'RECEIVE')
    await quiet(old)
    await whileDown(xixian, () => cpSync(dataOf(xixian), join(folder, 'backup'), { recursive: true }))

    journey.clock.advance(18 * hour)
    await journey.step(xincai, old, 'ACCEPT')
    await journey.arrived(xixian, old, 'ACCEPTED')
    await note(xixian, old, '备份之后的说明')
    const opened = await journey.sent('息示例移〔2026〕2号')
    await journey.step(xincai, opened, 'RECEIVE')
    const received = await journey.sent('新示例移〔2026〕3号', xincai, xixian)
    await journey.step(xixian, received, 'RECEIVE')
    const all = [old, opened, received]
    await quiet(...all)
    const before = await Promise.all(all.map((id) => held(xixian, id)))
    const equal = await compared(xixian)
    expect(equal.differences).toEqual([])
    expect([equal.matters, equal.envelopes]).toEqual([3, 8])
    const noted = await compared(xincai)

    journey.clock.advance(hour)
    await whileDown(xixian, () => {
      rmSync(dataOf(xixian), { recursive: true })
      cpSync(join(folder, 'backup'), dataOf(xixian), { recursive: true })
    })
    await quiet(...all)
    expect(await Promise.all(all.map((id) => held(xixian, id)))).toEqual(before)
    for (const id of all) {
      const [here, there] = [await held(xixian, id), await held(xincai, id)]
      expect(here.deadline).toEqual(there.deadline)
      expect(here.deadline).toHaveLength(1)
      expect(here.lines.map(({ hash, status }) => [hash, status])).toEqual(
        there.lines.map(({ hash, status }) => [hash, status]),
      )
    }

    // The matters are whole again; what its journal had of yesterday is gone for good, and is named.
    const after = await compared(xixian)
    expect(new Set(after.differences.map(({ code, county }) => `${code} ${county ?? ''}`))).toEqual(
      new Set([`JOURNAL_ENTRY_MISSING ${xixian}`]),
    )
    expect(after.differences).toHaveLength(3)
    const seen = await compared(xincai, noted.note)
    expect(seen.differences).toContainEqual(expect.objectContaining({ code: 'JOURNAL_REWRITTEN', county: xixian }))

    journey.clock.advance(hour)
    await note(xixian, opened, '恢复之后的说明')
    await journey.step(xixian, received, 'ACCEPT')
    await journey.arrived(xincai, received, 'ACCEPTED')
    await quiet(...all)
    expect((await compared(xixian, after.note)).differences).toEqual([])
  })

  it('says so on its command line too: no difference since the noted entry, exit code 0; all since the start, 4', async () => {
    const noted = await compared(xixian)
    await whileDown(xixian, async () => {
      const kept = `${noted.note.sequence}:${noted.note.hash}`
      const good = await liandong('--note', kept, '--lang', 'en')
      expect(good).toMatchObject({ err: '', code: 0 })
      expect(good.out).toMatch(/compared 3 matters with 10 envelopes/)
      expect(good.out).toContain('No difference.')
      expect(good.out).toMatch(/Keep: the journal of 411729 stands at \d+:[0-9a-f]{64}/)
      const all = await liandong('--json')
      expect(all.code).toBe(4)
      expect(JSON.parse(all.out)).toMatchObject({
        matters: 3,
        differences: [{ code: 'JOURNAL_ENTRY_MISSING' }, {}, {}],
      })
    })
  })
})

async function liandong(...args: string[]) {
  const said = { out: '', err: '', code: 0 }
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const directory = await signSnapshot(journey.counties.directory.snapshot(), office)
  const trusted = file('office.json', JSON.stringify({ keys: [publicKeyOf(office)] }))
  const key = file('county.jwk.json', JSON.stringify(journey.trust.countyKeys.get(xixian)))
  await runProgram(
    [
      'reconcile',
      `--county=${xixian}`,
      `--with=${xincai}`,
      `--data-dir=${dataOf(xixian)}`,
      `--key=${key}`,
      `--directory=${file('directory.jws', directory)}`,
      `--trust=${trusted}`,
      ...args,
    ],
    {
      env: { LIANDONG_HOME: folder },
      out: (text) => void (said.out += text),
      err: (text) => void (said.err += text),
      progress: { write: () => true },
      stdin: async () => '',
      exit: (code) => void (said.code = code),
    },
  )
  return said
}
