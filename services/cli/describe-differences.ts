import type { Difference } from '../county/proofs/difference.ts'
import type { Reconciliation } from '../county/proofs/reconcile.ts'
import { type Language, onOneLine } from './matter-languages.ts'
import { textTable } from './text-table.ts'

/** What two counties found when they compared, as a table under a line that sums it up. */
export function describeReconciliation(found: Reconciliation, between: [string, string], language: Language): string {
  const { differences, matters, envelopes, accesses, note } = found
  const [own, other] = between
  const zh = language === 'zh'
  const summary = zh
    ? `${own}与${other}对账：事项${matters}件、文书${envelopes}份；访问日志：${own}记有${other}的访问${accesses.own}次，${other}记有${own}的访问${accesses.other}次。`
    : `${own} and ${other} compared ${matters} matters with ${envelopes} envelopes; journals: ${accesses.own} accesses by ${other} at ${own}, ${accesses.other} by ${own} at ${other}.`
  const verdict =
    differences.length === 0
      ? zh
        ? '无差异。'
        : 'No difference.'
      : zh
        ? `差异${differences.length}处：`
        : `${differences.length} differences:`
  const kept = `${note.sequence}:${note.hash}`
  const next = zh
    ? `备查：${other}访问日志至 ${kept}，下次以 --note 给出。`
    : `Keep: the journal of ${other} stands at ${kept}; hand it in with --note the next time.`
  return `${summary}\n${verdict}\n${textTable(
    differences.map((each) => rowOf(each, language)),
    '  ',
  )}${next}\n`
}

function rowOf({ code, matter, zh, en }: Difference, language: Language): string[] {
  return [code, matter ?? '–', language === 'zh' ? zh : en].map(onOneLine)
}
