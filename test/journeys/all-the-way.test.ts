import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { legalityLabels } from '../../services/county/evidence/evidence.labels.ts'
import { referenceTo, samplePdf } from '../support/attachments.ts'
import { officersOf } from '../support/counties.ts'
import {
  type SuperiorWorld,
  province,
  sampleSubject,
  startSuperiorWorld,
  wuzhi,
  xincai,
  xixian,
} from '../support/superior-world.ts'

const code = sampleSubject.subject
const day = 86_400_000

let world: SuperiorWorld

beforeAll(async () => {
  world = await startSuperiorWorld()
})
afterAll(() => world?.close())

const stateOf = async (county: string, id: string): Promise<string | undefined> =>
  (await world.run<{ state: string } | null>(county, 'query ($id: ID!) { matter(id: $id) { state } }', { id }))?.state
/** Waits until the county's own node shows the state. */
const arrived = async (county: string, id: string, state: string): Promise<void> => {
  await expect.poll(() => stateOf(county, id), { timeout: 30_000, interval: 50 }).toBe(state)
}

interface Told {
  history: { receipts: { state: string }[] }[]
}

/** What a county says of a matter’s course. */
const told = (county: string, id: string): Promise<Told> =>
  world.run(
    county,
    `query ($id: ID!) { matter(id: $id) { id state parties { code } deadline { dueOn metAt state }
      history { at event text county { code } officerName receipts { state } attachments { hash } } } }`,
    { id },
  )
/** Every document has been acknowledged, and all parties tell the same; of third ones' receipts a party knows nothing. */
async function agree(id: string, ...parties: string[]): Promise<void> {
  const all = async () => Promise.all(parties.map((party) => told(party, id)))
  await expect
    .poll(async () => JSON.stringify(await all()).includes('PENDING'), { timeout: 30_000, interval: 100 })
    .toBe(false)
  const [first, ...others] = (await all()).map((each) => ({
    ...each,
    history: each.history.map((line) => ({ ...line, receipts: parties.length > 2 ? [] : line.receipts })),
  }))
  for (const other of others) expect(other).toEqual(first)
}

const step = (county: string, kind: string, id: string, event: string, given: object = {}) =>
  world.run(
    county,
    `mutation ($id: ID!, $event: ${kind}Step!, $step: ${kind}StepInput!) {
      advance${kind === 'Dispute' ? 'JurisdictionDispute' : kind}(id: $id, event: $event, step: $step) { id state } }`,
    { id, event, step: given },
  )
const advanceCase = (county: string, id: string, event: string, document: string | null = null) =>
  world.run(
    county,
    'mutation ($id: ID!, $event: CaseEvent!, $document: String) { advanceCase(id: $id, event: $event, document: $document) { id state: stage } }',
    { id, event, document },
  )
const advanceListing = (county: string, id: string, event: string, details: object = {}) =>
  world.run(
    county,
    'mutation ($id: ID!, $event: CreditListingEvent!, $details: AdvanceListingDetails) { advanceListing(id: $id, event: $event, details: $details) { id state } }',
    { id, event, details },
  )
const check = () =>
  world.run<{ verdict: string; listings: { id: string; county: { code: string } }[]; coverage: { complete: boolean } }>(
    wuzhi,
    `query ($code: SubjectCode!) { creditCheck(subject: $code, matter: "FOOD_BUSINESS_LICENCE") {
      verdict listings { id county { code } } coverage { complete } } }`,
    { code },
    ['credit:check', 'query:adhoc'],
  )

