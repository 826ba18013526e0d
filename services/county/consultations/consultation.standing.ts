import type { BothLanguages } from '../matters/matter-view.ts'
import { consultationDuties } from './consultation.labels.ts'
import { type ConsultationFacts, awaitedOf, penOf } from './consultation.machine.ts'
import type { ConsultationRecord } from './consultation.repository.ts'

/** What the machine looks at in a record. */
export function factsOf({ state, parties, chair, proposal, ...said }: ConsultationRecord): ConsultationFacts {
  const present = said.proposals.find(({ number }) => number === proposal)
  return {
    state,
    parties,
    chair,
    standards: said.standards.map(({ county }) => county),
    proposer: present?.county ?? null,
    answers: said.answers.filter((answer) => answer.proposal === proposal),
    awaitedSince: present?.at ?? said.openedAt,
  }
}

/**
 * Who acts next and what is to be done: whoever's standard or answer is awaited, `own` before others; else the chair. Null
 * at the end.
 */
export function nextOf(facts: ConsultationFacts, own: string): { county: string; duty: BothLanguages } | null {
  const awaited = awaitedOf(facts)
  const collecting = facts.state === 'COLLECTING'
  const county = awaited.includes(own) ? own : (awaited[0] ?? penOf(facts))
  if (county === null) return null
  if (awaited.length > 0) return { county, duty: collecting ? consultationDuties.enter : consultationDuties.answer }
  return { county, duty: collecting ? consultationDuties.propose : consultationDuties.settle }
}
