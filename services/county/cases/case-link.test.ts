import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sampleEngines } from '../sample-database.ts'
import { type SampleExchange, sampleCounties, startSampleExchange, part } from '../sample-node.ts'
import { caseRow, sampleUuid } from '../sample-records.ts'
import { agencies } from '../agencies/agency.table.ts'
import { createCountySigner } from '../signing/county-signer.ts'
import { proposalHash, confirmationType, proposalType } from './case-link-document.ts'
import { caseLinkKindLabels } from './case-link.labels.ts'
import { caseLinks } from './case-link.table.ts'
import { enforcementCases } from './enforcement-case.table.ts'

const { xixian, xincai, wuzhi } = sampleCounties
const ours = `${xixian}:case:${sampleUuid(1)}`
const second = `${xixian}:case:${sampleUuid(2)}`
const theirs = `${xincai}:case:${sampleUuid(1)}`

const linkFields = `id kind label state stateLabel direction note settledAt
  source { id county { code } } target { id county { code } }`
const propose = `mutation ($id: ID!, $target: ID!, $kind: CaseLinkKind!) {
  proposeCaseLink(id: $id, target: $target, kind: $kind, note: "同一批广告") { ${linkFields} }
}`
const record = `mutation ($proposal: String!) { recordCaseLink(proposal: $proposal) }`
const settle = `mutation ($id: ID!, $confirmation: String!) {
  settleCaseLink(id: $id, confirmation: $confirmation) { ${linkFields} }
}`
const decline = `mutation ($id: ID!) { declineCaseLink(id: $id) { state } }`
const withdraw = `mutation ($id: ID!) { withdrawCaseLink(id: $id) { state } }`
const proposalOf = `query ($id: ID!) { caseLinkProposal(id: $id) }`
const waiting = `{ caseLinkProposals { id label source { id } target { id } } }`
const linksOf = `query ($id: ID!) { enforcementCase(id: $id) { links { ${linkFields} } } }`

interface Link {
  id: string
  state: string
}

