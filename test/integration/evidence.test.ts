import { createHash } from 'node:crypto'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { referenceTo, samplePdf } from '../support/attachments.ts'
import { type TestCounties, officersOf, openTestDatabase, shiftedClock, startCounties } from '../support/counties.ts'
import { evidenceInput, legality as checklist } from '../support/evidence.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const all = [xixian, xincai, wuzhi]
const patient = { timeout: 30_000, interval: 50 }
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))
const subject = { subject: '91411528MADE000117', subjectName: '虚构安心示例食品有限公司', act: 'FALSE_ADVERTISING' }

const clock = shiftedClock()
let trust: Trust
let counties: TestCounties
let journal: OpenDatabase
let gateway: TestGateway

interface Sharing {
  id: string
  state: string
  version: number
  citationCount: number
  citations: { caseNumber: string; needsReview: boolean; [field: string]: unknown }[]
  nextActor: { county: { code: string } } | null
  history: { label: string; attachments: { hash: string }[]; receipts: { state: string }[] }[]
  [field: string]: unknown
}
interface OfCase {
  enforcementCase: {
    citedEvidence: { needsReview: boolean; affectedBy: { text: string } | null; caseDecided: boolean }[] | null
    sharedEvidence: { sharings: { citationCount: number; recipient: { code: string } }[] }[] | null
  }
  evidenceForCase: { id: string }[]
}

beforeAll(async () => {
  trust = await createTrust(all)
  counties = await startCounties(trust, all, { clock })
  journal = await openTestDatabase('gateway/journal/migrations')
  const { directory, snapshot } = counties
  gateway = await startGateway({ trust, snapshot, directory, clock, database: journal, env: { DEADLINE_MS: '20000' } })
  const gateways = snapshot.gateways.map((entry) => ({ ...entry, url: `${gateway.url}/graphql` }))
  directory.set({ ...snapshot, serial: snapshot.serial + 1, gateways })
})
afterAll(async () => {
  for (const { code } of counties?.list ?? []) await counties.at(code).stop()
  await gateway?.close()
  await journal?.close()
  await counties?.close()
  await trust?.close()
})

async function headersOf(county: string, scopes: readonly string[] = allScopes) {
  const now = Math.floor(clock.now().getTime() / 1_000)
  const token = await trust.token(agencyOf(county), scopes, { iat: now, exp: now + 600 })
  const [officer] = officersOf(county)
  return { token, more: { 'exchange-purpose': 'case/T-1', 'exchange-officer': officer } }
}

async function asked(county: string, name: string, variables: Record<string, unknown>, scopes?: readonly string[]) {
  const { token, more } = await headersOf(county, scopes)
  return gateway.ask(token, documents.get(name) ?? '', variables, more)
}

async function answered<Data>(county: string, name: string, variables: Record<string, unknown>): Promise<Data> {
  const { body } = await asked(county, name, variables)
  expect(body.errors).toBeUndefined()
  return body.data as Data
}

/** The one root field of a registered document in the name of the county's agency. */
async function run<Data>(county: string, name: string, variables: Record<string, unknown>): Promise<Data> {
  return Object.values(await answered<Record<string, Data>>(county, name, variables))[0] as Data
}

async function filed(county: string): Promise<{ id: string; number: string }> {
  const number = `${county}示例立〔2026〕${clock.uuid()}号`
  const input = { ...subject, number, title: '虚假广告案', field: 'FOOD_AND_DRUGS', officers: officersOf(county) }
  return { id: (await run<{ id: string }>(county, 'file-case', { input })).id, number }
}

async function stored(contents: Buffer) {
  const given = referenceTo(contents)
  const { token, more } = await headersOf(xixian)
  const { statusCode } = await request(`${gateway.url}/attachments/${given.hash}`, {
    method: 'PUT',
    headers: { ...more, authorization: `Bearer ${token}`, 'content-type': given.mediaType },
    body: contents,
  })
  expect(statusCode).toBeLessThan(300)
  return given
}

async function shared(origin: string, contents: Buffer, recipients: readonly string[] = [xincai]): Promise<Sharing[]> {
  const input = evidenceInput(xixian, { case: origin, recipients, file: await stored(contents) })
  return run(xixian, 'share-evidence', { input })
}

const at = (county: string, id: string): Promise<Sharing | null> => run(county, 'evidence', { id })
const step = (id: string, event: string, given: Record<string, unknown>): Promise<Sharing> =>
  run(xincai, 'advance-evidence', { id, event, step: given })
const recognise = (id: string, version = 1) => step(id, 'RECOGNISE', { version, text: '来源合法', checklist })
async function arrived(county: string, id: string, field: 'state' | 'citationCount', value: unknown): Promise<void> {
  await expect.poll(async () => (await at(county, id))?.[field], patient).toBe(value)
}