describe('from a clue to the approval check in a third county', () => {
  it('[A04–A07, A10, B04–B07] clue → case → assistance → evidence cited → dispute → designation → penalty → listing → CONSIDER, and back', async () => {
    expect(await check()).toMatchObject({ verdict: 'CLEAR', coverage: { complete: true } })

    // 息县 has a case, and what it finds concerns 新蔡县, too: a clue goes over, and a case is filed from it there.
    const first = await world.file(xixian, '息示例立〔2026〕1号')
    const { id: clue } = await world.run(
      xixian,
      'mutation ($input: ClueDraftInput!) { draftClue(input: $input) { id state } }',
      {
        input: {
          ...sampleSubject,
          recipient: xincai,
          title: '涉嫌发布虚假广告线索',
          source: 'INSPECTION',
          field: 'FOOD_AND_DRUGS',
          facts: '检查发现其在新蔡县的门店发布虚假广告。',
          originCase: first,
          items: [{ kind: 'GOODS', name: '宣传册', quantity: '3箱' }],
        },
      },
    )
    await world.run(
      xixian,
      'mutation ($id: ID!) { sendClue(id: $id, letter: { number: "息示例移〔2026〕1号" }) { id state } }',
      { id: clue },
    )
    await arrived(xincai, clue, 'SENT')
    for (const event of ['RECEIVE', 'ACCEPT', 'VERIFY']) await step(xincai, 'Clue', clue, event)
    world.clock.advance(day)
    const second = await world.file(xincai, '新示例立〔2026〕1号')
    await step(xincai, 'Clue', clue, 'FILE', { case: second })
    await step(xincai, 'Clue', clue, 'GIVE_FEEDBACK', { text: '已立案调查' })
    await agree(clue, xixian, xincai)

    // 新蔡县 asks 武陟县, where the goods were made, for assistance.
    const [request] = await world.run<{ id: string; letter: string }[]>(
      xincai,
      'mutation ($input: AssistanceDraftInput!) { draftAssistance(input: $input) { id letter } }',
      {
        input: {
          case: second,
          facts: '涉案宣传册由武陟县某印刷厂（虚构）印制。',
          contact: { name: '虚构乙', phone: '0396-0000000', address: '新蔡县示例路2号' },
          parts: [{ county: wuzhi, tasks: ['核实宣传册的印制数量', '提供委托印制合同'] }],
        },
      },
    )
    const assistance = request?.id ?? ''
    await world.run(
      xincai,
      'mutation ($letter: ID!) { issueAssistance(letter: $letter, input: { number: "新示例协〔2026〕1号" }) { id } }',
      { letter: request?.letter },
    )
    await arrived(wuzhi, assistance, 'ISSUED')
    for (const event of ['RECEIVE', 'BEGIN']) await step(wuzhi, 'Assistance', assistance, event)
    await step(wuzhi, 'Assistance', assistance, 'ANSWER_PART', { part: 1, outcome: 'DONE', text: '印制1万册' })
    await step(wuzhi, 'Assistance', assistance, 'REPLY', { number: '武示例复〔2026〕1号', text: '协查完毕' })
    await arrived(xincai, assistance, 'REPLIED')
    await step(xincai, 'Assistance', assistance, 'CLOSE')
    await agree(assistance, xincai, wuzhi)

    // 息县 shares the record of its inspection; 新蔡县 recognises it and cites it in its case.
    const scan = samplePdf(4_000)
    const paper = referenceTo(scan)
    const [officer] = officersOf(xixian)
    const put = await fetch(`${world.gateway.url}/attachments/${paper.hash}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${await world.token(xixian)}`,
        'exchange-purpose': 'case/1',
        'exchange-officer': officer,
        'content-type': paper.mediaType,
      },
      body: new Uint8Array(scan),
    })
    expect(put.ok).toBe(true)
    const checklist = Object.keys(legalityLabels).map((item) => ({
      item,
      answer: item === 'QUALIFIED_BODY' ? 'NOT_APPLICABLE' : 'YES',
    }))
    const [shared] = await world.run<{ id: string }[]>(
      xixian,
      'mutation ($input: ShareEvidenceInput!) { shareEvidence(input: $input) { id } }',
      {
        input: {
          case: first,
          recipients: [xincai],
          evidence: 'RECORD',
          document: 'SITE_RECORD',
          title: '现场检查笔录',
          file: paper,
          collectors: officersOf(xixian),
          collectedAt: new Date(world.clock.now().getTime() - 2 * day).toISOString(),
          collectedPlace: '息县示例路1号',
          checklist,
          purpose: '证明虚假广告的发布',
        },
      },
    )
    const evidence = shared?.id ?? ''
    await arrived(xincai, evidence, 'SHARED')
    await step(xincai, 'Evidence', evidence, 'RECOGNISE', { version: 1, text: '来源合法、内容真实', checklist })
    await step(xincai, 'Evidence', evidence, 'CITE', { case: second, text: '虚假广告的发布时间和地点' })
    await agree(evidence, xixian, xincai)
    expect(
      await world.run(xixian, 'query ($id: ID!) { matter(id: $id) { ... on EvidenceSharing { citationCount } } }', {
        id: evidence,
      }),
    ).toEqual({ citationCount: 1 })

    // Both have a case about the same act: they do not agree, and the province designates 新蔡县.
    const dispute = (
      await world.run(
        xixian,
        'mutation ($input: DisputeInput!) { raiseJurisdictionDispute(input: $input) { id state } }',
        {
          input: { case: first, otherCase: second, facts: '两县对同一广告行为均已立案。', reason: '本县最先立案' },
        },
      )
    ).id
    await arrived(xincai, dispute, 'RAISED')
    await step(xincai, 'Dispute', dispute, 'PROPOSE', { text: '违法行为发生地在新蔡县' })
    await arrived(xixian, dispute, 'CONSULTING')
    await step(xixian, 'Dispute', dispute, 'ESCALATE', { text: '协商不成' })
    await arrived(province, dispute, 'ESCALATED')
    await step(province, 'Dispute', dispute, 'RECEIVE')
    await step(province, 'Dispute', dispute, 'DESIGNATE', {
      county: xincai,
      number: '示例省市监指〔2026〕1号',
      date: new Date(world.clock.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 10),
      text: '违法行为发生地在新蔡县，由其管辖更便于查处',
    })
    await arrived(xixian, dispute, 'DESIGNATED')
    await arrived(xincai, dispute, 'DESIGNATED')
    await world.run(
      xixian,
      `mutation ($id: ID!) { handOverCase(id: $id, letter: { number: "息示例移〔2026〕2号",
        items: [{ kind: PAPERS, name: "案卷", quantity: "1卷" }] }) { id state } }`,
      { id: dispute },
    )
    await expect.poll(() => stateOf(xincai, dispute), { timeout: 30_000, interval: 50 }).toBe('HANDED_OVER')
    await world.run(xincai, 'mutation ($id: ID!) { takeOverCase(id: $id) { id state } }', { id: dispute })
    await agree(dispute, xixian, xincai, province)

    // Who handed its case over decides no more; who has it decides, and lists the subject.
    const { body } = await world.ask(
      xixian,
      'mutation ($id: ID!) { advanceCase(id: $id, event: INVESTIGATE) { id } }',
      { id: first },
    )
    expect(body.errors?.[0]?.extensions.code).toBe('TRANSITION_REFUSED')
    for (const event of ['INVESTIGATE', 'CONCLUDE', 'REVIEW', 'NOTIFY']) await advanceCase(xincai, second, event)
    const penalty = '新示例市监罚〔2026〕1号'
    await advanceCase(xincai, second, 'DECIDE_PENALTY', penalty)
    expect(await check()).toMatchObject({ verdict: 'CLEAR' })
    const { id: listing } = await world.run(
      xincai,
      'mutation ($input: EnterListingInput!) { enterListing(input: $input) { id state } }',
      {
        input: {
          documentNumber: '新示例列〔2026〕1号',
          subject: code,
          subjectName: sampleSubject.subjectName,
          category: 'CONSUMER_RIGHTS',
          facts: '发布虚假广告，情节严重',
          basis: '第九条',
          organ: '新蔡县市场监督管理局',
          heavyPenalty: 'HEAVY_FINE',
          penaltyDocument: penalty,
        },
      },
    )
    for (const event of ['NOTIFY', 'REQUEST_CONSENT']) await advanceListing(xincai, listing, event)
    await advanceListing(xincai, listing, 'LIST', { superiorConsent: '示例同意〔2026〕1号' })

    // The approval system of the third county is told, and its officer walks back to where it began.
    await expect.poll(async () => (await check()).verdict, { timeout: 30_000, interval: 100 }).toBe('CONSIDER')
    expect(await check()).toMatchObject({ listings: [{ id: listing, county: { code: xincai } }] })
    const back = await world.run<{
      penaltyDocument: string
      case: { case: { number: string; decision: string; links: { kind: string; target: { id: string } }[] } }
    }>(
      wuzhi,
      `query ($id: ID!) { creditListing(id: $id) { penaltyDocument case { case { number decision
        links { kind target { id } } } } } }`,
      { id: listing },
    )
    expect(back).toMatchObject({
      penaltyDocument: penalty,
      case: { case: { number: '新示例立〔2026〕1号', decision: 'PENALTY' } },
    })
    expect(back.case.case.links.map(({ target }) => target.id)).toContain(first)
  }, 180_000)
})
