import { asc } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { samplePerson } from '../../services/county/sample-records.ts'
import { type StoredEntry, verifyChain } from '../../services/platform/journal/journal.ts'
import { journalEntries } from '../../services/platform/journal/journal.table.ts'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { type TestCounties, officersOf, openTestDatabase, shiftedClock, startCounties } from '../support/counties.ts'
import { type GatewayAnswer, type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [A, B, C] = ['411528', '411729', '410823'] as const
const organisation = '91110000600037341L'
const person = samplePerson(7)
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))

const clock = shiftedClock()
let trust: Trust
let counties: TestCounties
let journal: OpenDatabase
let gateway: TestGateway
/** Cases by county, all about the same subject and act. */
const cases: Record<string, { id: string; filedAt: string }> = {}

const facts = 'id county { code name } number subject { code name }'
const followLinks = `query ($id: ID!) { enforcementCase(id: $id) { ${facts}
  links { kind state target { id county { code name } case { ${facts}
    links { kind state target { id county { code name } case { ${facts}
      links { kind state target { id county { code name } case { ${facts} } } } } } } } } } } }`

beforeAll(async () => {
  trust = await createTrust([A, B, C])
  counties = await startCounties(trust, [A, B, C], { clock, changes: { expiresAt: '2099-01-01T00:00:00Z' } })
  journal = await openTestDatabase('gateway/journal/migrations')
  gateway = await startGateway({
    trust,
    snapshot: counties.snapshot,
    clock,
    database: journal,
    limits: { breakerFailures: 1_000 },
    env: { DEADLINE_MS: '20000' },
  })
})
afterAll(async () => {
  await gateway?.close()
  await journal?.close()
  await counties?.close()
  await trust?.close()
})

/** Asks the gateway in the name of the county's agency. */
async function ask(
  county: string,
  query: string,
  variables: Record<string, unknown> = {},
  more: Record<string, string> = {},
): Promise<GatewayAnswer> {
  const now = Math.floor(clock.now().getTime() / 1_000)
  const token = await trust.token(agencyOf(county), allScopes, { iat: now, exp: now + 600 })
  return gateway.ask(token, query, variables, more)
}

/** The data of an answer without errors. */
async function get<Data>(county: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { body } = await ask(county, query, variables)
  expect(body.errors).toBeUndefined()
  return body.data as Data
}

function operation(name: string): string {
  const document = documents.get(name)
  if (document === undefined) throw new Error(`schema/operations has no ${name}.`)
  return document
}

const caseInput = (county: string, serial: number, changes: Record<string, unknown> = {}) => ({
  number: `示例立${county}〔2026〕${serial}号`,
  title: '涉嫌发布虚假广告案',
  subject: organisation,
  subjectName: '虚构示例有限公司',
  act: 'FALSE_ADVERTISING',
  field: 'FOOD_AND_DRUGS',
  officers: officersOf(county),
  ...changes,
})

interface Filed {
  fileCase: {
    id: string
    filedAt: string
    duplicates: {
      cases: { id: string; county: { code: string; name: string }; filedAt: string }[]
      coverage: {
        complete: boolean
        answered: { county: { code: string } }[]
        unanswered: { county: { code: string }; reason: string }[]
      }
    }
  }
}

async function file(county: string, serial: number, changes: Record<string, unknown> = {}): Promise<Filed['fileCase']> {
  clock.advance(1_000)
  const data = await get<Filed>(county, operation('file-case'), { input: caseInput(county, serial, changes) })
  return data.fileCase
}

interface Linked {
  id: string
  kind: string
  state: string
}

async function propose(county: string, id: string, target: string, kind: string): Promise<Linked> {
  const data = await get<{ proposeCaseLink: Linked }>(county, operation('propose-link'), { id, target, kind })
  return data.proposeCaseLink
}

interface Followed {
  id: string
  county: { code: string; name: string }
  number?: string
  links?: {
    id: string
    kind: string
    state: string
    target: { id: string; county: { code: string }; case: Followed | null }
  }[]
}

const followed = (record: Followed | null | undefined, kind: string) =>
  record?.links?.find((link) => link.kind === kind)

