import { eq } from 'drizzle-orm'
import { expect, vi } from 'vitest'
import { enforcementCases } from '../../services/county/cases/enforcement-case.table.ts'
import { type Receiver, answerWith } from '../../services/county/webhooks/testing/receiver.ts'
import { shanghaiDay } from '../../services/platform/directory/snapshot-lookups.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { type TestCounty, officersOf } from './counties.ts'
import { handOver, heldFile } from './evidence.ts'
import { agencyOf, allScopes } from './trust.ts'

/** What the records of an operation are made with. */
export interface RecordMaker {
  /** A running county. */
  at: (county: string) => TestCounty
  here: string
  there: string
  /** Runs a registered operation with all scopes, in the name of the county's first officer or its second one. */
  run: (
    name: string,
    variables: Record<string, unknown>,
    county?: string,
    by?: 0 | 1,
  ) => Promise<Record<string, unknown>>
  /** The id that a registered operation gives. */
  idOf: (name: string, variables: Record<string, unknown>, county?: string) => Promise<string>
  /** Files a case of the county; its id. */
  fileCase: (county: string) => Promise<string>
  /** A number that is given once. */
  next: () => number
}

type Variables = Record<string, () => Promise<Record<string, unknown>> | Record<string, unknown>>

/** Records of one kind: `prepare` makes what questions are about, `variables` are made anew for each run. */
export interface OperationRecords {
  prepare(): Promise<void>
  variables: Variables
}

const system = 'MARKET_REGULATION'
const patience = { timeout: 60_000, interval: 50 }
const inDays = (days: number) => shanghaiDay(new Date(Date.now() + days * 86_400_000))

/** Departments of one system, and over them a superior without a node. */
export function withSuperior(counties: readonly string[]): Pick<Snapshot, 'superiors' | 'agencies'> {
  const over = counties.map((county) => ({ county, system, from: '2020-01-01', until: null }))
  return {
    superiors: [{ id: 'province', name: '示例省市场监督管理局', level: 'PROVINCE', over, node: null }],
    agencies: counties.map((county) => ({
      id: agencyOf(county),
      name: `示例县${county}市场监督管理局`,
      county,
      scopes: allScopes,
      system,
    })),
  }
}

/** Letters for assistance, and one that was extended, answered with material, supplemented and extended again. */
export function assistanceRecords({ at, here, there, run, idOf, fileCase, next }: RecordMaker) {
  const known = { id: '', case: '' }
  const input = (county: string, caseId: string) => ({
    case: caseId,
    facts: '检查发现其发布虚假广告。',
    contact: { name: '虚构甲', phone: '0376-0000000', address: '示例县虚构路1号' },
    parts: ['宣传册印制数量', '开票信息'].map((task, position) => ({
      county: county === here ? there : here,
      ...(position > 0 && { name: '示例县虚构税务局' }),
      tasks: [`核实${task}`, `提供${task}材料`],
    })),
  })
  const number = () => `示例协查〔2026〕${next()}号`
  const drafted = async (county: string, caseId: string): Promise<string> => {
    const { draftAssistance } = await run('draft-assistance', { input: input(county, caseId) }, county)
    return (draftAssistance as { letter: string }[])[0]?.letter ?? ''
  }
  const issued = async (county: string, caseId: string): Promise<string> => {
    const letter = await drafted(county, caseId)
    const { issueAssistance } = await run('issue-assistance', { letter, input: { number: number() } }, county)
    return (issueAssistance as { id: string }[])[0]?.id ?? ''
  }
  const step = (county: string, id: string, event: string, given: Record<string, unknown> = {}) =>
    idOf('advance-assistance', { id, event, step: given }, county)
  /** A letter of the other county on which the own one works. */
  const begun = async (): Promise<string> => {
    const id = await issued(there, await fileCase(there))
    await handOver(at(there), at(here), id)
    await step(here, id, 'RECEIVE')
    return step(here, id, 'BEGIN')
  }
  const extended = async (id: string): Promise<void> => {
    await step(there, id, 'RECEIVE')
    await step(there, id, 'BEGIN')
    await step(there, id, 'EXTEND', { until: inDays(60), text: '案情复杂' })
  }
  const answer = { part: 1, outcome: 'DONE', text: '已核实' }
  const records: OperationRecords = {
    async prepare() {
      known.case = await fileCase(here)
      known.id = await issued(here, known.case)
      const { id } = known
      await handOver(at(here), at(there), id)
      await extended(id)
      const scan = await heldFile(at(there), `示例${next()}`)
      const material = [{ name: '印制合同', quantity: '1份', note: '复印件', attachment: scan.hash }]
      await step(there, id, 'ANSWER_PART', { ...answer, material, attachments: [scan] })
      await step(there, id, 'ANSWER_PART', { ...answer, part: 2 })
      await step(there, id, 'REPLY', { number: number(), text: '情况属实' })
      await handOver(at(there), at(here), id)
      await step(here, id, 'ASK_SUPPLEMENT', { number: number(), parts: [1], text: '请补充印制费用' })
      await handOver(at(here), at(there), id)
      await extended(id)
      await handOver(at(there), at(here), id)
      await drafted(here, known.case)
    },
    variables: {
      'draft-assistance': async () => ({ input: input(here, await fileCase(here)) }),
      'issue-assistance': async () => ({
        letter: await drafted(here, await fileCase(here)),
        input: { number: number(), certificate: officersOf(here)[0] },
      }),
      'assistance-letter': () => ({ id: known.id, supplement: true }),
      'assistance-of-case': () => ({ case: known.case }),
      assistance: () => ({ id: known.id }),
      'advance-assistance': async () => ({
        id: await begun(),
        event: 'ANSWER_PART',
        step: { ...answer, material: [{ name: '印制合同', quantity: '1份' }] },
      }),
      'note-on-assistance': async () => ({
        id: await issued(here, await fileCase(here)),
        note: 'REMIND',
        text: '请尽快函复',
      }),
    },
  }
  return { ...records, known }
}

