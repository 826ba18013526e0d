import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  getOperationAST,
  type GraphQLSchema,
  OperationTypeNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStatementStore } from '../../gateway/exchange/statement-store.ts'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { createSupergraphGateway } from '../../gateway/supergraph/supergraph.ts'
import { penalties } from '../../services/county/credit/penalty.table.ts'
import { penaltyRow } from '../../services/county/sample-records.ts'
import { startReceiver } from '../../services/county/webhooks/testing/receiver.ts'
import { systemClock } from '../../services/platform/clock.ts'
import { indexStatement } from '../../services/platform/hit-index/coverage-statement.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { type ScopeTable, readScopeTable } from '../../services/platform/scopes/scope-table.ts'
import { foundIn, namesIn } from '../support/answer-types.ts'
import { type TestCounties, officersOf, startCounties } from '../support/counties.ts'
import { evidenceInput, handOver, heldFile, legality } from '../support/evidence.ts'
import {
  type RecordMaker,
  assistanceRecords,
  disputeRecords,
  typicalCaseRecords,
  webhookRecords,
  withSuperior,
} from '../support/operation-records.ts'
import { ScopeReference } from '../support/scope-reference.ts'
import { type GatewayAnswer, type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [here, there] = ['411528', '411729'] as const
const subject = '91110000600037341L'
const read = (name: string) => readFileSync(join(packageRoot(), 'schema', `${name}.graphql`), 'utf8')
const supergraphSdl = read('supergraph')
const gatewayTable = readScopeTable(supergraphSdl)
const countySdl = read('county')
const countyTable = readScopeTable(countySdl)
const countySchema = buildSubgraphSchema(parse(countySdl))
const matterScopes = ['matter:read', 'matter:write']
const subsetsOf = (scopes: readonly string[]): string[][] =>
  Array.from({ length: 1 << scopes.length }, (_, bits) => scopes.filter((__, index) => bits & (1 << index)))

const aboutMatters =
  /\b(matter|inbox)|clue|evidence|assistance|dispute|consultation|bulletin|webhook|(hand|take)OverCase/i

/** Every subset of the scopes that the document can need, and for each of the others all of them and none of them. */
function subsetsFor(text: string): string[][] {
  const needed = aboutMatters.test(text)
    ? [...matterScopes, 'case:read', 'query:adhoc']
    : allScopes.filter((scope) => !matterScopes.includes(scope))
  const others = allScopes.filter((scope) => !needed.includes(scope))
  return [...subsetsOf(needed), others, ...subsetsOf(needed).map((scopes) => [...scopes, ...others])]
}

let trust: Trust
let counties: TestCounties
let gateway: TestGateway
let apiSchema: GraphQLSchema
/** Records that the operations are about. */
const known = { ownCase: '', otherCase: '', link: '', clue: '', consultation: '', bulletin: '', evidence: '' }
let serial = 100

async function gatewaySchema(): Promise<GraphQLSchema> {
  let schema: GraphQLSchema | undefined
  const nobody = { process: () => Promise.reject(new Error('not asked')) }
  const supergraph = createSupergraphGateway({
    supergraphSdl,
    dataSources: { county: nobody, coordination: nobody, exchange: nobody },
    scalars: [],
    admit: () => Promise.resolve(),
  })
  supergraph.onSchemaLoadOrUpdate((loaded) => {
    schema = loaded.apiSchema
  })
  await supergraph.load({ apollo: {} })
  await supergraph.stop()
  if (!schema) throw new Error('no schema')
  return schema
}

async function ask(
  county: string,
  scopes: readonly string[],
  query: string,
  variables: Record<string, unknown> = {},
  by: 0 | 1 = 0,
) {
  const headers = { 'exchange-officer': officersOf(county)[by] }
  return gateway.ask(await trust.token(agencyOf(county), scopes), query, variables, headers)
}

const operations = loadOperations().map(({ name, document }) => ({ name: name.slice(3), text: document }))

/** Runs a registered operation with all scopes. */
async function run(name: string, variables: Record<string, unknown>, county: string = here, by: 0 | 1 = 0) {
  const text = operations.find((each) => each.name === name)?.text ?? ''
  const { body } = await ask(county, allScopes, text, variables, by)
  if (body.errors) throw new Error(`${name}: ${JSON.stringify(body.errors)}`)
  return body.data as Record<string, { id: string }>
}

const caseInput = (county: string) => ({
  number: `示例立〔2026〕${(serial += 1)}号`,
  title: '涉嫌发布虚假广告案',
  subject,
  subjectName: '虚构示例有限公司',
  act: 'FALSE_ADVERTISING',
  field: 'FOOD_AND_DRUGS',
  officers: officersOf(county),
})

const listingInput = () => ({
  documentNumber: `示例列〔2026〕${(serial += 1)}号`,
  subject,
  subjectName: '虚构示例有限公司',
  category: 'REFUSAL_TO_PERFORM',
  facts: '示例事由',
  basis: '第十一条',
  organ: '示例县市场监督管理局',
})

/** A clue, about a subject of its own, since the same one is not transferred twice. */
const clueInput = () => ({
  recipient: there,
  title: '示例线索',
  source: 'REPORT',
  field: 'OTHER',
  act: 'FALSE_ADVERTISING',
  subjectName: '虚构示例有限公司',
  facts: '示例事实',
  items: [{ kind: 'PAPERS', name: '示例材料', quantity: '1份' }],
})

/** A consultation that the own county opens; only `there` owes something in it. */
const consultationInput = () => ({
  counties: [there],
  title: '示例会商',
  gravity: '示例理由',
  field: 'OTHER',
  act: 'FALSE_ADVERTISING',
  originCase: known.ownCase,
  standard: { tiers: [{ tier: 'ORDINARY', law: '示例法', article: '第一条', criteria: '示例标准' }] },
})

const bulletinInput = () => ({
  recipients: [there],
  type: 'NEW_ISSUE',
  channel: 'THIS_SYSTEM',
  title: '示例通报',
  text: '示例内容',
  field: 'OTHER',
})

/** A clue of which notice was given. */
async function notifiedClue(): Promise<string> {
  const id = await idOf('draft-clue', { input: clueInput() })
  return idOf('give-clue-notice', { id, request: '请予协助' })
}

/** A piece of evidence of the county's case, with a file of its own. */
async function evidenceOf(county: string, recipient: string, caseId: string) {
  const file = await heldFile(counties.at(county), `示例${(serial += 1)}`)
  return { input: evidenceInput(county, { case: caseId, recipients: [recipient], file }) }
}

/** The id of a piece that the county has shared. */
async function sharedEvidence(county: string, recipient: string, caseId: string): Promise<string> {
  const shared: unknown = (await run('share-evidence', await evidenceOf(county, recipient, caseId), county))[
    'shareEvidence'
  ]
  return (shared as { id: string }[])[0]?.id ?? ''
}

/** A piece of the other county that the own one was given and has recognised. */
async function recognisedEvidence(): Promise<string> {
  const id = await sharedEvidence(there, here, known.otherCase)
  await handOver(counties.at(there), counties.at(here), id)
  await run('advance-evidence', {
    id,
    event: 'RECOGNISE',
    step: { version: 1, text: '示例理由', checklist: legality, certificate: officersOf(here)[0] },
  })
  return id
}

async function idOf(name: string, variables: Record<string, unknown>, county?: string): Promise<string> {
  return Object.values(await run(name, variables, county))[0]?.id ?? ''
}

const maker: RecordMaker = {
  at: (county) => counties.at(county),
  here,
  there,
  run,
  idOf,
  fileCase: (county) => idOf('file-case', { input: caseInput(county) }, county),
  next: () => (serial += 1),
}
const receiver = await startReceiver()
const assistance = assistanceRecords(maker)
const disputes = disputeRecords(maker)
const webhooks = webhookRecords(maker, receiver)
const typicalCases = typicalCaseRecords(maker)

beforeAll(async () => {
  trust = await createTrust([here, there])
  counties = await startCounties(trust, [here, there], {
    changes: withSuperior([here, there]),
    privateTargets: () => receiver.host,
  })
  gateway = await startGateway({ trust, snapshot: counties.snapshot, env: { DEADLINE_MS: '20000' } })
  apiSchema = await gatewaySchema()
  await counties
    .at(here)
    .database.db.insert(penalties)
    .values(penaltyRow(1, { subjectCode: subject }))
  known.ownCase = await idOf('file-case', { input: caseInput(here) })
  known.otherCase = await idOf('file-case', { input: caseInput(there) }, there)
  const to = { id: known.otherCase, target: known.ownCase }
  known.link = await idOf('propose-link', { ...to, kind: 'SAME_PARTY' }, there)
  await run('confirm-link', { id: known.link })
  await run('propose-link', { ...to, kind: 'CLUE_SOURCE' }, there)
  known.clue = await notifiedClue()
  known.consultation = await idOf('open-consultation', { input: consultationInput() })
  known.bulletin = await idOf('send-bulletin', { input: bulletinInput() })
  known.evidence = await recognisedEvidence()
  const listing = await idOf('enter-listing', { input: listingInput() })
  for (const event of ['NOTIFY', 'REQUEST_CONSENT', 'LIST', 'PUBLISH']) {
    await run('advance-listing', { id: listing, event, details: { superiorConsent: '示例同意〔2026〕1号' } })
  }
  for (const records of [assistance, disputes, webhooks, typicalCases]) await records.prepare()
})
afterAll(async () => {
  await gateway?.close()
  await counties?.close()
  await trust?.close()
  await receiver.close()
})

const clueLetter = { number: '示例移〔2026〕1号', certificate: officersOf(here)[0] }

/** Variables that make sense, anew for each run where a run changes something. */
const variablesOf: Record<string, () => Promise<Record<string, unknown>> | Record<string, unknown>> = {
  'credit-check': () => ({ subject, matter: 'FOOD_BUSINESS_LICENCE' }),
  counties: () => ({}),
  listings: () => ({ filter: { states: ['PUBLISHED'] }, first: 5 }),
  penalties: () => ({ filter: { decidedFrom: '2025-01-01' }, first: 5 }),
  subject: () => ({ code: subject, first: 5 }),
  cases: () => ({ filter: { open: true }, first: 5 }),
  'follow-case': () => ({ id: known.ownCase }),
  'file-case': () => ({ input: caseInput(here) }),
  'advance-case': async () => ({ id: await idOf('file-case', { input: caseInput(here) }), event: 'INVESTIGATE' }),
  'propose-link': () => ({ id: known.ownCase, target: known.otherCase, kind: 'RELATED_PARTY' }),
  'link-proposals': () => ({}),
  'confirm-link': () => ({ id: known.link }),
  'enter-listing': () => ({ input: listingInput() }),
  'credit-checks': () => ({ inputs: [{ subject, matter: 'FOOD_BUSINESS_LICENCE' }], maxStaleness: 'PT0S' }),
  'coverage-statement': async () => {
    const statement = indexStatement([])
    await createStatementStore(gateway.database.db, systemClock).keep([statement])
    return { hash: statement.hash }
  },
  inbox: () => ({ first: 20 }),
  'draft-clue': () => ({ input: clueInput() }),
  'give-clue-notice': async () => ({ id: await idOf('draft-clue', { input: clueInput() }), request: '请予协助' }),
  'send-clue': async () => ({ id: await idOf('draft-clue', { input: clueInput() }), letter: clueLetter }),
  clue: () => ({ id: known.clue }),
  'advance-clue': async () => ({ id: await notifiedClue(), event: 'WITHDRAW', step: { text: '示例理由' } }),
  'note-on-clue': async () => ({ id: await notifiedClue(), note: 'COMMENT', text: '示例说明' }),
  'open-consultation': () => ({ input: consultationInput() }),
  consultation: () => ({ id: known.consultation }),
  consultations: () => ({ act: 'FALSE_ADVERTISING', state: 'CLOSED', first: 5 }),
  'act-in-consultation': () => ({ id: known.consultation, action: 'COMMENT', input: { text: '示例说明' } }),
  'send-bulletin': () => ({ input: bulletinInput() }),
  bulletin: () => ({ id: known.bulletin }),
  bulletins: () => ({ filter: { direction: 'RECEIVED' }, first: 5 }),
  'act-on-bulletin': () => ({ id: known.bulletin, action: 'COMMENT', input: { text: '示例说明' } }),
  'bulletin-statistics': () => ({ from: '2025-01-01', until: '2025-12-31' }),
  'share-evidence': () => evidenceOf(here, there, known.ownCase),
  evidence: () => ({ id: known.evidence }),
  'evidence-of-case': () => ({ case: known.ownCase }),
  'advance-evidence': async () => ({
    id: await recognisedEvidence(),
    event: 'CITE',
    step: { case: known.ownCase, text: `示例事实${(serial += 1)}` },
  }),
  'amend-evidence': async () => ({
    id: await sharedEvidence(here, there, known.ownCase),
    event: 'WITHDRAW',
    text: '示例理由',
  }),
  'note-on-evidence': async () => ({
    id: await sharedEvidence(here, there, known.ownCase),
    note: 'COMMENT',
    text: '示例说明',
  }),
  ...assistance.variables,
  ...disputes.variables,
  ...webhooks.variables,
  ...typicalCases.variables,
  'matter-attachments': () => ({ id: disputes.known.id }),
  'matter-proof': () => ({ id: disputes.known.id }),
  'inbox-news': () => ({ first: 5 }),
  'advance-listing': async () => ({ id: await idOf('enter-listing', { input: listingInput() }), event: 'NOTIFY' }),
}

const moments = ['checkedAt', 'asOf', 'matterProof.at']
const volatile = new Set([...moments, 'receipt', 'source', 'statement', 'listVersion', 'transaction'])

/** An answer without what differs from run to run: of a change, the values; of a question, moments and signatures. */
function comparable(value: unknown, changed: boolean, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => comparable(item, changed))
  if (typeof value === 'object' && value !== null) {
    const inside = (key: string) => (volatile.has(`${name}.${key}`) ? `${name}.${key}` : key)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item, changed, inside(key))]))
  }
  return value !== null && value !== undefined && (changed || volatile.has(name)) ? 'some' : value
}

