import type { MatterStanding } from './matter.service.ts'
import { type Matter, type NextActor, toDeadline } from './matter.type.ts'

/** What {@link matterFields} is given of one record. */
export interface MatterFacts {
  id: string
  /** Name of the GraphQL type. */
  typename: string
  kind: string
  kindLabel: string
  state: string
  stateLabel: string
  /** County codes, the opening one first. */
  parties: readonly string[]
  /** Who must act next and what, as the kind finds it; not shown while the matter stands frozen. */
  nextActor: NextActor | null
}

/** The fields that every matter has, but for its history. `standing` is undefined for a draft. */
export function matterFields(facts: MatterFacts, standing: MatterStanding | undefined): Omit<Matter, 'history'> {
  const { parties, nextActor, ...rest } = facts
  return {
    ...rest,
    parties: parties.map((code) => ({ code })),
    nextActor: standing?.matter.frozenAt ? null : nextActor,
    deadline: toDeadline(standing?.deadline),
    changedAt: standing?.changedAt ?? null,
    frozenAt: standing?.matter.frozenAt ?? null,
    frozenReason: standing?.matter.frozenReason ?? null,
  }
}
