import type { Database } from '../../platform/database.ts'
import { type BothLanguages, type MatterView, said } from '../matters/matter-view.ts'
import type { EvidenceBodies, EvidenceMessage, LegalityReview, Signatory } from './evidence.document.ts'
import type { EvidenceKind } from './evidence.kind.ts'
import {
  citationOutcomeLabels,
  evidenceDocumentLabels,
  evidenceEventLabels,
  evidenceKindLabels,
  rejectionGroundLabels,
} from './evidence.labels.ts'
import { stateOf } from './evidence.machine.ts'
import { EvidenceRepository } from './evidence.repository.ts'

/** What people are shown of shared evidence. No law sets a limit for its recognition, so none is shown. */
export class EvidenceView implements MatterView {
  readonly kind: EvidenceKind
  readonly label = '证据互认'
  readonly #evidence = new EvidenceRepository()

  constructor(kind: EvidenceKind) {
    this.kind = kind
  }

  /** The Chinese term of an event. */
  eventLabel(event: string): string {
    return evidenceEventLabels[event] ?? event
  }

  /** What an envelope says. */
  describe(_event: string, body: unknown): BothLanguages {
    const message = body as EvidenceMessage
    return describe(message)
  }

  /** None runs. */
  deadlines(): Promise<Map<string, never>> {
    return Promise.resolve(new Map<string, never>())
  }

  /** Where each piece of evidence stands. */
  async states(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
    const rows = [...(await this.#evidence.byIds(db, ids)).values()]
    return new Map(rows.map((row) => [row.id, stateOf({ ...row, withdrawn: row.withdrawnAt !== null })]))
  }
}

function describe<Event extends keyof EvidenceBodies>({
  event,
  body,
}: Extract<EvidenceMessage, { event: Event }>): BothLanguages {
  return sentences[event](body as EvidenceBodies[Event])
}

const sentences: { [Event in keyof EvidenceBodies]: (body: EvidenceBodies[Event]) => BothLanguages } = {
  SHARE: ({ evidence, document, title, collectors, checklist, purpose }) => ({
    zh: `提供${evidenceKindLabels[evidence]}“${title}”（${evidenceDocumentLabels[document]}），收集人${names(collectors)}，合法性审查${outcome(checklist).zh}，用途：${purpose}`,
    en: `shared the evidence “${title}” (${evidence}, ${document}), collected by ${names(collectors)}, legality ${outcome(checklist).en}, for: ${purpose}`,
  }),
  RECOGNISE: ({ version, reviewer, reason, checklist }) => ({
    zh: `审查人${names([reviewer])}审查第${version}版，合法性审查${outcome(checklist).zh}，予以互认：${reason}`,
    en: `recognised version ${version}, examined by ${names([reviewer])}, legality ${outcome(checklist).en}: ${reason}`,
  }),
  VERIFY_ONSITE: ({ version, reviewer, reason }) => ({
    zh: `审查人${names([reviewer])}审查第${version}版，决定实地核查：${reason}`,
    en: `decided to verify version ${version} on site, examined by ${names([reviewer])}: ${reason}`,
  }),
  VERIFY: ({ version, verifiers, place, findings, reason }) => ({
    zh: `核查人${names(verifiers)}在${place}核查第${version}版属实（${findings}），予以互认：${reason}`,
    en: `verified version ${version} at ${place} by ${names(verifiers)} (${findings}) and recognised it: ${reason}`,
  }),
  REJECT: ({ version, reviewer, ground, reason }) => ({
    zh: `审查人${names([reviewer])}审查第${version}版，不予互认，${rejectionGroundLabels[ground]}：${reason}`,
    en: `rejected version ${version}, examined by ${names([reviewer])}, ${ground}: ${reason}`,
  }),
  CITE: ({ caseNumber, fact }) => ({
    zh: `在案件${caseNumber}中援用，证明：${fact}`,
    en: `cited it in the case ${caseNumber}, to prove: ${fact}`,
  }),
  REVIEW: ({ case: id, outcome: result, reason, replacement, decided }) => ({
    zh: `复核案件${id}${decided ? '（已作出处理决定）' : ''}的引用，${citationOutcomeLabels[result]}${replacement === null ? '' : `（${replacement}）`}：${reason}`,
    en: `reviewed the citation in ${id}${decided ? ' (already decided)' : ''}, ${result}${replacement === null ? '' : ` (${replacement})`}: ${reason}`,
  }),
  CORRECT: ({ changed }) => said('更正证据', 'corrected the evidence', changed),
  WITHDRAW: ({ reason }) => said('撤回证据', 'withdrew the evidence', reason),
  REMIND: ({ text }) => said('催办', 'reminded', text),
  COMMENT: ({ text }) => said('说明', 'remarked', text),
  FURTHER_MATERIAL: ({ text }) => said('补充材料', 'sent further material', text),
}

function names(people: readonly Signatory[]): string {
  return people.map(({ name, certificate }) => `${name}（${certificate}）`).join('、')
}

/** Whether everything on the checklist is in order. */
function outcome(checklist: LegalityReview): BothLanguages {
  const open = checklist.filter(({ answer }) => answer === 'NO').length
  return open === 0 ? { zh: '通过', en: 'in order' } : { zh: `有${open}项不符`, en: `with ${open} items not in order` }
}