/** What of an answer the scopes decide, and every other error. */
function seen({ body }: GatewayAnswer, changed: boolean) {
  const refused = body.errors?.filter(({ extensions }) => extensions.code === 'UNAUTHORIZED_FIELD_OR_TYPE') ?? []
  return {
    data: comparable(body.data, changed),
    paths: new Set(refused.map(({ path }) => path?.join('.'))),
    others: body.errors?.filter((error) => !refused.includes(error)) ?? [],
  }
}

/** Fields that these scopes do not allow, among those a county was asked. */
function trespasses(queries: readonly string[], scopes: ReadonlySet<string>): string[] {
  return queries.flatMap((query) => {
    const document = parse(query)
    const reference = new ScopeReference(countySchema, countyTable, document, scopes, {})
    const types = new TypeInfo(countySchema)
    const found: string[] = []
    visit(
      document,
      visitWithTypeInfo(types, {
        Field(node) {
          const parent = types.getParentType()
          if (parent && !reference.allows(parent, node.name.value)) found.push(`${parent.name}.${node.name.value}`)
        },
      }),
    )
    return found
  })
}

async function checkSubsets(
  about: { schema: GraphQLSchema; table: ScopeTable; text: string; variables: () => Promise<Record<string, unknown>> },
  send: (scopes: readonly string[], variables: Record<string, unknown>) => Promise<GatewayAnswer>,
): Promise<void> {
  const { schema, table, text } = about
  const document = parse(text)
  const operation = getOperationAST(document)
  const root = operation && schema.getRootType(operation.operation)
  if (!root) throw new Error('no operation')
  const changes = operation.operation === OperationTypeNode.MUTATION
  const whole = await send(allScopes, await about.variables())
  expect(whole.body.errors).toBeUndefined()
  const found = foundIn(whole.body.data ?? {}, root, namesIn(schema, document))
  let variables = await about.variables()
  for (const scopes of subsetsFor(text)) {
    const before = counties.list.map(({ questions }) => questions.length)
    const answer = await send(scopes, variables)
    const asked = counties.list.flatMap(({ questions }, index) => questions.slice(before[index]))
    const granted = new Set(scopes)
    const reference = new ScopeReference(schema, table, document, granted, variables)
    const sent = schema === countySchema ? [] : asked.map(({ query }) => query)
    expect({ scopes, ...seen(answer, changes), trespassed: trespasses(sent, granted) }).toEqual({
      scopes,
      data: comparable(reference.answer(found), changes),
      paths: reference.refusedPaths(),
      others: [],
      trespassed: [],
    })
    // What was refused has changed nothing: the next may have its records, which take longer to make than all the rest.
    if (changes && asked.length > 0) variables = await about.variables()
  }
}

