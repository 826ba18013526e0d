import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { creditListings } from '../../services/county/credit/credit-listing.table.ts'
import { changeList } from '../../services/county/credit/list-version.repository.ts'
import { resumeList } from '../../services/county/hit-index/sweep.ts'
import { listingRow, sampleOrganisation } from '../../services/county/sample-records.ts'
import { type ShiftedClock, type TestCounties, shiftedClock, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, createTrust } from '../support/trust.ts'

const codes = ['411528', '411729'] as const
const [here, there] = codes
const [clean, listedThere, listedHere] = [sampleOrganisation(1), sampleOrganisation(2), sampleOrganisation(3)]
const query = /* GraphQL */ `
  query ($subject: SubjectCode!, $maxStaleness: Duration) {
    creditCheck(subject: $subject, matter: "FOOD_BUSINESS_LICENCE", maxStaleness: $maxStaleness) {
      verdict
      coverage {
        answered {
          county {
            code
          }
          source
        }
        unanswered {
          county {
            code
          }
        }
      }
    }
  }
`

interface Check {
  verdict: string
  sources: Record<string, string>
  unanswered: string[]
  /** Requests for records that the counties received meanwhile. */
  requests: Record<string, number>
}

let trust: Trust
let counties: TestCounties
let gateway: TestGateway
let clock: ShiftedClock
let token: string
let folder: string

async function check(subject: string, maxStaleness?: string): Promise<Check> {
  const before = counties.list.map(({ questions }) => questions.length)
  const { body } = await gateway.ask(token, query, { subject, maxStaleness }, { 'exchange-purpose': 'approval/T-1' })
  expect(body.errors).toBeUndefined()
  const { verdict, coverage } = (body.data ?? {})['creditCheck'] as {
    verdict: string
    coverage: {
      answered: { county: { code: string }; source: string }[]
      unanswered: { county: { code: string } }[]
    }
  }
  return {
    verdict,
    sources: Object.fromEntries(coverage.answered.map(({ county, source }) => [county.code, source])),
    unanswered: coverage.unanswered.map(({ county }) => county.code),
    requests: Object.fromEntries(
      counties.list.map(({ code, questions }, index) => [code, questions.length - (before[index] ?? 0)]),
    ),
  }
}

/** Waits for an event that the next lines rest on; the test's own time limit ends it. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(20)
}

async function isCovered(): Promise<boolean> {
  return Object.values((await check(clean)).sources).every((source) => source === 'INDEX')
}

async function list(county: string, number: number, subjectCode: string): Promise<void> {
  const row = listingRow(number, { id: `${county}:listing:${number}`, subjectCode, legalRepresentativeCode: null })
  await counties.at(county).database.db.transaction((tx) =>
    changeList(tx, clock.now(), async () => {
      await tx.insert(creditListings).values(row)
      return { result: undefined, touched: [subjectCode] }
    }),
  )
}

async function openGateway(): Promise<void> {
  const env = { DEADLINE_MS: '20000', HIT_INDEX: 'on', HIT_INDEX_DIR: join(folder, 'hit-index') }
  gateway = await startGateway({ trust, snapshot: counties.snapshot, clock, env })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hit-index-'))
  clock = shiftedClock()
  trust = await createTrust(codes)
  counties = await startCounties(trust, codes, { clock })
  token = await trust.token(agencyOf(here), ['credit:check'])
  await openGateway()
})
afterAll(async () => {
  await gateway?.close()
  await counties?.close()
  await trust?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a check with the hit index of real counties', { timeout: 60_000 }, () => {
  it('asks no county for a subject that none lists, and says that each was covered by the index', async () => {
    await until(isCovered)
    expect(await check(clean)).toEqual({
      verdict: 'CLEAR',
      sources: { [here]: 'INDEX', [there]: 'INDEX' },
      unanswered: [],
      requests: { [here]: 0, [there]: 0 },
    })
    expect((await check(clean, 'PT0S')).requests).toEqual({ [here]: 1, [there]: 1 })
  })

  it('hears of a new listing, and then asks that county, once, and no other', async () => {
    expect((await check(listedThere)).verdict).toBe('CLEAR')
    await list(there, 1, listedThere)
    await until(async () => (await check(listedThere)).verdict === 'CONSIDER')
    expect(await check(listedThere)).toEqual({
      verdict: 'CONSIDER',
      sources: { [here]: 'INDEX', [there]: 'LIVE' },
      unanswered: [],
      requests: { [here]: 0, [there]: 1 },
    })
  })

  it('has figures and a readiness that name the counties', async () => {
    const base = gateway.url.replace(/\/graphql$/, '')
    const metrics = await (await fetch(`${base}/metrics`)).text()
    expect(metrics).toMatch(new RegExp(`liandong_hit_index_county_entries\\{county="${there}"\\} 1\\b`))
    expect(metrics).toMatch(/liandong_hit_index_bytes_per_entry \d/)
    expect(metrics).toMatch(/liandong_hit_index_frames_total\{county="411729",result="DELTA"\} \d/)
    expect(await (await fetch(`${base}/health/ready`)).text()).toContain('complete')
  })

  it('goes on after a restore that the office has resumed', async () => {
    await resumeList(counties.at(there).database.db, clock.now())
    await list(there, 2, listedHere)
    await until(async () => (await check(listedHere)).verdict === 'CONSIDER')
    expect((await check(clean)).requests).toEqual({ [here]: 0, [there]: 0 })
  })

  it('is CLEAR while a county is dead, also after the gateway has started anew, until its digest runs out', async () => {
    await counties.at(there).stop()
    expect(await check(clean)).toMatchObject({
      verdict: 'CLEAR',
      sources: { [there]: 'INDEX' },
      requests: { [here]: 0 },
    })
    expect(await check(listedThere)).toMatchObject({ verdict: 'INCONCLUSIVE', unanswered: [there] })
    await gateway.close()
    await openGateway()
    await until(isCovered)
    clock.advance(200_000)
    expect(await check(clean)).toMatchObject({ verdict: 'CLEAR', sources: { [there]: 'INDEX' } })
    clock.advance(100_000)
    expect(await check(clean)).toMatchObject({ verdict: 'INCONCLUSIVE', unanswered: [there] })
  })
})