describe('filing a case that others have', () => {
  it('B02 shows other counties’ open cases on the same subject and act when a case is filed', async () => {
    const own = await file(A, 1)
    cases[A] = own
    expect(own.duplicates).toEqual({
      cases: [],
      hasMore: false,
      coverage: {
        complete: true,
        answered: [{ county: { code: B, name: `示例县${B}` }, asOf: expect.any(String) }, expect.anything()],
        unanswered: [],
      },
    })
    cases[B] = await file(B, 1)
    cases[C] = await file(C, 1)
    const again = await file(A, 2)
    expect(again.duplicates.cases.map(({ id }) => id)).toEqual([cases[B]?.id, cases[C]?.id])
    const other = await file(A, 3, { subject: '91411528MAX00004X0' })
    expect(other.duplicates.cases).toEqual([])
  })

  it('B05 gives the filing times, earliest filed first, whenever the clue was registered', async () => {
    const register = 'mutation ($input: FileCaseInput!) { registerClue(input: $input) { id } }'
    const subject = '91411528MAX00004X0'
    const clue = await get<{ registerClue: { id: string } }>(B, register, { input: caseInput(B, 11, { subject }) })
    const first = await file(C, 11, { subject })
    for (const event of ['VERIFY', 'FILE']) {
      clock.advance(1_000)
      await get(B, operation('advance-case'), { id: clue.registerClue.id, event })
    }
    const { duplicates } = await file(A, 11, { subject })
    expect(duplicates.cases.map(({ id }) => id)).toEqual([first.id, clue.registerClue.id])
    const [earlier, later] = duplicates.cases.map(({ filedAt }) => Date.parse(filedAt))
    expect(earlier).toBe(Date.parse(first.filedAt))
    expect(earlier).toBeLessThan(later ?? 0)
  })

  it('B05 says which county could not be searched for duplicates', async () => {
    await counties.at(B).stop()
    const { duplicates } = await file(A, 12)
    await counties.at(B).start()
    expect(duplicates.coverage).toMatchObject({
      complete: false,
      answered: [{ county: { code: C } }],
      unanswered: [{ county: { code: B }, reason: 'UNREACHABLE' }],
    })
    expect(duplicates.cases.map(({ id }) => id)).toEqual([cases[C]?.id])
  })
})

const confirm = (county: string, id: string) => ask(county, operation('confirm-link'), { id })
const idOf = (county: string) => cases[county]?.id ?? ''

async function stored({ db }: OpenDatabase): Promise<StoredEntry[]> {
  return db.select().from(journalEntries).orderBy(asc(journalEntries.sequence))
}