describe('at the gateway, with every subset of the scopes', () => {
  it.each(operations)(
    'the operation $name gives exactly what the scope table allows, and nothing else reaches a county',
    async ({ name, text }) => {
      expect.hasAssertions()
      const make = variablesOf[name]
      if (!make) throw new Error(`This test has no variables for ${name}.`)
      await checkSubsets(
        { schema: apiSchema, table: gatewayTable, text, variables: async () => make() },
        (scopes, variables) => ask(here, scopes, text, variables),
      )
    },
  )
})

const countyDocuments: { name: string; text: string; variables?: () => Record<string, unknown> }[] = [
  {
    name: 'records',
    text: `query ($subject: SubjectCode!) {
      creditListings(filter: { states: [PUBLISHED] }) { nodes { id subject { code } history { event } } coverage { complete } }
      penalties { nodes { id documentNumber } }
      enforcementCases(first: 3) { nodes { id links { id } officers { id } agency { id } } }
      creditStandings(questions: [{ subject: $subject, matter: "FOOD_BUSINESS_LICENCE" }]) {
        county { code } standings { listings { id } } }
      registeredSubjects(code: $subject) { name } }`,
    variables: () => ({ subject }),
  },
  {
    name: 'one case with all that hangs on it',
    text: `query ($id: ID!) { enforcementCase(id: $id) { id number links { id state target { id county { code } } }
      history { event officer } officers { id certificate } agency { name } } }`,
    variables: () => ({ id: known.ownCase }),
  },
  {
    name: 'the register and the links that wait',
    text: `query { agencies(county: "${here}") { id name } officers(county: "${here}") { id agency { id } }
      caseLinkProposals { id target { id } } }`,
  },
  {
    name: 'a case to be filed',
    text: `mutation ($input: FileCaseInput!) { fileCase(input: $input) { id number officers { id } } }`,
    variables: () => ({ input: caseInput(here) }),
  },
  {
    name: 'a link to be proposed',
    text: `mutation ($id: ID!, $target: ID!) { proposeCaseLink(id: $id, target: $target, kind: SAME_ACT) { id state } }`,
    variables: () => ({ id: known.ownCase, target: known.otherCase }),
  },
]

describe('at a county, with every subset of the scopes in the gateway’s token', () => {
  it.each(countyDocuments)('$name: exactly what the county’s own scope table allows', async ({ text, variables }) => {
    expect.hasAssertions()
    const county = counties.at(here)
    await checkSubsets(
      { schema: countySchema, table: countyTable, text, variables: async () => variables?.() ?? {} },
      async (scopes, given) => county.ask(await county.authorization(here, scopes), text, given),
    )
  })
})
