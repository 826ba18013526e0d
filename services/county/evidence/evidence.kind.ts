import type { Database } from '../../platform/database.ts'
import {
  type Applied,
  type ApplyContext,
  type EnvelopePayload,
  type MatterKind,
  Refusal,
  type StoredEnvelope,
} from '../delivery/contract.ts'
import { MatterDueRepository } from '../matters/matter-due.repository.ts'
import {
  affectedLine,
  amendedLine,
  citedElsewhereLine,
  citedLine,
  enterCaseLines,
  reviewedLine,
  sharedLine,
} from './evidence-case-lines.ts'
import {
  type Of,
  type Step,
  amendmentsOf,
  demandCaseOf,
  demandFile,
  demandPast,
  demandRecipient,
  examined,
  seenOf,
  seenVersions,
  stateAsSeen,
  undecided,
  unreviewed,
} from './evidence-step.ts'
import { type EvidenceBodies, type EvidenceMessage, readEvidenceMessage } from './evidence.document.ts'
import {
  type EvidenceAmendment,
  type EvidenceDecision,
  affecting,
  decideEvidence,
  evidenceAmendments,
  evidenceRemarks,
  isGivenUp,
  mustAct,
  stateOf,
} from './evidence.machine.ts'
import { type CitationRow, EvidenceRepository, type EvidenceRow, type VersionRow } from './evidence.repository.ts'

/** In envelopes. */
export const evidenceKind = 'EVIDENCE_SHARING'
/** In matter ids. */
export const evidenceSlug = 'evidence'

/** Most citations of one piece, and most corrections of it. */
const most = { citations: 500, versions: 100 }

/**
 * Takes up envelopes of shared evidence: the only place where their facts are written. The recipient has the pen from the
 * sharing on. What the home county says of its own evidence later is a note, for it must be able to say it at any moment;
 * so the two may act at the same time. Both ends stay equal because each column is written by one county only, in its own
 * order, and because what the recipient does is judged by what it had seen of the home county's words, which its
 * envelope names, and not by what has come in.
 */
export class EvidenceKind implements MatterKind {
  readonly kind = evidenceKind
  readonly slug = evidenceSlug
  readonly opening = ['SHARE']
  readonly notes = [...evidenceAmendments, ...evidenceRemarks]
  readonly #evidence = new EvidenceRepository()
  readonly #due = new MatterDueRepository()

  /** The message of an envelope. */
  decode(event: string, body: unknown): EvidenceMessage {
    return readEvidenceMessage(event, body)
  }

