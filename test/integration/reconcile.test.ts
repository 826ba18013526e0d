import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DeliveryRepository } from '../../services/county/delivery/delivery.repository.ts'
import { createCountyAsker } from '../../services/county/delivery/gateway-courier.ts'
import { matterViews } from '../../services/county/matter-kinds.ts'
import { MatterComparison } from '../../services/county/proofs/matter-comparison.ts'
import { peerThrough } from '../../services/county/proofs/peer-questions.ts'
import { type Reconciliation, reconcile } from '../../services/county/proofs/reconcile.ts'
import { rows } from '../../services/platform/database.ts'
import type { SigningKey } from '../../services/platform/tokens/keys.ts'
import { type ClueJourney, startClueJourney } from '../support/clue-journey.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const all = [xixian, xincai, wuzhi]
let journey: ClueJourney

beforeAll(async () => {
  journey = await startClueJourney(all)
})
afterAll(() => journey?.close())

const dbOf = (county: string) => journey.counties.at(county).database.db

/** What `county` finds when it compares with `other` through the gateway. */
function compared(county: string, other: string, note?: Reconciliation['note']): Promise<Reconciliation> {
  const { db } = journey.counties.at(county).database
  const holdings = new MatterComparison({ county, db, delivery: new DeliveryRepository(), views: matterViews })
  return reconcile({ county, other, holdings, peer: peerOf(county, other), note, wait: () => Promise.resolve() })
}

function peerOf(county: string, other: string) {
  const { clock, counties, gateway, trust } = journey
  const key = trust.countyKeys.get(county) as SigningKey
  return peerThrough(
    createCountyAsker({ county, key, clock, directory: counties.directory, url: `${gateway.url}/graphql` }),
    other,
  )
}

/** What differs, as the code, the county that lacks something, and the matter by its place in `ids`. */
function named({ differences }: Reconciliation, ids: readonly string[]): string[] {
  return differences
    .map(({ code, county, matter }) => `${matter === null ? '' : ids.indexOf(matter)} ${code} ${county ?? '–'}`.trim())
    .toSorted()
}