/** Disputes about jurisdiction, and one that went all the way: designated on paper, confirmed, handed and taken over. */
export function disputeRecords({ at, here, there, run, idOf, fileCase, next }: RecordMaker) {
  const known = { id: '' }
  const items = [{ kind: 'PAPERS', name: '案卷', quantity: '1卷', note: '复印件' }]
  const raising = async (county: string, winner: string) => ({
    case: await fileCase(county),
    otherCase: await fileCase(county === here ? there : here),
    county: winner,
    facts: '两县对同一广告行为均已立案。',
    reason: '最先立案',
  })
  const letter = (county: string) => ({
    number: `示例移〔2026〕${next()}号`,
    items,
    certificate: officersOf(county)[0],
  })
  const step = (county: string, id: string, event: string, given: Record<string, unknown> = {}) =>
    idOf('advance-jurisdiction-dispute', { id, event, step: given }, county)
  const tell = (from: string, to: string, id: string) => handOver(at(from), at(to), id)
  /** What the other county raises, saying who is to have jurisdiction. */
  const raised = async (winner: string): Promise<string> => {
    const id = await idOf('raise-jurisdiction-dispute', { input: await raising(there, winner) }, there)
    await tell(there, here, id)
    return id
  }
  const agreed = async (winner: string) => step(here, await raised(winner), 'AGREE', { text: '同意' })
  const records: OperationRecords = {
    async prepare() {
      const id = await raised(there)
      known.id = id
      await step(here, id, 'PROPOSE', { county: here, text: '本县最先立案' })
      await tell(here, there, id)
      await step(there, id, 'PROPOSE', { county: there, text: '违法行为发生在本县' })
      await tell(there, here, id)
      await step(here, id, 'ESCALATE', { text: '协商不成' })
      await step(here, id, 'RECEIVE', { receivedOn: inDays(-1) })
      const notice = { county: here, number: '示例省指〔2026〕1号', date: inDays(0), text: '便于查处' }
      const scan = await heldFile(at(here), `示例${next()}`)
      await step(here, id, 'RECORD_DESIGNATION', { ...notice, attachments: [scan] })
      await tell(here, there, id)
      await run('note-on-dispute', { id, note: 'CONFIRM_DESIGNATION', text: '与收到的一致' }, there)
      await run('hand-over-case', { id, letter: letter(there) }, there)
      await tell(there, here, id)
      await run('take-over-case', { id, takeover: { differences: [{ position: 1, remark: '缺1页' }] } })
    },
    variables: {
      'raise-jurisdiction-dispute': async () => ({ input: await raising(here, here) }),
      'jurisdiction-dispute': () => ({ id: known.id }),
      'advance-jurisdiction-dispute': async () => ({ id: await raised(there), event: 'AGREE', step: { text: '同意' } }),
      'hand-over-case': async () => ({ id: await agreed(there), letter: letter(here) }),
      'take-over-case': async () => {
        const id = await agreed(here)
        await tell(here, there, id)
        await run('hand-over-case', { id, letter: letter(there) }, there)
        await tell(there, here, id)
        return { id, takeover: { certificate: officersOf(here)[0] } }
      },
      'note-on-dispute': async () => ({ id: await raised(there), note: 'STATE_CLAIM', text: '本县立案情况如下' }),
    },
  }
  return { ...records, known }
}

