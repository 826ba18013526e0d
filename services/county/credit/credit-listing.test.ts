import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sampleEngines } from '../sample-database.ts'
import {
  type Asker,
  type SampleExchange,
  type SampleNode,
  sampleCounties,
  startSampleExchange,
  part,
} from '../sample-node.ts'
import { listingRow, sampleOrganisation, samplePerson } from '../sample-records.ts'
import { creditListingEvents } from './credit-listing-event.table.ts'
import { creditListings } from './credit-listing.table.ts'
import { currentListVersion } from './list-version.repository.ts'

const { xixian, xincai, wuzhi } = sampleCounties

const enterDocument = `mutation ($input: EnterListingInput!) {
  enterListing(input: $input) { id state stateLabel enteredOn listedOn hasEffect county { code } subject { code name } }
}`
const advanceDocument = `mutation ($id: ID!, $event: CreditListingEvent!, $details: AdvanceListingDetails) {
  advanceListing(id: $id, event: $event, details: $details) {
    id state listedOn effectUntil restrictionUntil imposedMeasures hasEffect removedOn restoredOn
  }
}`
const listDocument = `query ($filter: CreditListingFilter) {
  creditListings(filter: $filter) {
    nodes { id state subject { code } } coverage { complete answered { county { code } asOf listVersion } }
  }
}`

const proposal = (changes: Record<string, unknown> = {}) => ({
  documentNumber: '息示例市监失信列〔2026〕1号',
  subject: sampleOrganisation(1),
  subjectName: '虚构第1示例有限公司',
  category: 'FOOD_SAFETY',
  facts: '生产经营添加药品的食品',
  basis: '《市场监督管理严重违法失信名单管理办法》第五条',
  organ: '息县示例市场监督管理局',
  heavyPenalty: 'HEAVY_FINE',
  penaltyDocument: '息示例市监罚〔2026〕1号',
  ...changes,
})

