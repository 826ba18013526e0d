import type { HistoryEntry, MatterKind } from '../delivery/contract.ts'
import type { Deadline, DeadlineReminder } from './deadline.ts'
import type { BothLanguages, MatterView } from './matter-view.ts'

/** One line of a matter's history. */
export interface HistoryLine {
  at: Date
  /** County that acted; null for a line that the dates themselves give. */
  county: string | null
  agency: string | null
  officer: string | null
  officerName: string | null
  event: string
  /** The event's Chinese term. */
  label: string
  text: string
  textEn: string
  /** As in {@link HistoryEntry}, or REMINDER for a line that the dates give. */
  status: HistoryEntry['status'] | 'REMINDER'
  refusalCode: string | null
  refusalReason: string | null
  receipts: { county: string; state: HistoryEntry['acknowledgements'][number]['state']; at: Date | null }[]
  attachments: { hash: string; size: number; mediaType: string; name: string; matter: string }[]
}

const reminderLabels: Record<DeadlineReminder, string> = {
  DUE_SOON: '期限将届满',
  DUE_TODAY: '期限今日届满',
  OVERDUE: '期限已届满',
}

/**
 * The history of a matter in plain words: its envelopes in their order, and between them what the dates say. Both
 * counties make the same lines of the same envelopes.
 */
export function historyLines(
  view: MatterView,
  entries: readonly HistoryEntry[],
  reminders: readonly { kind: DeadlineReminder; at: Date }[],
  deadline: Deadline | undefined,
): HistoryLine[] {
  const lines: HistoryLine[] = []
  const waiting = [...reminders]
  for (const entry of entries) {
    const line = lineOf(view, entry)
    while (waiting[0] && waiting[0].at <= line.at) lines.push(reminderLine(waiting.shift(), deadline))
    lines.push(line)
  }
  return [...lines, ...waiting.map((each) => reminderLine(each, deadline))]
}

function lineOf(view: MatterView, entry: HistoryEntry): HistoryLine {
  const { payload, status, refusal } = entry
  const text = textOf(view, view.kind, payload.event, payload.body)
  return {
    at: new Date(payload.at),
    county: payload.sender,
    agency: payload.actor.agency,
    officer: payload.actor.officer,
    officerName: payload.actor.name ?? null,
    event: payload.event,
    label: view.eventLabel(payload.event),
    text: text.zh,
    textEn: text.en,
    status,
    refusalCode: refusal?.code ?? null,
    refusalReason: refusal?.reason ?? null,
    receipts: entry.acknowledgements.map(({ recipient, state, receivedAt }) => ({
      county: recipient,
      state,
      at: receivedAt,
    })),
    attachments: payload.attachments.map((attachment) => ({ ...attachment, matter: payload.matter })),
  }
}

/** What an envelope says; a refused one may say anything, so what cannot be read is said to be so. */
function textOf(view: MatterView, kind: MatterKind, event: string, body: unknown): BothLanguages {
  try {
    return view.describe(event, kind.decode(event, body))
  } catch {
    return { zh: '内容无法识别', en: 'what it says cannot be read' }
  }
}

function reminderLine(reminder: { kind: DeadlineReminder; at: Date } | undefined, deadline?: Deadline): HistoryLine {
  if (!reminder || !deadline) throw new Error('A reminder belongs to a deadline.')
  const { kind, at } = reminder
  const { limit, dueOn } = deadline
  const zh = `${reminderLabels[kind]}: 期限为${dueOn ?? ''} (《${limit.law}》${limit.article})`
  const words = { DUE_SOON: 'is due soon', DUE_TODAY: 'is due today', OVERDUE: 'is overdue' }
  return {
    at,
    county: null,
    agency: null,
    officer: null,
    officerName: null,
    event: kind,
    label: reminderLabels[kind],
    text: zh,
    textEn: `The matter ${words[kind]}: its last day is ${dueOn ?? ''} (《${limit.law}》${limit.article}).`,
    status: 'REMINDER',
    refusalCode: null,
    refusalReason: null,
    receipts: [],
    attachments: [],
  }
}
