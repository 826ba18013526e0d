import { expect, it } from 'vitest'
import { ExchangeError } from '../../platform/errors.ts'
import { pairsOf } from '../matters/testing/walk-pairs.ts'
import { decideTypical, typicalEvents, typicalStates } from './typical-case.machine.ts'

const allowed: Record<string, string> = {
  'NOMINATED REDACT': 'REDACTED',
  'NOMINATED REJECT': 'REJECTED',
  'NOMINATED WITHDRAW': 'WITHDRAWN',
  'REDACTED REDACT': 'REDACTED',
  'REDACTED RETURN': 'NOMINATED',
  'REDACTED APPROVE': 'APPROVED',
  'REDACTED REJECT': 'REJECTED',
  'REDACTED WITHDRAW': 'WITHDRAWN',
  'APPROVED RETURN': 'NOMINATED',
  'APPROVED PUBLISH': 'PUBLISHED',
  'APPROVED WITHDRAW': 'WITHDRAWN',
  'PUBLISHED WITHDRAW': 'WITHDRAWN',
}

it.each(pairsOf([...typicalStates], [...typicalEvents]))(
  '[A13] $event in $state is as the table says',
  ({ state, event }) => {
    const next = allowed[`${state} ${event}`]
    if (next !== undefined) expect(decideTypical(state, event)).toBe(next)
    else {
      expect(() => decideTypical(state, event)).toThrow(ExchangeError)
      expect(() => decideTypical(state, event)).toThrow(
        `${event} is not possible for a typical case in state ${state}.`,
      )
    }
  },
)

it('[A13] nothing is possible in a state that there is not', () => {
  for (const event of typicalEvents) expect(() => decideTypical('toString', event)).toThrow('is not possible')
})
