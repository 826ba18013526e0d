import type { Database } from '../../platform/database.ts'
import type { DeadlineFacts } from '../matters/deadline.ts'
import { consultationAnswerLimit } from '../matters/limits.ts'
import { type BothLanguages, type MatterView, said } from '../matters/matter-view.ts'
import type { CommonView, ConsultationMessage, Standard } from './consultation.document.ts'
import type { ConsultationKind } from './consultation.kind.ts'
import { consultationEventLabels, discretionTierLabels } from './consultation.labels.ts'
import { awaitedOf } from './consultation.machine.ts'
import { ConsultationRepository } from './consultation.repository.ts'
import { factsOf } from './consultation.standing.ts'
import { fineText } from './fine-range.ts'

/** What people are shown of consultations. */
export class ConsultationView implements MatterView {
  readonly kind: ConsultationKind
  readonly label = '重大违法行为会商'
  readonly #consultations = new ConsultationRepository()

  constructor(kind: ConsultationKind) {
    this.kind = kind
  }

  /** The Chinese term of an event. */
  eventLabel(event: string): string {
    return consultationEventLabels[event] ?? event
  }

  /** What an envelope says. */
  describe(_event: string, body: unknown): BothLanguages {
    return describe(body as ConsultationMessage)
  }

  /** The limits for standards, and for answers to the present proposal, that run. */
  async deadlines(db: Database, ids: readonly string[]): Promise<Map<string, DeadlineFacts>> {
    const facts = [...(await this.#consultations.byIds(db, ids))].map(([id, record]) => [id, factsOf(record)] as const)
    const open = facts.filter(([, each]) => awaitedOf(each).length > 0)
    return new Map(
      open.map(([id, each]) => [id, { limit: consultationAnswerLimit, from: each.awaitedSince, metAt: null }]),
    )
  }

  /** Where each consultation stands. */
  async states(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
    return new Map([...(await this.#consultations.byIds(db, ids)).values()].map(({ id, state }) => [id, state]))
  }
}

function describe(message: ConsultationMessage): BothLanguages {
  switch (message.event) {
    case 'OPEN': {
      const { question, standard } = message.body
      const { zh, en } = standardText(standard)
      return {
        zh: `就“${question.title}”发起会商，重大理由：${question.gravity}；${zh}`,
        en: `opened a consultation on “${question.title}”, a major case because: ${question.gravity}; ${en}`,
      }
    }
    case 'HAND_OVER': {
      const { to, note } = message.body
      return said(`将主持移交${to}`, `handed the chair over to ${to}`, note)
    }
    case 'PROPOSE':
      return proposalText(message.body)
    case 'CONCLUDE': {
      const { proposal, without, note } = message.body
      return without.length === 0
        ? said(
            `各方同意第${proposal}稿，达成共同意见`,
            `concluded proposal ${proposal} as the common view of all counties`,
            note,
          )
        : said(
            `第${proposal}稿成为已同意各方的共同意见，${without.join('、')}逾期未答复`,
            `concluded proposal ${proposal} as the common view of those that agreed; ${without.join(', ')} did not answer in time`,
            note,
          )
    }
    case 'CLOSE':
      return said(
        '未达成一致，结束会商，分歧记录在案',
        'closed the consultation without agreement; the differences are recorded',
        message.body.differences,
      )
    case 'ENTER_STANDARD':
      return standardText(message.body)
    case 'AGREE': {
      const { proposal, note } = message.body
      return said(`同意第${proposal}稿共同意见`, `agreed to proposal ${proposal}`, note)
    }
    case 'OBJECT': {
      const { proposal, reason } = message.body
      return said(`对第${proposal}稿共同意见提出异议`, `objected to proposal ${proposal}`, reason)
    }
    case 'COMMENT':
      return said('说明', 'remarked', message.body.text)
    case 'REMIND':
      return said('催办', 'reminded', message.body.text)
  }
  return message satisfies never
}

function standardText({ document, tiers }: Standard): BothLanguages {
  const listed = tiersText(tiers)
  return {
    zh: `填报裁量标准${document === null ? '' : `（${document}）`}：${listed}`,
    en: `entered its standard of discretion${document === null ? '' : ` (${document})`}: ${listed}`,
  }
}

function proposalText({ law, article, tiers, text, without }: CommonView & { without: string[] }): BothLanguages {
  const scale = tiersText(tiers)
  const missing =
    without.length === 0
      ? { zh: '', en: '' }
      : {
          zh: `（${without.join('、')}逾期未填报裁量标准）`,
          en: ` (${without.join(', ')} entered no standard in time)`,
        }
  return {
    zh: `提出共同意见${missing.zh}：适用${law}${article}，处罚尺度：${scale}。${text}`,
    en: `proposed a common view${missing.en}: ${law} ${article} applies; penalty scale: ${scale}. ${text}`,
  }
}

function tiersText(tiers: Standard['tiers']): string {
  return tiers
    .map(({ tier, law, article, fine, measures }) => {
      const parts = [
        `${law}${article}`,
        ...(fine ? [`罚款${fineText(fine)}`] : []),
        ...(measures === null ? [] : [measures]),
      ]
      return `${discretionTierLabels[tier]} ${parts.join('，')}`
    })
    .join('；')
}