describe('case links', () => {
  const linksOf = `query ($id: ID!) { enforcementCase(id: $id) { links { kind state direction target { id } } } }`
  const linkTo = async (county: string, id: string, kind: string) => {
    const data = await get<{ enforcementCase: { links: { kind: string; state: string; target: { id: string } }[] } }>(
      county,
      linksOf,
      { id },
    )
    return data.enforcementCase.links.filter((link) => link.kind === kind)
  }

  it('wait for the other county, are confirmed by it, and stay one link however often that is repeated', async () => {
    const link = await propose(A, idOf(A), idOf(B), 'SAME_PARTY')
    expect(link.state).toBe('PROPOSED')
    const waiting = await get<{ caseLinkProposals: { id: string; source: { id: string; case: unknown } }[] }>(
      B,
      operation('link-proposals'),
    )
    expect(waiting.caseLinkProposals).toMatchObject([
      { id: link.id, source: { id: idOf(A), case: { number: expect.any(String) } } },
    ])
    expect(await linkTo(B, idOf(B), 'SAME_PARTY')).toEqual([])
    for (const _ of [1, 2, 3]) {
      expect((await confirm(B, link.id)).body).toMatchObject({
        data: { confirmCaseLink: { id: link.id, state: 'CONFIRMED' } },
      })
    }
    expect(await propose(A, idOf(A), idOf(B), 'SAME_PARTY')).toMatchObject({ id: link.id, state: 'CONFIRMED' })
    expect(await linkTo(A, idOf(A), 'SAME_PARTY')).toMatchObject([{ state: 'CONFIRMED', target: { id: idOf(B) } }])
    expect(await linkTo(B, idOf(B), 'SAME_PARTY')).toMatchObject([{ state: 'CONFIRMED', target: { id: idOf(A) } }])
    expect(await get(B, operation('link-proposals'))).toEqual({ caseLinkProposals: [] })
  })

  it('are confirmed by nobody but the county they point to', async () => {
    const link = await propose(B, idOf(B), idOf(C), 'CLUE_SOURCE')
    for (const county of [A, B]) {
      const { body } = await confirm(county, link.id)
      expect(body.data).toEqual({ confirmCaseLink: null })
      expect(body.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    }
    expect((await confirm(C, link.id)).body.errors).toBeUndefined()
  })

  it('are completed by asking again when the proposing county went down after the other had confirmed', async () => {
    const link = await propose(C, idOf(C), idOf(A), 'UPSTREAM_DOWNSTREAM')
    counties.at(A).before = async ({ query }) => {
      if (query.includes('recordCaseLink')) await counties.at(C).stop()
    }
    const broken = await confirm(A, link.id)
    counties.at(A).before = async () => {}
    expect(broken.body.data).toEqual({ confirmCaseLink: null })
    expect(broken.body.errors).toMatchObject([
      { extensions: { code: 'COUNTY_UNANSWERED', county: C, reason: 'UNREACHABLE' } },
    ])
    await counties.at(C).start()
    expect(await linkTo(A, idOf(A), 'UPSTREAM_DOWNSTREAM')).toMatchObject([{ state: 'CONFIRMED' }])
    expect(await linkTo(C, idOf(C), 'UPSTREAM_DOWNSTREAM')).toMatchObject([{ state: 'PROPOSED' }])
    expect((await confirm(A, link.id)).body).toMatchObject({ data: { confirmCaseLink: { state: 'CONFIRMED' } } })
    expect(await linkTo(A, idOf(A), 'UPSTREAM_DOWNSTREAM')).toHaveLength(1)
    expect(await linkTo(C, idOf(C), 'UPSTREAM_DOWNSTREAM')).toMatchObject([{ state: 'CONFIRMED' }])
  })

  it('are completed by asking again when the confirming county was down before it could keep them', async () => {
    const link = await propose(A, idOf(A), idOf(B), 'SAME_ACT')
    counties.at(A).before = async ({ query }) => {
      if (query.includes('caseLinkProposal')) await counties.at(B).stop()
    }
    const broken = await confirm(B, link.id)
    counties.at(A).before = async () => {}
    expect(broken.body.errors).toMatchObject([
      { extensions: { code: 'COUNTY_UNANSWERED', county: B, reason: 'UNREACHABLE' } },
    ])
    await counties.at(B).start()
    expect(await linkTo(A, idOf(A), 'SAME_ACT')).toMatchObject([{ state: 'PROPOSED' }])
    expect((await confirm(B, link.id)).body).toMatchObject({ data: { confirmCaseLink: { state: 'CONFIRMED' } } })
    expect(await linkTo(B, idOf(B), 'SAME_ACT')).toMatchObject([{ state: 'CONFIRMED', target: { id: idOf(A) } }])
  })

  it('lead from a case in A to B, on to C and back to A, by one query', async () => {
    const before = counties.list.map(({ questions }) => questions.length)
    const { enforcementCase } = await get<{ enforcementCase: Followed }>(A, followLinks, { id: idOf(A) })
    const toB = followed(enforcementCase, 'SAME_PARTY')
    expect(toB).toMatchObject({ state: 'CONFIRMED', target: { id: idOf(B), county: { code: B, name: `示例县${B}` } } })
    const toC = followed(toB?.target.case, 'CLUE_SOURCE')
    expect(toC?.target.case).toMatchObject({ id: idOf(C), county: { code: C }, number: caseInput(C, 1).number })
    const back = followed(toC?.target.case, 'UPSTREAM_DOWNSTREAM')
    expect(back?.target).toMatchObject({
      id: idOf(A),
      county: { code: A },
      case: { id: idOf(A), number: caseInput(A, 1).number, subject: { code: organisation } },
    })
    // A hop for each county on the way, whatever the number of links.
    for (const [index, { questions }] of counties.list.entries()) {
      expect(questions.length - (before[index] ?? 0)).toBeLessThanOrEqual(4)
    }
  })

  it('are walked by the registered operation too', async () => {
    const { enforcementCase } = await get<{ enforcementCase: Followed }>(A, operation('follow-case'), { id: idOf(A) })
    const toC = followed(followed(enforcementCase, 'SAME_PARTY')?.target.case, 'CLUE_SOURCE')
    expect(followed(toC?.target.case, 'UPSTREAM_DOWNSTREAM')?.target).toMatchObject({
      id: idOf(A),
      case: { number: caseInput(A, 1).number },
    })
  })

  it('leave everything else in place when B is down, and say that B’s case is missing and why', async () => {
    await counties.at(B).stop()
    const { status, body } = await ask(A, followLinks, { id: idOf(A) })
    await counties.at(B).start()
    expect(status).toBe(200)
    const { enforcementCase } = body.data as { enforcementCase: Followed }
    expect(enforcementCase).toMatchObject({ id: idOf(A), county: { code: A }, number: caseInput(A, 1).number })
    expect(followed(enforcementCase, 'SAME_PARTY')).toMatchObject({
      state: 'CONFIRMED',
      target: { id: idOf(B), county: { code: B, name: `示例县${B}` }, case: null },
    })
    expect(followed(enforcementCase, 'UPSTREAM_DOWNSTREAM')?.target.case).toMatchObject({ id: idOf(C) })
    expect(body.errors?.length).toBeGreaterThan(0)
    for (const { message, extensions } of body.errors ?? []) {
      expect(extensions).toMatchObject({ code: 'COUNTY_UNANSWERED', county: B, reason: 'UNREACHABLE', key: idOf(B) })
      expect(message).toContain(B)
    }
  })
})

describe('one subject in all counties', () => {
  it('shows its name, listings, penalties and cases, in one order, with who answered', async () => {
    const data = await get<{ subject: Record<string, never> }>(A, operation('subject'), {
      code: organisation,
      first: 50,
    })
    const {
      name,
      listings,
      penalties,
      cases: found,
    } = data.subject as Record<string, { nodes: { id: string }[]; coverage: object }>
    expect(name).toBe('虚构示例有限公司')
    for (const connection of [listings, penalties, found]) {
      expect(connection?.coverage).toMatchObject({ complete: true, answered: [{}, {}, {}], unanswered: [] })
    }
    const ids = found?.nodes.map(({ id }) => id) ?? []
    expect(new Set(ids.map((id) => id.slice(0, 6)))).toEqual(new Set([A, B, C]))
    expect(ids.indexOf(cases[C]?.id ?? '')).toBeLessThan(ids.indexOf(cases[B]?.id ?? ''))
    expect(ids.indexOf(cases[B]?.id ?? '')).toBeLessThan(ids.indexOf(cases[A]?.id ?? ''))
  })

  it('is found with what the counties that answer have, and the other is named', async () => {
    await counties.at(C).stop()
    const { body } = await ask(A, operation('subject'), { code: organisation })
    await counties.at(C).start()
    expect(body.data?.['subject']).toMatchObject({
      name: '虚构示例有限公司',
      cases: { coverage: { complete: false, unanswered: [{ county: { code: C }, reason: 'UNREACHABLE' }] } },
    })
  })
})

describe('the counties', () => {
  it('are listed with names and whether they answer', async () => {
    const expected = [A, B, C].map((code) => ({ code, name: `示例县${code}`, status: 'ANSWERING' }))
    expect(await get(A, operation('counties'))).toEqual({ counties: expected })
  })
})

describe('who looked', () => {
  const accesses = `query ($subject: SubjectCode) { accesses(subject: $subject, first: 100) { nodes {
    transaction agency agencyCounty actor officer purpose purposeNumber fields subjects } } }`

  it('stands in the county’s own journal, natural persons as keyed references, under the gateway’s transaction', async () => {
    await file(A, 21, { subject: person, subjectName: '虚构某' })
    const looked = await ask(B, operation('subject'), { code: person }, { 'exchange-purpose': 'case/%E6%A1%88-21' })
    const transaction = looked.headers.get('exchange-transaction-id')
    expect(looked.body.data?.['subject']).toMatchObject({ cases: { nodes: [{ county: { code: A } }] } })
    const data = await get<{ accesses: { nodes: Record<string, unknown>[] } }>(A, accesses, { subject: person })
    const mine = data.accesses.nodes.filter((node) => node['transaction'] === transaction)
    expect(mine.length).toBeGreaterThan(0)
    expect(mine).toContainEqual({
      transaction,
      agency: agencyOf(B),
      agencyCounty: B,
      actor: 'gateway-test',
      officer: 'T0001',
      purpose: 'CASE',
      purposeNumber: '案-21',
      fields: expect.arrayContaining(['enforcementCases']),
      subjects: [expect.stringMatching(new RegExp(`^person:.{22}:${person.slice(-4)}$`))],
    })
    expect(JSON.stringify(data)).not.toContain(person.slice(0, 14))
    const others = await get<{ accesses: { nodes: { transaction: string }[] } }>(A, accesses, { subject: organisation })
    expect(others.accesses.nodes.map((node) => node.transaction)).not.toContain(transaction)

    const own = await stored(journal)
    expect(own.filter((entry) => entry.transaction === transaction)).toMatchObject([
      { agency: agencyOf(B), officer: 'T0001', purposeKind: 'CASE', purposeNumber: '案-21', fields: ['subject'] },
    ])
    expect(verifyChain(own)).toBeUndefined()
    for (const { database } of counties.list) {
      const entries = await stored(database)
      expect(entries.filter((entry) => entry.transaction === transaction).length).toBeGreaterThan(0)
      expect(verifyChain(entries)).toBeUndefined()
      const known = new Set(own.map((entry) => entry.transaction))
      expect(entries.filter((entry) => !known.has(entry.transaction))).toEqual([])
    }
  })

  it('is for the county itself: no other county reads its journal, whoever asks', async () => {
    const { body } = await counties.at(A).ask(await counties.at(A).authorization(B), accesses, { subject: person })
    expect(body.data).toEqual({ accesses: null })
    expect(body.errors).toMatchObject([{ extensions: { code: 'AGREEMENT_MISSING', county: A } }])
  })
})
