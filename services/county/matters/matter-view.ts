import type { Database } from '../../platform/database.ts'
import type { MatterKind } from '../delivery/contract.ts'
import type { DeadlineFacts } from './deadline.ts'

/** A sentence in both languages. */
export interface BothLanguages {
  zh: string
  en: string
}

/** What people are shown of a kind of matter, beside what {@link MatterKind} says of its envelopes. */
export interface MatterView {
  readonly kind: MatterKind
  /** 事项名称. */
  readonly label: string
  /** The Chinese term of an event. */
  eventLabel(event: string): string
  /** What an envelope with this event and body, as `decode` gave it, says in plain words; never a subject's code. */
  describe(event: string, body: unknown): BothLanguages
  /** What the deadlines of these matters are computed from; those without a running limit are left out. */
  deadlines(db: Database, ids: readonly string[]): Promise<Map<string, DeadlineFacts>>
  /** The state of each of these matters, as the kind's machine names it: what two counties compare. */
  states?(db: Database, ids: readonly string[]): Promise<Map<string, string>>
}

/** A sentence, with what was said after it where something was. */
export function said(zh: string, en: string, text: string | null): BothLanguages {
  return text === null ? { zh, en } : { zh: `${zh}：${text}`, en: `${en}: ${text}` }
}
