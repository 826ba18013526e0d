import { asc, eq } from 'drizzle-orm'
import { readPage } from '../../connection/page.ts'
import { matters } from '../../delivery/delivery.table.ts'
import type { HistoryLine } from '../../matters/history.ts'
import type { InboxState } from '../../matters/inbox-state.ts'
import { matterDues } from '../../matters/matter-due.table.ts'
import type { Exchange } from '../../matters/testing/exchange.ts'
import type { CommonView, Standard, Tier } from '../consultation.document.ts'
import { ConsultationResolver } from '../consultation.resolver.ts'
import {
  type ConsultationAction,
  type ConsultationOpening,
  type ConsultationRecord,
  type ConsultationSaying,
  ConsultationService,
} from '../consultation.service.ts'
import {
  consultationAnswers,
  consultationProposals,
  consultationStandards,
  consultations,
} from '../consultation.table.ts'
import type { Consultation } from '../consultation.type.ts'

/** What says nothing. */
const nothing: ConsultationSaying = {
  text: null,
  standard: null,
  view: null,
  proposal: null,
  to: null,
  attachments: [],
}

/** A tier with a fine up to so many yuan. */
export function sampleTier(max = '440000', change: Partial<Tier> = {}): Tier {
  return {
    tier: 'ORDINARY',
    law: '《中华人民共和国广告法》',
    article: '第五十五条',
    criteria: '广告费用无法计算或者明显偏低，未造成严重后果',
    fine: { basis: 'AMOUNT', min: '200000', max },
    measures: null,
    ...change,
  }
}

/** A standard of one tier. */
export function sampleStandard(max?: string): Standard {
  return { document: '虚构市场监管裁量基准（2026年版）', tiers: [sampleTier(max)] }
}

/** A common view of one tier. */
export function sampleView(max?: string): CommonView {
  return {
    law: '《中华人民共和国广告法》',
    article: '第五十五条',
    criteria: '直播间发布虚假广告，以实际观看人数认定影响范围',
    tiers: [sampleTier(max)],
    text: '三县对同类行为按同一尺度处理。',
  }
}

/** A consultation of 息县 about a fictional enterprise, with 新蔡县 and 武陟县 unless told otherwise. */
export function sampleOpening(
  change: Partial<ConsultationOpening['question']> = {},
  counties: readonly string[] = ['411729', '410823'],
): ConsultationOpening {
  return {
    counties,
    question: {
      title: '直播带货虚假广告的裁量尺度',
      gravity: '涉及三县，群众反映强烈',
      field: 'FOOD_AND_DRUGS',
      act: 'FALSE_ADVERTISING',
      subject: '91411528MADE000117',
      subjectName: '虚构安心示例食品有限公司',
      originCase: null,
      ...change,
    },
    standard: sampleStandard(),
    attachments: [],
  }
}

/** What tests do in consultations that 息县 opens. */
export class ConsultationSteps {
  readonly #exchange: Exchange

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** The service of a county. */
  service(county: string): ConsultationService {
    const { parts, delivery } = this.#exchange.at(county)
    return new ConsultationService(parts, delivery)
  }

  /** A consultation that has just been opened. */
  async opened(change: Partial<ConsultationOpening['question']> = {}): Promise<string> {
    const record = await this.service('411528').open(this.#exchange.at('411528').context(), sampleOpening(change))
    return record.id
  }

  /** An action of a county. */
  act(county: string, id: string, action: ConsultationAction, said: Partial<ConsultationSaying> = {}) {
    return this.service(county).act(this.#exchange.at(county).context(), id, action, { ...nothing, ...said })
  }

  /** An action of a county that all have received when it ends. */
  async settled(county: string, id: string, action: ConsultationAction, said: Partial<ConsultationSaying> = {}) {
    const record = await this.act(county, id, action, said)
    await this.#exchange.settled()
    return record
  }

  /** A consultation as a county holds it. */
  find(county: string, id: string): Promise<ConsultationRecord | undefined> {
    return this.service(county).find(this.#exchange.at(county).context(), id)
  }

  /** A consultation as a county shows it. */
  shown(county: string, id: string): Promise<Consultation | null> {
    const { context, matters: service, parts } = this.#exchange.at(county)
    const services = { consultations: this.service(county), matters: service }
    return new ConsultationResolver(services, parts).consultation(context(), id)
  }

  /** All that a county's tables say of a consultation, but for when it took things up. */
  async facts(county: string, id: string) {
    const { db } = this.#exchange.at(county)
    const standards = db.select().from(consultationStandards).where(eq(consultationStandards.consultation, id))
    const proposals = db.select().from(consultationProposals).where(eq(consultationProposals.consultation, id))
    const answers = db.select().from(consultationAnswers).where(eq(consultationAnswers.consultation, id))
    const due = { awaited: matterDues.awaited, resting: matterDues.resting }
    const matter = { pen: matters.pen, parties: matters.parties, frozenAt: matters.frozenAt }
    return {
      consultation: await db.select().from(consultations).where(eq(consultations.id, id)),
      standards: await standards.orderBy(asc(consultationStandards.county)),
      proposals: await proposals.orderBy(asc(consultationProposals.number)),
      answers: await answers.orderBy(asc(consultationAnswers.proposal), asc(consultationAnswers.county)),
      due: await db.select(due).from(matterDues).where(eq(matterDues.matter, id)),
      matter: await db.select(matter).from(matters).where(eq(matters.id, id)),
    }
  }

  /** A consultation's history as a county shows it. */
  history(county: string, id: string): Promise<HistoryLine[]> {
    const { matters: service, context } = this.#exchange.at(county)
    return service.history(context(), id)
  }

  /** Ids of a county's inbox. */
  async inbox(county: string, state?: InboxState): Promise<string[]> {
    const { matters: service, context } = this.#exchange.at(county)
    const page = await service.inbox(context(), state, readPage({ first: 200 }, 'inbox', {}))
    return page.rows.map(({ matter }) => matter.id)
  }
}
