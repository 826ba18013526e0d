import { asc } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { readPage } from '../../connection/page.ts'
import { caseEvents } from '../../cases/case-event.table.ts'
import type { AttachmentReference } from '../../delivery/contract.ts'
import type { HistoryLine } from '../../matters/history.ts'
import type { InboxState } from '../../matters/inbox-state.ts'
import type { Exchange } from '../../matters/testing/exchange.ts'
import type { LegalityReview } from '../evidence.document.ts'
import { type LegalityItem, legalityLabels } from '../evidence.labels.ts'
import type { EvidenceAmendment, EvidenceStep } from '../evidence.machine.ts'
import { type EvidenceRow, EvidenceService, type EvidenceShare, type EvidenceStepGiven } from '../evidence.service.ts'
import { evidenceCitations, evidenceSharings, evidenceVersions } from '../evidence.table.ts'

/** A checklist on which everything is in order, but for `answers`. */
export function checklist(answers: Partial<Record<LegalityItem, 'NO' | 'NOT_APPLICABLE'>> = {}): LegalityReview {
  return (Object.keys(legalityLabels) as LegalityItem[]).map((item) => ({
    item,
    answer: answers[item] ?? 'YES',
    note: answers[item] === 'NO' ? '当事人拒绝签名，已录像' : null,
  }))
}

/** A file named by what is in it. */
export function file(content: string, mediaType = 'application/pdf'): AttachmentReference {
  const hash = createHash('sha256').update(content).digest('hex')
  return { hash, size: content.length, mediaType, name: `${content}.pdf` }
}

/** A step that says nothing. */
export const silent: EvidenceStepGiven = {
  version: null,
  text: null,
  certificate: null,
  checklist: [],
  ground: null,
  verifiers: [],
  verifiedAt: null,
  place: null,
  findings: null,
  case: null,
  outcome: null,
  replacement: null,
  attachments: [],
}

/** The code of what a promise rejects with, or OK. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'OK'
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
}

/** What tests do with evidence between the counties of an exchange; nothing waits for its arrival but {@link settle}. */
export class EvidenceSteps {
  readonly #exchange: Exchange
  readonly #services = new Map<string, EvidenceService>()
  #serial = 0

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** The service of a county. */
  of(county: string): EvidenceService {
    const { parts, delivery } = this.#exchange.at(county)
    const service = this.#services.get(county) ?? new EvidenceService(parts, delivery)
    this.#services.set(county, service)
    return service
  }

  /** Files a case of a county. */
  fileCase(county: string): Promise<string> {
    this.#serial += 1
    return this.#exchange.at(county).fileCase(`${county}示例立〔2026〕${this.#serial}号`)
  }

  /** What 息县 says when it shares a site record from a case. */
  sample(caseId: string, change: Partial<EvidenceShare> = {}, content: Partial<EvidenceShare['content']> = {}) {
    this.#serial += 1
    return {
      case: caseId,
      recipients: ['411729'],
      content: {
        evidence: 'RECORD',
        document: 'SITE_RECORD',
        title: '现场检查笔录',
        number: null,
        description: null,
        collectedPlace: '息县示例路1号',
        appraiser: null,
        purpose: '证明虚假广告的发布',
        forCase: null,
        ...content,
      },
      collectedAt: new Date('2026-03-01T02:00:00.000Z'),
      collectors: ['41152801', '41152802'],
      checklist: checklist({ QUALIFIED_BODY: 'NOT_APPLICABLE' }),
      file: file(`笔录${this.#serial}`),
      attachments: [],
      ...change,
    } satisfies EvidenceShare
  }

  /** Shares what {@link sample} says; the matter with the first recipient. */
  async share(change: Partial<EvidenceShare> = {}, content: Partial<EvidenceShare['content']> = {}): Promise<string> {
    const caseId = change.case ?? (await this.fileCase('411528'))
    const shared = await this.of('411528').share(this.#context('411528'), this.sample(caseId, change, content))
    await this.settle()
    return shared[0]?.id ?? ''
  }

  /** A step of a county, 新蔡县 unless told otherwise; decisions are about version 1. */
  async step(
    id: string,
    event: EvidenceStep,
    given: Partial<EvidenceStepGiven> = {},
    county = '411729',
  ): Promise<EvidenceRow> {
    const step = { ...silent, version: 1, text: '符合规定', checklist: checklist(), ...given }
    return this.of(county).advance(this.#context(county), id, event, step)
  }

  /** Recognises a piece and cites it in these cases. */
  async recognised(id: string, cases: readonly string[] = []): Promise<void> {
    await this.step(id, 'RECOGNISE')
    for (const each of cases) await this.step(id, 'CITE', { case: each, text: '发布过虚假广告' })
    await this.settle()
  }

  /** 息县 corrects or withdraws a piece. */
  amend(
    id: string,
    event: EvidenceAmendment,
    given: { file?: AttachmentReference; everywhere?: boolean; text?: string } = {},
    county = '411528',
  ): Promise<EvidenceRow[]> {
    this.#serial += 1
    const corrected = given.file ?? file(`更正${this.#serial}`)
    const { everywhere = false, text = '日期有误' } = given
    const said = { text, file: event === 'CORRECT' ? corrected : null, description: null, everywhere }
    return this.of(county).amend(this.#context(county), id, event, said)
  }

  /** A decision given by 新蔡县's verification on site. */
  verification(): Partial<EvidenceStepGiven> {
    return {
      verifiers: ['41172901', '41172902'],
      verifiedAt: new Date('2026-03-02T01:00:00.000Z'),
      place: '息县示例路1号',
      findings: '与笔录一致',
    }
  }

  /** Waits until nothing is under way any more. */
  async settle(): Promise<void> {
    await this.#exchange.settled()
  }

  /** All facts of a county's shared evidence. */
  async facts(county: string) {
    const { db } = this.#exchange.at(county)
    const { sharing, sequence } = evidenceVersions
    const citations = db.select().from(evidenceCitations)
    return {
      sharings: await db.select().from(evidenceSharings).orderBy(asc(evidenceSharings.id)),
      versions: await db.select().from(evidenceVersions).orderBy(asc(sharing), asc(sequence)),
      citations: await citations.orderBy(asc(evidenceCitations.sharing), asc(evidenceCitations.position)),
    }
  }

  /** The lines of a case's history that evidence brought, `event: note`. */
  async caseLines(caseId: string): Promise<string[]> {
    const { db } = this.#exchange.at(caseId.slice(0, 6))
    const rows = await db.select().from(caseEvents).orderBy(asc(caseEvents.sequence))
    return rows
      .filter((row) => row.caseId === caseId && row.event.includes('EVIDENCE'))
      .map(({ event, note }) => `${event}: ${note ?? ''}`)
  }

  /** A piece's history as a county shows it. */
  history(county: string, id: string): Promise<HistoryLine[]> {
    return this.#exchange.at(county).matters.history(this.#context(county), id)
  }

  /** Whether a county's inbox shows a piece under a state. */
  async inboxHas(county: string, id: string, state: InboxState): Promise<boolean> {
    const { matters } = this.#exchange.at(county)
    const page = await matters.inbox(this.#context(county), state, readPage({ first: 200 }, 'inbox', {}))
    return page.rows.some(({ matter }) => matter.id === id)
  }

  #context(county: string) {
    return this.#exchange.at(county).context()
  }
}
