import { describe, expect, it } from 'vitest'
import { ExchangeError } from '../../platform/errors.ts'
import {
  type CaseEventKind,
  type CaseFacts,
  caseDecisions,
  caseEventKinds,
  caseStages,
  decideCase,
} from './enforcement-case.machine.ts'

/** Every pair that the procedure knows, written down a second time; after the colon the decisions it depends on. */
const allowed: Record<string, string> = {
  'CLUE VERIFY': 'VERIFICATION',
  'VERIFICATION FILE': 'FILED',
  'VERIFICATION DECLINE_FILING': 'NOT_FILED',
  'NOT_FILED ARCHIVE': 'ARCHIVED',
  'FILED INVESTIGATE': 'INVESTIGATION',
  'INVESTIGATION SUSPEND': 'SUSPENDED',
  'INVESTIGATION TERMINATE': 'TERMINATED',
  'INVESTIGATION CONCLUDE': 'INVESTIGATION_CONCLUDED',
  'SUSPENDED RESUME': 'INVESTIGATION',
  'SUSPENDED TERMINATE': 'TERMINATED',
  'TERMINATED CLOSE': 'CLOSED',
  'INVESTIGATION_CONCLUDED REVIEW': 'REVIEW',
  'REVIEW RETURN': 'INVESTIGATION',
  'REVIEW NOTIFY': 'NOTIFIED',
  'REVIEW DECIDE_NO_PENALTY': 'DECIDED',
  'REVIEW TRANSFER_ADMINISTRATIVE': 'DECIDED',
  'REVIEW TRANSFER_JUDICIAL': 'DECIDED',
  'NOTIFIED HOLD_HEARING': 'HEARING',
  'NOTIFIED DECIDE_PENALTY': 'DECIDED',
  'NOTIFIED DECIDE_NO_PENALTY': 'DECIDED',
  'NOTIFIED TRANSFER_ADMINISTRATIVE': 'DECIDED',
  'NOTIFIED TRANSFER_JUDICIAL': 'DECIDED',
  'HEARING DECIDE_PENALTY': 'DECIDED',
  'HEARING DECIDE_NO_PENALTY': 'DECIDED',
  'HEARING TRANSFER_ADMINISTRATIVE': 'DECIDED',
  'HEARING TRANSFER_JUDICIAL': 'DECIDED',
  'DECIDED SERVE': 'SERVED:PENALTY,NO_PENALTY',
  'DECIDED CLOSE': 'CLOSED:TRANSFER_ADMINISTRATIVE,TRANSFER_JUDICIAL',
  'SERVED PUBLISH': 'PUBLISHED:PENALTY',
  'SERVED CLOSE': 'CLOSED:NO_PENALTY',
  'PUBLISHED EXECUTE': 'EXECUTION',
  'EXECUTION CLOSE': 'CLOSED',
  'CLOSED ARCHIVE': 'ARCHIVED',
}

const outcome = (facts: CaseFacts, event: CaseEventKind): string => {
  try {
    return decideCase(facts, event).stage
  } catch (error) {
    return error instanceof ExchangeError ? error.code : 'THROWN'
  }
}

describe('the procedure of a case', () => {
  const pairs = caseStages.flatMap((stage) => caseEventKinds.map((event) => ({ stage, event })))

  it.each(pairs)('$event in stage $stage is what the procedure says, and refused where it says nothing', (pair) => {
    const { stage, event } = pair
    const [to = 'TRANSITION_REFUSED', after] = allowed[`${stage} ${event}`]?.split(':') ?? []
    for (const decision of [null, ...caseDecisions]) {
      const possible = after === undefined || after.split(',').includes(decision ?? '')
      expect(outcome({ stage, decision }, event)).toBe(possible ? to : 'TRANSITION_REFUSED')
    }
  })

  it('leads from the clue to the archive by way of a hearing, filing and closing once each', () => {
    const way: CaseEventKind[] = [
      'VERIFY',
      'FILE',
      'INVESTIGATE',
      'SUSPEND',
      'RESUME',
      'CONCLUDE',
      'REVIEW',
      'RETURN',
      'CONCLUDE',
      'REVIEW',
      'NOTIFY',
      'HOLD_HEARING',
      'DECIDE_PENALTY',
      'SERVE',
      'PUBLISH',
      'EXECUTE',
      'CLOSE',
      'ARCHIVE',
    ]
    let facts: { stage: string; decision: string | null } = { stage: 'CLUE', decision: null }
    const marks: string[] = []
    for (const event of way) {
      const change = decideCase(facts, event)
      facts = { stage: change.stage, decision: change.decision ?? facts.decision }
      if (change.files) marks.push(`filed by ${event}`)
      if (change.closes) marks.push(`closed by ${event}`)
    }
    expect(facts).toEqual({ stage: 'ARCHIVED', decision: 'PENALTY' })
    expect(marks).toEqual(['filed by FILE', 'closed by CLOSE'])
  })

  it('refuses every event in a stage that the table does not know', () => {
    for (const event of caseEventKinds) {
      expect(() => decideCase({ stage: 'constructor', decision: null }, event)).toThrow('constructor')
    }
  })
})
