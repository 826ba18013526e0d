import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { readMatterId } from '../delivery/contract.ts'
import { type DisputeFacts, type DisputeState, disputePen } from './jurisdiction.machine.ts'
import type { DisputeRow } from './jurisdiction.repository.ts'

/** What follows from a dispute's facts alone. */
type Facts = Pick<
  DisputeRow,
  'raiser' | 'respondent' | 'clue' | 'outcome' | 'superiorNode' | 'escalatedBy' | 'spokenBy' | 'superiorId'
>

/** The other of the two counties. */
export function opponentOf({ raiser, respondent }: Pick<DisputeRow, 'raiser' | 'respondent'>, county: string): string {
  return county === raiser ? respondent : raiser
}

/** What the machine looks at. */
export function machineFacts(row: Facts, state: string): DisputeFacts {
  return {
    state,
    onPaper: row.superiorNode === null,
    mustHandOver: row.outcome === null || row.outcome !== clueHolderOf(row),
  }
}

/** The county that was sent the clue, and holds what came with it; null when the dispute is about two cases. */
export function clueHolderOf(row: Pick<DisputeRow, 'raiser' | 'respondent' | 'clue'>): string | null {
  const sender = row.clue === null ? undefined : readMatterId(row.clue)?.county
  return sender === undefined ? null : opponentOf(row, sender)
}

/** Code of the party whose turn it is; null at the end. */
export function penOf(row: Facts, state: DisputeState): string | null {
  switch (disputePen(machineFacts(row, state))) {
    case 'ANSWERER':
      return opponentOf(row, row.spokenBy)
    case 'DECIDER':
      return row.superiorNode ?? row.escalatedBy
    case 'LOSER':
      return opponentOf(row, row.outcome ?? row.raiser)
    case 'WINNER':
      return row.outcome
    default:
      return null
  }
}

/**
 * Who filed first (最先立案, 行政处罚法 art. 25), by the days that each county has signed. Null while one has stated none, and
 * when both filed on the same day: that is for them, or the superior, to decide.
 */
export function filedFirst(
  row: Pick<DisputeRow, 'raiser' | 'respondent' | 'raiserFiledAt' | 'respondentFiledAt'>,
): string | null {
  const { raiserFiledAt, respondentFiledAt } = row
  if (raiserFiledAt === null || respondentFiledAt === null) return null
  const [one, other] = [shanghaiDay(raiserFiledAt), shanghaiDay(respondentFiledAt)]
  if (one === other) return null
  return one < other ? row.raiser : row.respondent
}