describe('[A17] liandong reconcile, through the gateway', () => {
  const ids: string[] = []

  it('finds no difference after journeys, from either side, and counts what was compared', async () => {
    for (let number = 1; number <= 8; number += 1) ids.push(await journey.sent(`息示例移〔2026〕${number}号`))
    for (const id of ids) {
      await journey.step(xincai, id, 'RECEIVE')
      await journey.arrived(xixian, id, 'RECEIVED')
    }
    await journey.sent('武示例移〔2026〕1号', wuzhi, xixian)
    await expect
      .poll(() => compared(xixian, xincai), { timeout: 60_000 })
      .toMatchObject({ differences: [], matters: 8 })
    expect(await compared(xincai, xixian)).toMatchObject({ differences: [], matters: 8, envelopes: 16 })
    expect(await compared(xincai, wuzhi)).toMatchObject({ differences: [], matters: 0 })
    const { accesses } = await compared(xixian, xincai)
    expect(accesses.own).toBeGreaterThan(0)
    expect(accesses.other).toBeGreaterThan(0)
  })

  it('shows a county that is no party nothing of them', async () => {
    expect(await peerOf(wuzhi, xincai).some(ids)).toEqual([])
    expect((await peerOf(wuzhi, xincai).page('')).matters).toEqual([])
    expect((await peerOf(wuzhi, xincai).journal(0)).accesses.every(({ agency }) => agency.includes(wuzhi))).toBe(true)
  })

  it('no agency may ask for it', async () => {
    const query = `{ comparedJournal(county: "${xincai}", after: 0) { sequence } }`
    const { body } = await journey.gateway.ask(await journey.token(xixian), query)
    expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE')
  })

  it('finds and names each sort of difference that somebody makes in one of the databases', async () => {
    const { note } = await compared(xixian, xincai)
    const [gone, cut, refused, pen, frozen, state, receipt, party] = ids
    const [here, there] = [dbOf(xixian), dbOf(xincai)]
    const remove = async (db: typeof here, id: string | undefined, sender: string) => {
      await db.execute(
        sql`delete from outgoing where matter = ${id} and envelope in (select hash from envelope where sender = ${sender})`,
      )
      await db.execute(sql`delete from envelope where matter = ${id} and sender = ${sender}`)
    }
    for (const sender of all) await remove(there, gone, sender)
    await there.execute(sql`delete from matter where id = ${gone}`)
    await remove(here, cut, xincai)
    await here.execute(sql`update envelope set status = 'REFUSED' where matter = ${refused} and sender = ${xincai}`)
    await there.execute(sql`update matter set pen = null where id = ${pen}`)
    await here.execute(
      sql`update matter set frozen_at = now(), frozen_reason = 'FORK', frozen_by = ${xincai} where id = ${frozen}`,
    )
    await there.execute(
      sql`update clue_transfer set state = 'ACCEPTED', received_at = received_at + interval '1 day' where id = ${state}`,
    )
    await here.execute(sql`update outgoing set acknowledgement = null, state = 'REFUSED' where matter = ${receipt}`)
    await there.execute(sql`update envelope set acknowledgement = acknowledgement || 'x' where matter = ${receipt}`)
    await here.execute(sql`update matter set parties = array[${xixian}, ${xincai}, ${wuzhi}] where id = ${party}`)
    expect(named(await compared(xixian, xincai, note), ids)).toEqual(
      [
        `0 MATTER_MISSING ${xincai}`,
        `0 ENVELOPE_MISSING ${xincai}`,
        `0 ENVELOPE_MISSING ${xincai}`,
        `1 ENVELOPE_MISSING ${xixian}`,
        '2 ENVELOPE_STATUS_DIFFERS –',
        '3 PEN_DIFFERS –',
        '4 FROZEN_DIFFERS –',
        '5 DEADLINE_DIFFERS –',
        '5 STATE_DIFFERS –',
        `6 RECEIPT_PENDING ${xixian}`,
        '7 PARTIES_DIFFER –',
      ].toSorted(),
    )
  })

  it('finds what was altered in a journal: an entry taken out, the end cut off', async () => {
    const { note } = await compared(xincai, xixian)
    const clues = await journey.sent('息示例移〔2026〕9号')
    await journey.step(xincai, clues, 'RECEIVE')
    await journey.arrived(xixian, clues, 'RECEIVED')
    const last = await rows<{ sequence: string | number }>(
      dbOf(xixian),
      sql`select sequence from journal_entry where county = ${xincai} and 'deliver' = any(fields) order by sequence desc limit 1`,
    )
    const sequence = Number(last[0]?.sequence)
    await dbOf(xixian).execute(sql`delete from journal_entry where sequence = ${sequence}`)
    const found = await compared(xincai, xixian, note)
    const journals = found.differences.filter(({ code }) => code.startsWith('JOURNAL'))
    expect(journals.map(({ code, county, matter }) => [code, county, matter])).toEqual([
      ['JOURNAL_BROKEN', xixian, null],
      ['JOURNAL_ENTRY_MISSING', xixian, clues],
    ])
    await dbOf(xixian).execute(sql`delete from journal_entry where sequence >= ${note.sequence}`)
    const cut = await compared(xincai, xixian, note)
    expect(cut.differences.map(({ code }) => code)).toContain('JOURNAL_REWRITTEN')
  })

  it('finds a transaction of which the two journals name different askers', async () => {
    const { note } = await compared(xixian, xincai)
    const query = '{ penalties(first: 1) { edges { node { id } } coverage { complete } } }'
    const { body } = await journey.gateway.ask(await journey.token(xixian), query)
    expect(body.errors).toBeUndefined()
    const [asked] = await rows<{ transaction: string }>(
      dbOf(xincai),
      sql`select transaction from journal_entry where county = ${xixian} and 'penalties' = any(fields)`,
    )
    const transaction = asked?.transaction
    const journals = async () =>
      // Its own journal was damaged above.
      (await compared(xixian, xincai, note)).differences.filter(
        ({ code, county }) => code.startsWith('JOURNAL') && county !== xixian,
      )
    expect(await journals()).toEqual([])
    await dbOf(xincai).execute(sql`update journal_entry set officer = 'somebody' where transaction = ${transaction}`)
    expect((await journals()).map(({ code, county }) => [code, county])).toEqual([
      ['JOURNAL_BROKEN', xincai],
      ['JOURNAL_DISAGREES', null],
    ])
  })
})