/** Endpoints at a real receiver: one that took an event, got a new secret and then wanted no more. */
export function webhookRecords({ run, next }: RecordMaker, receiver: Receiver): OperationRecords {
  let kept = ''
  const registered = async () => (await run('webhooks', {}))['webhooks'] as { id: string }[]
  const endpoint = () => ({ url: `${receiver.url}/${next()}`, note: '办公系统' })
  const added = async (): Promise<string> => {
    const { addWebhook } = await run('add-webhook', endpoint())
    return (addWebhook as { webhook: { id: string } }).webhook.id
  }
  /** Takes away what earlier runs have left: an agency has five at most. */
  const clear = async (): Promise<void> => {
    for (const { id } of await registered()) if (id !== kept) await run('remove-webhook', { id })
  }
  const fresh = async () => {
    await clear()
    return { id: await added() }
  }
  const untilKept = (part: object) =>
    vi.waitFor(async () => {
      expect((await registered()).find(({ id }) => id === kept)).toMatchObject(part)
    }, patience)
  return {
    async prepare() {
      kept = await added()
      await run('test-webhook', { id: kept })
      await untilKept({ waiting: 0, lastSuccessAt: expect.any(String) })
      await run('rotate-webhook-secret', { id: kept })
      receiver.answer(answerWith(410))
      await run('test-webhook', { id: kept })
      await untilKept({ standing: 'DISABLED', lastErrorAt: expect.any(String) })
      receiver.answer(answerWith(204))
    },
    variables: {
      webhooks: async () => {
        await clear()
        return {}
      },
      'add-webhook': async () => {
        await clear()
        return endpoint()
      },
      'rotate-webhook-secret': fresh,
      'test-webhook': fresh,
      'remove-webhook': fresh,
    },
  }
}

/** Typical cases: published by both counties, and of the own one also a redacted and a nominated one. */
export function typicalCaseRecords({ at, here, there, run, idOf, fileCase }: RecordMaker): OperationRecords {
  const today = inDays(0)
  const year = Number(today.slice(0, 4))
  const nomination = async (county: string) => {
    const id = await fileCase(county)
    const { db } = at(county).database
    await db.update(enforcementCases).set({ stage: 'CLOSED' }).where(eq(enforcementCases.id, id))
    return {
      case: id,
      reasons: ['SOCIAL_ATTENTION'],
      title: '虚假广告案',
      law: '《中华人民共和国广告法》第五十五条',
      facts: '虚构示例有限公司在示例县虚构镇发布虚假广告，电话13812345678。',
      outcome: '罚款五万元。',
      significance: '警示教育同类市场主体。',
      hidden: ['虚构牌'],
    }
  }
  const nominated = async (county: string) => idOf('nominate-typical-case', { input: await nomination(county) }, county)
  const redacted = async (county: string) =>
    idOf('advance-typical-case', { id: await nominated(county), event: 'REDACT' }, county)
  const published = async (county: string): Promise<void> => {
    await run('plan-typical-cases', { year, days: [today] }, county)
    const id = await redacted(county)
    await run('advance-typical-case', { id, event: 'APPROVE', step: { publishOn: today } }, county, 1)
    await run('advance-typical-case', { id, event: 'PUBLISH' }, county, 1)
  }
  return {
    async prepare() {
      await published(here)
      await published(there)
      await redacted(here)
      await nominated(here)
    },
    variables: {
      'typical-cases': () => ({ first: 5 }),
      'typical-case-drafts': () => ({ year, first: 5 }),
      'nominate-typical-case': async () => ({ input: await nomination(here) }),
      'advance-typical-case': async () => ({ id: await nominated(here), event: 'REDACT' }),
      'plan-typical-cases': () => ({ year: year + 1, days: [`${year + 1}-03-15`, `${year + 1}-06-15`] }),
    },
  }
}