describe.each(sampleEngines())('a case link on $name', ({ open }) => {
  let exchange: SampleExchange
  beforeAll(async () => {
    exchange = await startSampleExchange([xixian, xincai], {
      open,
      // 武陟县 may read cases of 息县, and so is a third county that could look on.
      changes: ({ agreements }) => ({
        agreements: [
          ...agreements,
          ...agreements.map((each) => ({ ...each, id: 'second', parties: [xixian, wuzhi], signedBy: [xixian, wuzhi] })),
        ],
      }),
    })
    for (const county of [xixian, xincai]) {
      const agency = { id: `${county}:agency:${sampleUuid(1)}`, name: '示例局', updatedAt: new Date() }
      await exchange.at(county).db.insert(agencies).values(agency)
    }
  })
  afterAll(() => exchange.close())
  beforeEach(async () => {
    for (const county of [xixian, xincai]) {
      const { db } = exchange.at(county)
      await db.delete(caseLinks)
      await db.delete(enforcementCases)
      const row = (serial: number) =>
        caseRow(serial, `${county}:agency:${sampleUuid(1)}`, { id: `${county}:case:${sampleUuid(serial)}` })
      await db.insert(enforcementCases).values([row(1), row(2)])
    }
  })

  const ask = (county: string, from: string, query: string, variables: Record<string, unknown> = {}) =>
    exchange.at(county).ask({ from }, query, variables)
  const proposed = async (kind = 'SAME_ACT', target = theirs): Promise<Link> => {
    const { data, errors } = await ask(xixian, xixian, propose, { id: ours, target, kind })
    expect(errors).toEqual([])
    return part<Link>(data, 'proposeCaseLink')
  }
  const signedProposal = async (id: string): Promise<string> =>
    part<string>((await ask(xixian, xincai, proposalOf, { id })).data, 'caseLinkProposal')
  const recorded = async (proposal: string): Promise<string> => {
    const { data, errors } = await ask(xincai, xincai, record, { proposal })
    expect(errors).toEqual([])
    return part<string>(data, 'recordCaseLink')
  }
  const codeOf = async (...question: Parameters<typeof ask>) =>
    (await ask(...question)).errors[0]?.extensions['code'] ?? 'OK'

  it('proposed by one county and confirmed by the other is walked from both cases', async () => {
    const link = await proposed()
    expect(link).toMatchObject({
      state: 'PROPOSED',
      stateLabel: '已提出',
      label: '同一违法行为',
      direction: 'OUTBOUND',
    })
    expect((await ask(xixian, xincai, waiting)).data).toEqual({
      caseLinkProposals: [{ id: link.id, label: '同一违法行为', source: { id: ours }, target: { id: theirs } }],
    })
    const confirmation = await recorded(await signedProposal(link.id))
    exchange.clock.set('2026-03-01T05:00:00.000Z')
    const settled = await ask(xixian, xincai, settle, { id: link.id, confirmation })
    expect(settled.data).toMatchObject({
      settleCaseLink: { id: link.id, state: 'CONFIRMED', settledAt: '2026-03-01T05:00:00.000Z' },
    })
    expect((await ask(xixian, xincai, waiting)).data).toEqual({ caseLinkProposals: [] })
    const fromOurs = await ask(xixian, xincai, linksOf, { id: ours })
    expect((await ask(xixian, wuzhi, linksOf, { id: ours })).data).toEqual(fromOurs.data)
    expect(fromOurs.data).toMatchObject({
      enforcementCase: {
        links: [
          {
            state: 'CONFIRMED',
            direction: 'OUTBOUND',
            note: '同一批广告',
            source: { id: ours, county: { code: xixian } },
            target: { id: theirs, county: { code: xincai } },
          },
        ],
      },
    })
    const fromTheirs = await ask(xincai, xixian, linksOf, { id: theirs })
    expect(fromTheirs.data).toMatchObject({
      enforcementCase: {
        links: [
          {
            kind: 'SAME_ACT',
            state: 'CONFIRMED',
            direction: 'INBOUND',
            source: { id: theirs, county: { code: xincai } },
            target: { id: ours, county: { code: xixian } },
          },
        ],
      },
    })
  })

  it('may be proposed, recorded and settled again without changing anything', async () => {
    const first = await proposed()
    expect((await proposed()).id).toBe(first.id)
    const proposal = await signedProposal(first.id)
    const confirmation = await recorded(proposal)
    expect(await recorded(proposal)).toBe(confirmation)
    const settled = await ask(xixian, xincai, settle, { id: first.id, confirmation })
    const again = await ask(xixian, xincai, settle, { id: first.id, confirmation })
    expect(again.data).toEqual(settled.data)
    expect(await signedProposal(first.id)).toBe(proposal)
    expect(await exchange.at(xincai).db.select().from(caseLinks)).toHaveLength(1)
    expect(await exchange.at(xixian).db.select().from(caseLinks)).toHaveLength(1)
  })

  it('is recorded once when the same proposal comes several times at once', async () => {
    const proposal = await signedProposal((await proposed()).id)
    const confirmations = await Promise.all([1, 2, 3, 4].map(() => recorded(proposal)))
    expect(new Set(confirmations).size).toBe(1)
    expect(await exchange.at(xincai).db.select().from(caseLinks)).toHaveLength(1)
  })

  it('may be proposed anew when it was withdrawn after the other county had recorded it', async () => {
    const first = await proposed()
    const older = await signedProposal(first.id)
    // The confirmation never arrives.
    await recorded(older)
    expect(await codeOf(xixian, xixian, withdraw, { id: first.id })).toBe('OK')
    exchange.clock.set('2026-03-02T04:00:00.000Z')
    const anew = await proposed()
    const confirmation = await recorded(await signedProposal(anew.id))
    expect(await codeOf(xixian, xincai, settle, { id: anew.id, confirmation })).toBe('OK')
    expect(await exchange.at(xincai).db.select().from(caseLinks)).toMatchObject([{ origin: anew.id, confirmation }])
    // The older proposal does not come back.
    expect(await codeOf(xincai, xincai, record, { proposal: older })).toBe('CONFLICT')
  })

  it('is not recorded unless its proposer’s own county signed it', async () => {
    const link = await proposed()
    const content = {
      link: link.id,
      kind: 'SAME_ACT',
      note: null,
      from: ours,
      target: theirs,
      proposedBy: 'xixian-enforcement',
      proposedAt: '2026-03-01T04:00:00.000Z',
    }
    const key = (county: string) => exchange.countyKeys[county] ?? exchange.gatewayKey
    const sign = async (county: string, changes: Partial<typeof content> = {}, typ = proposalType) =>
      (await createCountySigner(key(county))).sign({ ...content, ...changes }, typ)
    const genuine = await sign(xixian)
    expect(await codeOf(xincai, xincai, record, { proposal: genuine })).toBe('OK')
    for (const [what, forged] of Object.entries({
      'signed by a third county': await sign(wuzhi),
      'signed by the gateway': await (await createCountySigner(exchange.gatewayKey)).sign(content, proposalType),
      'of another type': await sign(xixian, {}, confirmationType),
      'about a third county’s case': await sign(xixian, { from: `${wuzhi}:case:${sampleUuid(1)}` }),
      'to a third county': await sign(xixian, { target: `${wuzhi}:case:${sampleUuid(1)}` }),
      'of no kind': await sign(xixian, { kind: 'NO_KIND' }),
      'not a document': 'nonsense',
      altered: `${genuine.slice(0, -4)}AAAA`,
    })) {
      expect([what, await codeOf(xincai, xincai, record, { proposal: forged })]).toEqual([what, 'BAD_USER_INPUT'])
    }
    const nowhere = await sign(xixian, {
      link: `${xixian}:link:${sampleUuid(9)}`,
      target: `${xincai}:case:${sampleUuid(9)}`,
    })
    expect(await codeOf(xincai, xincai, record, { proposal: nowhere })).toBe('NOT_FOUND')
    expect(await exchange.at(xincai).db.select().from(caseLinks)).toHaveLength(1)
  })

  it('is not confirmed unless the other county signed the confirmation of this very proposal', async () => {
    const link = await proposed()
    const other = await proposed('SAME_PARTY')
    const confirmation = await recorded(await signedProposal(link.id))
    const content = {
      link: link.id,
      from: ours,
      target: theirs,
      proposal: proposalHash(await signedProposal(link.id)),
      confirmedBy: 'xincai-enforcement',
      confirmedAt: '2026-03-01T04:00:00.000Z',
    }
    const byGateway = await (await createCountySigner(exchange.gatewayKey)).sign(content, confirmationType)
    const byProposer = await (
      await createCountySigner(exchange.countyKeys[xixian] ?? exchange.gatewayKey)
    ).sign(content, confirmationType)
    const ofAnother = await (
      await createCountySigner(exchange.countyKeys[xincai] ?? exchange.gatewayKey)
    ).sign({ ...content, proposal: proposalHash(await signedProposal(other.id)) }, confirmationType)
    expect(await codeOf(xixian, xincai, settle, { id: link.id, confirmation: ofAnother })).toBe('BAD_USER_INPUT')
    expect(await codeOf(xixian, xincai, settle, { id: link.id, confirmation: byGateway })).toBe('BAD_USER_INPUT')
    expect(await codeOf(xixian, xincai, settle, { id: link.id, confirmation: byProposer })).toBe('BAD_USER_INPUT')
    expect(await codeOf(xixian, xincai, settle, { id: other.id, confirmation })).toBe('BAD_USER_INPUT')
    expect(await codeOf(xixian, wuzhi, settle, { id: link.id, confirmation })).toBe('NOT_FOUND')
    expect(await codeOf(xixian, xincai, settle, { id: link.id, confirmation })).toBe('OK')
  })

  it('that is only proposed is seen by its two counties and nobody else', async () => {
    const link = await proposed()
    expect((await ask(xixian, wuzhi, waiting)).data).toEqual({ caseLinkProposals: [] })
    expect((await ask(xixian, wuzhi, proposalOf, { id: link.id })).data).toEqual({ caseLinkProposal: null })
    expect((await ask(xixian, xincai, linksOf, { id: ours })).data).toMatchObject({
      enforcementCase: { links: [{ state: 'PROPOSED' }] },
    })
    expect((await ask(xixian, wuzhi, linksOf, { id: ours })).data).toEqual({ enforcementCase: { links: [] } })
    const entity = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on CaseLink { state } } }`
    const of = [{ __typename: 'CaseLink', id: link.id }]
    expect((await ask(xixian, wuzhi, entity, { of })).data).toEqual({ _entities: [null] })
    expect((await ask(xixian, xincai, entity, { of })).data).toEqual({ _entities: [{ state: 'PROPOSED' }] })
  })

  it('is proposed by the case’s own county only, to a county of the directory, and not to itself', async () => {
    const kind = 'SAME_PARTY'
    expect(await codeOf(xixian, xincai, propose, { id: ours, target: theirs, kind })).toBe('AGREEMENT_MISSING')
    expect(await codeOf(xixian, xixian, propose, { id: ours, target: ours, kind })).toBe('BAD_USER_INPUT')
    const unknown = `110101:case:${sampleUuid(1)}`
    expect(await codeOf(xixian, xixian, propose, { id: ours, target: unknown, kind })).toBe('BAD_USER_INPUT')
    expect(await codeOf(xixian, xixian, propose, { id: ours, target: 'x', kind })).toBe('BAD_USER_INPUT')
    const missing = `${xixian}:case:${sampleUuid(9)}`
    expect(await codeOf(xixian, xixian, propose, { id: missing, target: theirs, kind })).toBe('NOT_FOUND')
    expect(await codeOf(xixian, xincai, record, { proposal: 'x' })).toBe('AGREEMENT_MISSING')
  })

  it('between two cases of one county is confirmed at once and walked from both', async () => {
    const link = await proposed('MERGED_OR_SPLIT', second)
    expect(link.state).toBe('CONFIRMED')
    expect((await ask(xixian, xixian, linksOf, { id: second })).data).toMatchObject({
      enforcementCase: { links: [{ direction: 'INBOUND', state: 'CONFIRMED', target: { id: ours } }] },
    })
  })

  it('is declined by the county it was proposed to, and cannot be confirmed afterwards', async () => {
    const link = await proposed()
    const proposal = await signedProposal(link.id)
    expect(await codeOf(xixian, wuzhi, decline, { id: link.id })).toBe('NOT_FOUND')
    expect((await ask(xixian, xincai, decline, { id: link.id })).data).toEqual({
      declineCaseLink: { state: 'DECLINED' },
    })
    expect((await ask(xixian, xincai, proposalOf, { id: link.id })).data).toEqual({ caseLinkProposal: null })
    const confirmation = await recorded(proposal)
    expect(await codeOf(xixian, xincai, settle, { id: link.id, confirmation })).toBe('TRANSITION_REFUSED')
    expect((await proposed()).id).not.toBe(link.id)
  })

  it('is withdrawn by its proposer, unless the other county was confirming it meanwhile', async () => {
    const link = await proposed()
    const proposal = await signedProposal(link.id)
    expect(await codeOf(xixian, xincai, withdraw, { id: link.id })).toBe('AGREEMENT_MISSING')
    expect((await ask(xixian, xixian, withdraw, { id: link.id })).data).toEqual({
      withdrawCaseLink: { state: 'WITHDRAWN' },
    })
    const confirmation = await recorded(proposal)
    expect((await ask(xixian, xincai, settle, { id: link.id, confirmation })).data).toMatchObject({
      settleCaseLink: { state: 'CONFIRMED' },
    })
  })

  it('can be of each of the twelve kinds', async () => {
    for (const [kind, label] of Object.entries(caseLinkKindLabels)) {
      expect(await proposed(kind)).toMatchObject({ kind, label })
    }
    expect(Object.keys(caseLinkKindLabels)).toHaveLength(12)
  })
})