  /** Takes up one envelope; see {@link MatterKind.apply}. */
  async apply(tx: Database, envelope: StoredEnvelope & { body: unknown }, context: ApplyContext): Promise<Applied> {
    const { payload } = envelope
    const message = envelope.body as EvidenceMessage
    const learnedAt = context.receivedAt ?? new Date(payload.at)
    const row = context.matter && (await this.#evidence.lock(tx, payload.matter))
    if (context.matter && !row) throw new Error('The matter has no evidence.')
    if (row) await this.#step(await this.#load(tx, row, payload, context.county, learnedAt), message)
    else await this.#open(tx, payload, message, context.county)
    return { pen: await this.#rest(tx, payload.matter, learnedAt) }
  }

  async #load(
    tx: Database,
    row: EvidenceRow,
    payload: EnvelopePayload,
    county: string,
    learnedAt: Date,
  ): Promise<Step> {
    const versions = (await this.#evidence.versions(tx, [row.id])).get(row.id) ?? []
    const citations = (await this.#evidence.citations(tx, [row.id])).get(row.id) ?? []
    const seen = payload.sender === row.home ? payload.sequence : (payload.seen[row.home]?.sequence ?? 0)
    return { tx, row, versions, citations, payload, county, at: new Date(payload.at), learnedAt, seen }
  }

  /** Says in the inbox whether the recipient must act; it has the pen in any case. */
  async #rest(tx: Database, id: string, at: Date): Promise<string> {
    const row = (await this.#evidence.byIds(tx, [id])).get(id)
    if (!row) throw new Error('The matter has no evidence.')
    const amendments = amendmentsOf((await this.#evidence.versions(tx, [id])).get(id) ?? [])
    const citations = (await this.#evidence.citations(tx, [id])).get(id) ?? []
    const state = stateOf({ ...row, withdrawn: row.withdrawnAt !== null })
    await this.#due.touch(tx, id, at, [], !mustAct(state, citations, amendments))
    return row.recipient
  }

  async #open(tx: Database, payload: EnvelopePayload, message: EvidenceMessage, county: string): Promise<void> {
    const { matter, sender, recipients, sequence, actor } = payload
    const [recipient] = recipients
    if (recipient === undefined || recipients.length !== 1) {
      throw new Refusal('RULE_BROKEN', 'Evidence is shared with one county in each matter.')
    }
    if (message.event !== 'SHARE') throw new Refusal('NOT_OPENING', `${message.event} does not share evidence.`)
    const { body } = message
    const at = new Date(payload.at)
    demandCaseOf(sender, body.originCase)
    if (body.forCase !== null) demandCaseOf(recipient, body.forCase)
    demandPast(body.collectedAt, at)
    demandFile(payload, body.evidence, body.hash)
    const { hash, fromAgency, toAgency, collectedAt, ...rest } = body
    const row: EvidenceRow = {
      ...undecided,
      ...rest,
      id: matter,
      home: sender,
      recipient,
      piece: hash,
      hash,
      version: 1,
      collectedAt: new Date(collectedAt),
      fromAgencyId: fromAgency.id,
      fromAgencyName: fromAgency.name,
      toAgencyId: toAgency?.id ?? null,
      toAgencyName: toAgency?.name ?? null,
      sharedAt: at,
      withdrawnAt: null,
      withdrawalReason: null,
    }
    await this.#evidence.insert(tx, row)
    await this.#evidence.addVersion(tx, { sharing: matter, sequence, event: 'SHARE', version: 1, hash, at, text: null })
    if (county === sender) await enterCaseLines(tx, [sharedLine(row)], { actor, at })
  }

  async #step(step: Step, message: EvidenceMessage): Promise<void> {
    switch (message.event) {
      case 'CORRECT':
      case 'WITHDRAW':
        return this.#amend(step, message)
      case 'RECOGNISE':
      case 'VERIFY_ONSITE':
      case 'VERIFY':
      case 'REJECT':
        return this.#decide(step, message)
      case 'CITE':
        return this.#cite(step, message.body)
      case 'REVIEW':
        return this.#review(step, message.body)
      default:
        return undefined
    }
  }

  async #amend(step: Step, message: Of<EvidenceAmendment>): Promise<void> {
    const { tx, row, payload, at, versions, citations, county, learnedAt } = step
    if (payload.sender !== row.home) {
      throw new Refusal('RULE_BROKEN', `Only ${row.home} corrects or withdraws its evidence.`)
    }
    decideEvidence({ state: stateAsSeen(step), current: true, affected: false }, message.event)
    if (versions.length >= most.versions) throw new Refusal('RULE_BROKEN', 'The evidence was corrected too often.')
    const common = { sharing: row.id, sequence: payload.sequence, event: message.event, at }
    const entered: VersionRow =
      message.event === 'WITHDRAW'
        ? { ...common, version: row.version, hash: row.hash, text: message.body.reason }
        : { ...common, version: row.version + 1, hash: message.body.hash, text: message.body.changed }
    if (message.event === 'CORRECT') {
      demandFile(payload, row.evidence, message.body.hash)
      if (versions.some(({ hash }) => hash === message.body.hash)) {
        throw new Refusal('RULE_BROKEN', 'A corrected version is another file than those before.')
      }
    }
    await this.#evidence.addVersion(tx, entered)
    await this.#evidence.update(
      tx,
      row.id,
      message.event === 'WITHDRAW'
        ? { withdrawnAt: at, withdrawalReason: message.body.reason }
        : {
            hash: entered.hash,
            version: entered.version,
            ...(message.body.description !== null && { description: message.body.description }),
          },
    )
    const affected = citations.filter((citation) => affecting(citation, [entered]).length > 0)
    const cases = [...new Set(affected.map(({ caseId }) => caseId))]
    const lines =
      county === row.home ? [amendedLine(row, entered)] : cases.map((caseId) => affectedLine(row, caseId, entered))
    await enterCaseLines(tx, lines, { actor: payload.actor, at: learnedAt })
  }

  async #decide(step: Step, message: Of<EvidenceDecision>): Promise<void> {
    const { tx, row, at } = step
    demandRecipient(step)
    const { event, body } = message
    const current = body.version === seenOf(step).version
    const decision = decideEvidence({ state: stateAsSeen(step), current, affected: false }, event)
    const { version, reviewer, reason } = body
    const change = { ...undecided, decision, decidedVersion: version, decidedAt: at, reviewer, reason }
    await this.#evidence.update(tx, row.id, { ...change, ...examined(message, at) })
  }

  async #cite(step: Step, body: EvidenceBodies['CITE']): Promise<void> {
    const { tx, row, payload, at, county, citations, versions, learnedAt, seen } = step
    demandRecipient(step)
    demandCaseOf(row.recipient, body.case)
    decideEvidence({ state: stateAsSeen(step), current: true, affected: false }, 'CITE')
    if (citations.length >= most.citations) throw new Refusal('RULE_BROKEN', 'The evidence is cited too often.')
    const again = citations.some((each) => each.caseId === body.case && each.fact === body.fact && !isGivenUp(each))
    if (again) throw new Refusal('RULE_BROKEN', 'This case cites the evidence for that fact already.')
    const citation: CitationRow = {
      ...unreviewed,
      sharing: row.id,
      position: citations.length + 1,
      caseId: body.case,
      caseNumber: body.caseNumber,
      fact: body.fact,
      version: row.decidedVersion,
      citedAt: at,
      officer: payload.actor.officer,
      officerName: payload.actor.name ?? null,
      knownThrough: seen,
    }
    await this.#evidence.addCitation(tx, citation)
    // After a restore the home county's words may come back before a citation that did not know them.
    const missed = affecting(citation, amendmentsOf(versions))
    const lines =
      county === row.home
        ? [citedElsewhereLine(row, citation)]
        : [citedLine(row, citation), ...missed.map((each) => affectedLine(row, citation.caseId, each))]
    await enterCaseLines(tx, lines, { actor: payload.actor, at: learnedAt })
  }

  async #review(step: Step, body: EvidenceBodies['REVIEW']): Promise<void> {
    const { tx, row, payload, at, county, citations, seen } = step
    demandRecipient(step)
    const amendments = amendmentsOf(seenVersions(step))
    const affected = citations.filter(
      (citation) => citation.caseId === body.case && affecting(citation, amendments).length > 0,
    )
    decideEvidence({ state: stateAsSeen(step), current: true, affected: affected.length > 0 }, 'REVIEW')
    const { outcome, reason, replacement, decided } = body
    await this.#evidence.reviewed(
      tx,
      row.id,
      affected.map(({ position }) => position),
      { knownThrough: seen, outcome, reviewReason: reason, replacement, caseDecided: decided, reviewedAt: at },
    )
    if (county === row.home) return
    await enterCaseLines(tx, [reviewedLine(row, body.case, outcome, reason)], { actor: payload.actor, at })
  }
}
