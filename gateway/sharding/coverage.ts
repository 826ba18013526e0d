import type { OutageReason } from './contract.ts'
import type { Outage } from './county-errors.ts'
import { elementsOf, type JsonObject, membersOf } from './json.ts'

const reasons: readonly OutageReason[] = ['TIMEOUT', 'UNREACHABLE', 'REFUSED', 'FAULT', 'STALE']

/**
 * Reads what a county says of its own answer: its entry, or the reason why it does not count as an answer. A county
 * that speaks for another, or for none, is not believed: that is a FAULT. `coverage` has the shape that the rewritten
 * document asks for.
 */
export function readCoverage(county: string, coverage: unknown): JsonObject | OutageReason {
  const { complete, answered, unanswered } = membersOf(coverage)
  const entries = [...elementsOf(answered), ...elementsOf(unanswered)]
  const entry = membersOf(entries[0])
  if (entries.length !== 1 || membersOf(entry['county'])['code'] !== county) return 'FAULT'
  if (elementsOf(answered).length === 1) return complete === true ? entry : 'FAULT'
  return reasons.find((reason) => reason === entry['reason']) ?? 'FAULT'
}

/** The merged coverage as a plain value, members by field name. */
export function mergeCoverage(answered: readonly JsonObject[], outages: readonly Outage[]): JsonObject {
  return {
    complete: outages.length === 0,
    answered,
    unanswered: outages.map(({ county, outage }) => ({ county: { code: county }, reason: outage })),
  }
}