describe('[A10] evidence of 411528 in cases of 411729, through the gateway and on sockets', () => {
  it('is shared with its file, recognised, cited, withdrawn, and every citing case is told and reviewed', async () => {
    const origin = await filed(xixian)
    const [first, second] = [await filed(xincai), await filed(xincai)]
    const contents = samplePdf(2_000)
    const [sharing] = await shared(origin.id, contents)
    const id = sharing?.id ?? ''
    await arrived(xincai, id, 'state', 'SHARED')
    expect((await at(xincai, id))?.nextActor).toMatchObject({
      county: { code: xincai },
      duty: '审查证据，决定予以互认、实地核查或者不予互认',
    })

    // The recipient reads the very file that the home county holds.
    const { token, more } = await headersOf(xincai)
    const hash = createHash('sha256').update(contents).digest('hex')
    const path = `/attachments/${hash}?matter=${encodeURIComponent(id)}`
    const file = await request(`${gateway.url}${path}`, { headers: { ...more, authorization: `Bearer ${token}` } })
    expect(Buffer.from(await file.body.arrayBuffer()).equals(contents)).toBe(true)

    expect((await recognise(id)).nextActor).toBeNull()
    for (const { id: own } of [first, second]) await step(id, 'CITE', { case: own, text: '发布过虚假广告' })
    await arrived(xixian, id, 'citationCount', 2)
    expect((await at(xixian, id))?.citations).toMatchObject([
      { caseNumber: first.number, needsReview: false, case: { case: { number: first.number, decisionLabel: null } } },
      { caseNumber: second.number, needsReview: false },
    ])

    const withdrawal = { id, event: 'WITHDRAW', text: '检查程序不符合规定', everywhere: true }
    await run(xixian, 'amend-evidence', withdrawal)
    await arrived(xincai, id, 'state', 'WITHDRAWN')
    for (const { id: own } of [first, second]) {
      const { enforcementCase, evidenceForCase } = await answered<OfCase>(xincai, 'evidence-of-case', { case: own })
      expect(enforcementCase.citedEvidence).toMatchObject([
        { needsReview: true, affectedBy: { text: '检查程序不符合规定' }, caseDecided: false },
      ])
      expect(evidenceForCase.map((each) => each.id)).toEqual([id])
    }
    const inbox = await run<{ nodes: { id: string }[] }>(xincai, 'inbox', { state: 'WAITING' })
    expect(inbox.nodes.map((node) => node.id)).toContain(id)

    await step(id, 'REVIEW', { case: first.id, outcome: 'DROPPED', text: '另行取证' })
    const given = { case: second.id, outcome: 'REPLACED', text: '另行取证', replacement: '询问笔录' }
    expect((await step(id, 'REVIEW', given)).nextActor).toBeNull()
    await expect.poll(async () => (await at(xixian, id))?.history.length, patient).toBe(7)
    await expect.poll(async () => await at(xincai, id), patient).toEqual(await at(xixian, id))
    expect((await at(xixian, id))?.history.map(({ label }) => label.split(' ')[0])).toEqual([
      '提供证据',
      '予以互认',
      '援用',
      '援用',
      '撤回',
      '复核引用',
      '复核引用',
    ])
    const home = await answered<OfCase>(xixian, 'evidence-of-case', { case: origin.id })
    expect(home.enforcementCase.sharedEvidence).toMatchObject([
      { sharings: [{ citationCount: 2, recipient: { code: xincai } }] },
    ])
  })

  it('shows a county that is no party nothing, not even through a case that it may read', async () => {
    const origin = await filed(xixian)
    const [sharing] = await shared(origin.id, samplePdf(2_100))
    const id = sharing?.id ?? ''
    await arrived(xincai, id, 'state', 'SHARED')
    expect(await at(wuzhi, id)).toBeNull()
    const theirs = await answered<OfCase>(xincai, 'evidence-of-case', { case: origin.id })
    expect(theirs.enforcementCase).toMatchObject({ citedEvidence: null, sharedEvidence: null })
    expect(theirs.evidenceForCase).toEqual([])
    const own = await asked(xixian, 'evidence-of-case', { case: origin.id }, ['case:read'])
    expect(own.body.errors?.map(({ extensions }) => extensions.code)).toContain('UNAUTHORIZED_FIELD_OR_TYPE')
    expect(JSON.stringify(own.body.data)).not.toContain('现场检查笔录')
    const foreign = await asked(wuzhi, 'advance-evidence', {
      id,
      event: 'CITE',
      step: { case: origin.id, text: '事实' },
    })
    expect(foreign.body.errors?.[0]?.extensions.code).toBe('NOT_FOUND')
  })

  it('goes to several counties in one step, and is refused a second time by the id of the first', async () => {
    const origin = await filed(xixian)
    const contents = samplePdf(2_200)
    const both = await shared(origin.id, contents, [xincai, wuzhi])
    for (const [index, county] of [xincai, wuzhi].entries()) {
      await arrived(county, both[index]?.id ?? '', 'state', 'SHARED')
    }
    const again = evidenceInput(xixian, { case: origin.id, recipients: [wuzhi], file: referenceTo(contents) })
    const { body } = await asked(xixian, 'share-evidence', { input: again })
    expect(body.errors?.[0]?.extensions.code).toBe('CONFLICT')
    expect(body.errors?.[0]?.message).toContain(both[1]?.id)
    await run(xixian, 'amend-evidence', { id: both[0]?.id, event: 'WITHDRAW', text: '有误', everywhere: true })
    await arrived(wuzhi, both[1]?.id ?? '', 'state', 'WITHDRAWN')
  })
})
