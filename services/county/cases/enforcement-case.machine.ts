import { ExchangeError } from '../../platform/errors.ts'

/** Stages of a case, 《市场监督管理行政处罚程序规定》 in the order of the procedure. */
export const caseStages = [
  'CLUE',
  'VERIFICATION',
  'NOT_FILED',
  'FILED',
  'INVESTIGATION',
  'SUSPENDED',
  'TERMINATED',
  'INVESTIGATION_CONCLUDED',
  'REVIEW',
  'NOTIFIED',
  'HEARING',
  'DECIDED',
  'SERVED',
  'PUBLISHED',
  'EXECUTION',
  'CLOSED',
  'ARCHIVED',
] as const
/** A stage of a case. */
export type CaseStage = (typeof caseStages)[number]

/** What may happen to a case. */
export const caseEventKinds = [
  'VERIFY',
  'FILE',
  'DECLINE_FILING',
  'INVESTIGATE',
  'SUSPEND',
  'RESUME',
  'TERMINATE',
  'CONCLUDE',
  'REVIEW',
  'RETURN',
  'NOTIFY',
  'HOLD_HEARING',
  'DECIDE_PENALTY',
  'DECIDE_NO_PENALTY',
  'TRANSFER_ADMINISTRATIVE',
  'TRANSFER_JUDICIAL',
  'SERVE',
  'PUBLISH',
  'EXECUTE',
  'CLOSE',
  'ARCHIVE',
] as const
/** An event in a case. */
export type CaseEventKind = (typeof caseEventKinds)[number]

/** Decisions of 程序规定 art. 60. */
export const caseDecisions = ['PENALTY', 'NO_PENALTY', 'TRANSFER_ADMINISTRATIVE', 'TRANSFER_JUDICIAL'] as const
/** What was decided. */
export type CaseDecision = (typeof caseDecisions)[number]

/** Stages after which nothing more is done about the act: such a case is not open. */
export const closedStages: readonly CaseStage[] = ['NOT_FILED', 'TERMINATED', 'CLOSED', 'ARCHIVED']

/** What the machine looks at. */
export interface CaseFacts {
  stage: string
  decision: string | null
}

/** What the event changes. */
export interface CaseChange {
  stage: CaseStage
  decision?: CaseDecision
  /** The case is filed (立案) at the moment of the event. */
  files?: true
  /** The case is closed (结案) at the moment of the event. */
  closes?: true
}

interface Transition {
  to: CaseStage
  /** Decisions for which the step exists; absent when it does not depend on one. */
  after?: readonly CaseDecision[]
  change?: Omit<CaseChange, 'stage'>
}

const decide = (decision: CaseDecision): Transition => ({ to: 'DECIDED', change: { decision } })
const transfers = {
  TRANSFER_ADMINISTRATIVE: decide('TRANSFER_ADMINISTRATIVE'),
  TRANSFER_JUDICIAL: decide('TRANSFER_JUDICIAL'),
}
const decisions = {
  DECIDE_PENALTY: decide('PENALTY'),
  DECIDE_NO_PENALTY: decide('NO_PENALTY'),
  ...transfers,
}
const close: Transition = { to: 'CLOSED', change: { closes: true } }

/**
 * 程序规定: 立案 art. 18 to 20, 中止 46, 终止 47, 审核 49 to 55, 告知 57, 听证 59, 决定 60, 送达 81, 公示 63, 执行 71 to
 * 76, 结案 77, 归档 78. Only a penalty needs prior notice; the other decisions may follow the review directly. A pair that
 * is not here is refused.
 */
export const caseTransitions: Record<CaseStage, Partial<Record<CaseEventKind, Transition>>> = {
  CLUE: { VERIFY: { to: 'VERIFICATION' } },
  VERIFICATION: { FILE: { to: 'FILED', change: { files: true } }, DECLINE_FILING: { to: 'NOT_FILED' } },
  NOT_FILED: { ARCHIVE: { to: 'ARCHIVED' } },
  FILED: { INVESTIGATE: { to: 'INVESTIGATION' } },
  INVESTIGATION: {
    SUSPEND: { to: 'SUSPENDED' },
    TERMINATE: { to: 'TERMINATED' },
    CONCLUDE: { to: 'INVESTIGATION_CONCLUDED' },
  },
  SUSPENDED: { RESUME: { to: 'INVESTIGATION' }, TERMINATE: { to: 'TERMINATED' } },
  TERMINATED: { CLOSE: close },
  INVESTIGATION_CONCLUDED: { REVIEW: { to: 'REVIEW' } },
  REVIEW: {
    RETURN: { to: 'INVESTIGATION' },
    NOTIFY: { to: 'NOTIFIED' },
    DECIDE_NO_PENALTY: decide('NO_PENALTY'),
    ...transfers,
  },
  NOTIFIED: { HOLD_HEARING: { to: 'HEARING' }, ...decisions },
  HEARING: { ...decisions },
  DECIDED: {
    SERVE: { to: 'SERVED', after: ['PENALTY', 'NO_PENALTY'] },
    CLOSE: { ...close, after: ['TRANSFER_ADMINISTRATIVE', 'TRANSFER_JUDICIAL'] },
  },
  SERVED: { PUBLISH: { to: 'PUBLISHED', after: ['PENALTY'] }, CLOSE: { ...close, after: ['NO_PENALTY'] } },
  PUBLISHED: { EXECUTE: { to: 'EXECUTION' } },
  EXECUTION: { CLOSE: close },
  CLOSED: { ARCHIVE: { to: 'ARCHIVED' } },
  ARCHIVED: {},
}

/**
 * What happens to a case when another county has jurisdiction (程序规定 art. 14, 16; 移送, art. 60): it is decided by its
 * transfer, in whatever stage it is open. No officer's event: it follows from the dispute alone. Undefined when the case
 * was decided or closed before.
 */
export function handOverCase({ stage }: Pick<CaseFacts, 'stage'>): CaseChange | undefined {
  return handedOverFrom.some((each) => each === stage)
    ? { stage: 'DECIDED', decision: 'TRANSFER_ADMINISTRATIVE' }
    : undefined
}

/** Stages before a decision: a case in one of these can still go to another county. */
const handedOverFrom: readonly CaseStage[] = [
  'CLUE',
  'VERIFICATION',
  'FILED',
  'INVESTIGATION',
  'SUSPENDED',
  'INVESTIGATION_CONCLUDED',
  'REVIEW',
  'NOTIFIED',
  'HEARING',
]

/** The change that the event makes; TRANSITION_REFUSED when the stage or the decision forbids it. */
export function decideCase(facts: CaseFacts, event: CaseEventKind): CaseChange {
  const transition = (caseTransitions as Record<string, Partial<Record<CaseEventKind, Transition>>>)[facts.stage]?.[
    event
  ]
  if (!transition) {
    throw new ExchangeError('TRANSITION_REFUSED', `${event} is not possible for a case in stage ${facts.stage}.`)
  }
  if (transition.after && !transition.after.some((decision) => decision === facts.decision)) {
    throw new ExchangeError(
      'TRANSITION_REFUSED',
      `${event} follows only the decisions ${transition.after.join(', ')}; this case's is ${facts.decision ?? 'none'}.`,
    )
  }
  return { ...transition.change, stage: transition.to }
}
