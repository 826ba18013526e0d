import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { enforcementCases } from '../../services/county/cases/enforcement-case.table.ts'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { type TestCounties, officersOf, openTestDatabase, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [xixian, xincai] = ['411528', '411729'] as const
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))
const year = new Date().getFullYear()
const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)

let trust: Trust
let counties: TestCounties
let journal: OpenDatabase
let gateway: TestGateway

beforeAll(async () => {
  trust = await createTrust([xixian, xincai])
  // No agreement: what is published is open to every county.
  counties = await startCounties(trust, [xixian, xincai], { changes: { agreements: [] } })
  journal = await openTestDatabase('gateway/journal/migrations')
  const { directory, snapshot } = counties
  gateway = await startGateway({ trust, snapshot, directory, database: journal, env: { DEADLINE_MS: '20000' } })
})
afterAll(async () => {
  await gateway?.close()
  await journal?.close()
  await counties?.close()
  await trust?.close()
})

async function run<Data>(county: string, name: string, variables: Record<string, unknown>, by = 0): Promise<Data> {
  const token = await trust.token(agencyOf(county), allScopes)
  const headers = { 'exchange-officer': officersOf(county)[by] ?? '' }
  const { body } = await gateway.ask(token, documents.get(name) ?? '', variables, headers)
  expect(body.errors).toBeUndefined()
  return body.data as Data
}

async function published(county: string, title: string): Promise<string> {
  const about = { subject: '91411528MADE000117', subjectName: '虚构安心示例食品有限公司', act: 'FALSE_ADVERTISING' }
  const input = {
    ...about,
    number: `示例立〔${year}〕${county}号`,
    title,
    field: 'OTHER',
    officers: officersOf(county),
  }
  const filed = await run<{ fileCase: { id: string } }>(county, 'file-case', { input })
  const { db } = counties.at(county).database
  await db.update(enforcementCases).set({ stage: 'CLOSED' }).where(eq(enforcementCases.id, filed.fileCase.id))
  const nomination = {
    case: filed.fileCase.id,
    reasons: ['SOCIAL_ATTENTION'],
    title,
    law: '《中华人民共和国广告法》第五十五条',
    facts: '虚构安心示例食品有限公司在息县虚构镇示例大街12号发布虚假广告，电话13812345678。',
    outcome: '罚款五万元。',
    significance: '警示教育同类市场主体。',
  }
  const { nominateTypicalCase } = await run<{ nominateTypicalCase: { id: string } }>(county, 'nominate-typical-case', {
    input: nomination,
  })
  const { id } = nominateTypicalCase
  await run(county, 'plan-typical-cases', { year: Number(today.slice(0, 4)), days: [today] })
  await run(county, 'advance-typical-case', { id, event: 'REDACT' })
  await run(county, 'advance-typical-case', { id, event: 'APPROVE', step: { publishOn: today } }, 1)
  await run(county, 'advance-typical-case', { id, event: 'PUBLISH' }, 1)
  return id
}

it('[A13] the counties’ published typical cases are one list, the latest first; drafts are each county’s own', async () => {
  const older = await published(xixian, '虚假广告案')
  const newer = await published(xincai, '虚假宣传案')
  for (const county of [xixian, xincai]) {
    const { typicalCases } = await run<{ typicalCases: { nodes: Record<string, unknown>[]; coverage: object } }>(
      county,
      'typical-cases',
      { first: 10 },
    )
    expect(typicalCases.nodes.map(({ id }) => id)).toEqual([newer, older])
    expect(typicalCases.coverage).toEqual({ complete: true })
    expect(JSON.stringify(typicalCases)).not.toMatch(/安心|138|大街|91411528/)
    const own = await run<{
      typicalCaseDrafts: { nodes: Record<string, unknown>[] }
      typicalCaseCalendar: Record<string, unknown>[]
    }>(county, 'typical-case-drafts', { year: Number(today.slice(0, 4)) })
    expect(own.typicalCaseDrafts.nodes).toMatchObject([{ id: county === xixian ? older : newer, state: 'PUBLISHED' }])
    expect(own.typicalCaseCalendar).toMatchObject([{ day: today, state: 'DONE' }])
  }
})