describe.each(sampleEngines())('the list on $name', ({ open }) => {
  let exchange: SampleExchange
  let node: SampleNode
  beforeAll(async () => {
    exchange = await startSampleExchange([xixian], { open })
    node = exchange.at(xixian)
  })
  afterAll(() => exchange.close())
  beforeEach(async () => {
    exchange.clock.set('2026-03-01T04:00:00.000Z')
    await node.db.delete(creditListingEvents)
    await node.db.delete(creditListings)
  })

  const enter = async (changes: Record<string, unknown> = {}): Promise<string> => {
    const { data, errors } = await node.ask({ from: xixian }, enterDocument, { input: proposal(changes) })
    expect(errors).toEqual([])
    return part<{ id: string }>(data, 'enterListing').id
  }
  const advance = (id: string, event: string, details: Record<string, unknown> = {}, from: string = xixian) =>
    node.ask({ from }, advanceDocument, { id, event, details })
  const propose = (input: Record<string, unknown>) => node.ask({ from: xixian }, enterDocument, { input })
  const standing = async (subject: string) => {
    const { data } = await node.ask(
      { from: xincai, scopes: ['credit:check'], purpose: null, officer: null },
      `query ($subject: SubjectCode!) {
        creditStandings(questions: [{ subject: $subject, matter: "FOOD_BUSINESS_LICENCE" }]) {
          standings { listings { id relation } } } }`,
      { subject },
    )
    type Standing = { listings: { id: string; relation: string }[] }
    return part<{ standings: Standing[] }[]>(data, 'creditStandings')[0]?.standings[0]?.listings
  }
  const ids = async (asker: Asker, filter?: Record<string, unknown>) => {
    const { data, errors } = await node.ask(asker, listDocument, { filter })
    expect(errors).toEqual([])
    return part<{ nodes: { id: string }[] }>(data, 'creditListings').nodes.map((each) => each.id)
  }

  it('takes an entry through its whole life: listed, published, removed early, restored, lapsed', async () => {
    const id = await enter()
    const step = async (on: string, event: string, details: Record<string, unknown> = {}) => {
      exchange.clock.set(`${on}T04:00:00.000Z`)
      const { data, errors } = await advance(id, event, details)
      expect(errors).toEqual([])
      return data?.['advanceListing']
    }
    await step('2026-03-02', 'NOTIFY')
    await step('2026-03-10', 'REQUEST_CONSENT')
    expect(await standing(sampleOrganisation(1))).toEqual([])
    expect(
      await step('2026-03-20', 'LIST', {
        superiorConsent: '信市监函〔2026〕3号',
        imposedMeasures: ['FOOD_FIVE_YEAR_BAR'],
        restrictionUntil: '2027-06-01',
      }),
    ).toMatchObject({
      state: 'LISTED',
      listedOn: '2026-03-20',
      effectUntil: '2029-03-20',
      restrictionUntil: '2027-06-01',
      imposedMeasures: ['FOOD_FIVE_YEAR_BAR'],
      hasEffect: true,
    })
    expect(await standing(sampleOrganisation(1))).toEqual([{ id, relation: 'LISTED_SUBJECT' }])
    await step('2026-04-01', 'PUBLISH')
    exchange.clock.set('2027-04-01T04:00:00.000Z')
    const early = await advance(id, 'APPLY_REPAIR')
    expect(early.errors[0]?.extensions['code']).toBe('TRANSITION_REFUSED')
    await step('2027-06-01', 'APPLY_REPAIR')
    await step('2027-06-02', 'ACCEPT_REPAIR')
    const conditions = { obligationsFulfilled: true, harmRemoved: true, noNewPenalty: true }
    expect(await step('2027-06-20', 'REMOVE_EARLY', conditions)).toMatchObject({
      state: 'REMOVED_EARLY',
      removedOn: '2027-06-20',
      hasEffect: false,
    })
    expect(await standing(sampleOrganisation(1))).toEqual([])
    expect(await step('2027-09-01', 'RESTORE', { reason: '提供虚假材料' })).toMatchObject({
      state: 'RESTORED',
      restoredOn: '2027-09-01',
      effectUntil: '2030-09-01',
      removedOn: null,
      hasEffect: true,
    })
    expect(await standing(sampleOrganisation(1))).toEqual([{ id, relation: 'LISTED_SUBJECT' }])
    expect(await step('2030-09-01', 'EXPIRE')).toMatchObject({ state: 'EXPIRED', hasEffect: false })

    const history = `query ($id: ID!) { creditListing(id: $id) { history { event toState at officer document } } }`
    const own = await node.ask({ from: xixian }, history, { id })
    const steps = part<{ history: { event: string; officer: string }[] }>(own.data, 'creditListing').history
    expect(steps.map((each) => each.event)).toEqual([
      'ENTER',
      'NOTIFY',
      'REQUEST_CONSENT',
      'LIST',
      'PUBLISH',
      'APPLY_REPAIR',
      'ACCEPT_REPAIR',
      'REMOVE_EARLY',
      'RESTORE',
      'EXPIRE',
    ])
    expect(steps[0]?.officer).toBe('41152801')
    const other = await node.ask({ from: xincai }, history, { id })
    const seen = part<{ history: { event: string; officer: null }[] }>(other.data, 'creditListing').history
    expect(seen.map((each) => each.event)).toEqual(steps.slice(3).map((each) => each.event))
    expect(seen.every((each) => each.officer === null)).toBe(true)
  })

  it('raises its version by one with every change and by none with a refused one', async () => {
    const before = await currentListVersion(node.db)
    const id = await enter()
    expect(await currentListVersion(node.db)).toBe(before + 1)
    await advance(id, 'NOTIFY')
    expect(await currentListVersion(node.db)).toBe(before + 2)
    const refused = await advance(id, 'PUBLISH')
    expect(refused.errors[0]?.extensions['code']).toBe('TRANSITION_REFUSED')
    expect(await currentListVersion(node.db)).toBe(before + 2)
    const { data } = await node.ask({ from: xixian }, listDocument)
    expect(data).toMatchObject({
      creditListings: {
        coverage: {
          complete: true,
          answered: [{ county: { code: xixian }, asOf: '2026-03-01T04:00:00.000Z', listVersion: String(before + 2) }],
        },
      },
    })
  })

  it('shows other counties no entry before it is listed, by list, by id or by history', async () => {
    const id = await enter()
    const byId = `query ($id: ID!) { creditListing(id: $id) { id } }`
    for (const event of [undefined, 'NOTIFY', 'REQUEST_CONSENT']) {
      if (event) await advance(id, event)
      expect(await ids({ from: xixian })).toEqual([id])
      expect(await ids({ from: xincai })).toEqual([])
      expect(await ids({ from: xincai }, { states: ['PROPOSED', 'NOTIFIED', 'PENDING_SUPERIOR_CONSENT'] })).toEqual([])
      expect((await node.ask({ from: xincai }, byId, { id })).data).toEqual({ creditListing: null })
      expect((await node.ask({ from: xixian }, byId, { id })).data).toEqual({ creditListing: { id } })
    }
    await advance(id, 'LIST', { superiorConsent: '信市监函〔2026〕3号' })
    expect(await ids({ from: xincai })).toEqual([id])
    expect((await node.ask({ from: xincai }, byId, { id })).data).toEqual({ creditListing: { id } })
  })

  it('keeps a natural person’s entry from other counties’ lists, but counts it in the credit standing', async () => {
    const person = samplePerson(7)
    const id = await enter({ subject: person, subjectName: '张示例' })
    await advance(id, 'NOTIFY')
    await advance(id, 'REQUEST_CONSENT')
    await advance(id, 'LIST', { superiorConsent: '信市监函〔2026〕3号' })
    expect(await ids({ from: xixian })).toEqual([id])
    expect(await ids({ from: xincai })).toEqual([])
    expect(await ids({ from: xincai }, { subject: person })).toEqual([])
    const byId = await node.ask({ from: xincai }, `query ($id: ID!) { creditListing(id: $id) { id } }`, { id })
    expect(byId.data).toEqual({ creditListing: null })
    expect(await standing(person)).toEqual([{ id, relation: 'LISTED_SUBJECT' }])
    const byReference = async (scopes: string[]) => {
      const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on CreditListing { id } } }`
      const of = [{ __typename: 'CreditListing', id }]
      return (await node.ask({ from: xincai, scopes }, document, { of })).data
    }
    expect(await byReference(['credit:read'])).toEqual({ _entities: [null] })
    expect(await byReference(['credit:read', 'credit:check'])).toEqual({ _entities: [{ id }] })
    await advance(id, 'REVOKE', { reason: '处罚决定被撤销', document: '息示例撤〔2026〕1号' })
    exchange.clock.set('2026-03-02T04:00:00.000Z')
    expect(await byReference(['credit:read', 'credit:check'])).toEqual({ _entities: [null] })
  })

  it('tells other counties the name of a subject only with a record that they would be shown', async () => {
    const code = sampleOrganisation(9)
    const id = await enter({ subject: code })
    const names = async (from: string) => {
      const { data, errors } = await node.ask({ from }, `{ registeredSubjects(code: "${code}") { name } }`)
      expect(errors).toEqual([])
      return data?.['registeredSubjects']
    }
    const known = [{ name: '虚构第1示例有限公司' }]
    expect([await names(xixian), await names(xincai)]).toEqual([known, []])
    await advance(id, 'NOTIFY')
    await advance(id, 'REQUEST_CONSENT')
    await advance(id, 'LIST', { superiorConsent: '信市监函〔2026〕3号' })
    expect(await names(xincai)).toEqual(known)
  })

  it('keeps a person’s entry from other counties also when the register does not hold the person', async () => {
    await node.db.insert(creditListings).values(listingRow(1, { subjectCode: '411528187513010010' }))
    await node.db.insert(creditListings).values(listingRow(2, { subjectCode: '411528187512010010' }))
    expect(await ids({ from: xincai })).toEqual([listingRow(1).id])
  })

  it('finds entries by subject, category, state, effect and day of listing', async () => {
    const rows = [
      listingRow(1),
      listingRow(2, { category: 'CONSUMER_RIGHTS', listedOn: '2026-02-01' }),
      listingRow(3, { state: 'REMOVED_EARLY', removedOn: '2026-02-20', listedOn: '2024-02-01' }),
      listingRow(4, { listedOn: '2023-03-01', effectUntil: '2026-03-01' }),
    ]
    await node.db.insert(creditListings).values(rows)
    const found = async (filter: Record<string, unknown>) =>
      (await ids({ from: xincai }, filter)).map((id) => rows.findIndex((row) => row.id === id) + 1).toReversed()
    expect(await found({ subject: sampleOrganisation(2) })).toEqual([2])
    expect(await found({ category: 'FOOD_SAFETY' })).toEqual([1, 3, 4])
    expect(await found({ states: ['REMOVED_EARLY'] })).toEqual([3])
    expect(await found({ hasEffect: true })).toEqual([1, 2])
    expect(await found({ hasEffect: false })).toEqual([3, 4])
    expect(await found({ listedFrom: '2026-01-05', listedTo: '2026-02-01' })).toEqual([1, 2])
    expect(await found({ listedFrom: '2026-01-06' })).toEqual([2])
  })

  it('lets no other county write, and says so with a code', async () => {
    const id = await enter()
    const entered = await node.ask({ from: xincai }, enterDocument, { input: proposal({ documentNumber: '2号' }) })
    expect(entered.errors[0]?.extensions).toMatchObject({ code: 'AGREEMENT_MISSING', county: xixian })
    const advanced = await advance(id, 'NOTIFY', {}, xincai)
    expect(advanced.errors[0]?.extensions['code']).toBe('AGREEMENT_MISSING')
    expect(await node.db.select().from(creditListings)).toMatchObject([{ state: 'PROPOSED' }])
  })

  it('refuses a county without an agreement each kind of record, and the credit standing', async () => {
    for (const query of [
      '{ creditListings { nodes { id } } }',
      '{ penalties { nodes { id } } }',
      '{ enforcementCases { nodes { id } } }',
      `{ creditListing(id: "${listingRow(1).id}") { id } }`,
      `{ registeredSubjects(code: "${sampleOrganisation(1)}") { name } }`,
      `{ creditStandings(questions: [{ subject: "${sampleOrganisation(1)}", matter: "FOOD_BUSINESS_LICENCE" }]) { asOf } }`,
    ]) {
      const { errors } = await node.ask({ from: wuzhi }, query)
      expect([query, errors[0]?.extensions['code']]).toEqual([query, 'AGREEMENT_MISSING'])
    }
  })

  it('refuses a proposal without a heavy penalty, except for refusal to perform (art. 11, 12)', async () => {
    const without = await propose(proposal({ heavyPenalty: null }))
    expect(without.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'heavyPenalty' })
    const unnumbered = await propose(proposal({ penaltyDocument: null }))
    expect(unnumbered.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'penaltyDocument' })
    const refusal = await propose(
      proposal({ category: 'REFUSAL_TO_PERFORM', heavyPenalty: null, penaltyDocument: null }),
    )
    expect(refusal.errors).toEqual([])
  })

  it('refuses a second entry with the same document number, and measures that the catalogue lets nobody impose', async () => {
    const id = await enter()
    const twice = await node.ask({ from: xixian }, enterDocument, { input: proposal() })
    expect(twice.errors[0]?.extensions['code']).toBe('CONFLICT')
    await advance(id, 'NOTIFY')
    await advance(id, 'REQUEST_CONSENT')
    for (const measure of ['NO_SUCH_MEASURE', 'IMPORTANT_CONSIDERATION']) {
      const { errors } = await advance(id, 'LIST', { superiorConsent: '3号', imposedMeasures: [measure] })
      expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'imposedMeasures' })
    }
  })

  it('shows an asker with credit:check alone, by reference, the entries with effect and no others', async () => {
    await node.db
      .insert(creditListings)
      .values([listingRow(1), listingRow(2, { listedOn: '2023-03-01', effectUntil: '2026-03-01' })])
    const { data, errors } = await node.ask(
      { from: xincai, scopes: ['credit:check'], purpose: null, officer: null },
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on CreditListing { id categoryLabel } } }`,
      { of: [1, 2, 3].map((serial) => ({ __typename: 'CreditListing', id: listingRow(serial).id })) },
    )
    expect(errors).toEqual([])
    expect(data).toEqual({
      _entities: [{ id: listingRow(1).id, categoryLabel: '食品安全领域 (第五条)' }, null, null],
    })
  })
})
