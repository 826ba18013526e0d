import { describe, expect, it } from 'vitest'
import { outcomeOf, pairsOf } from '../matters/testing/walk-pairs.ts'
import { type BulletinFacts, bulletinEvents, bulletinStates, decideBulletin, owedOf } from './bulletin.machine.ts'

const [xincai, wuzhi] = ['411729', '410823'] as const
const allowed: Record<string, string> = {
  'SENT CORRECT': 'SENT',
  'SENT CLOSE': 'CLOSED',
  'SENT WITHDRAW': 'WITHDRAWN',
}
const facts: BulletinFacts = {
  state: 'SENT',
  version: 1,
  replyWanted: false,
  recipients: [xincai, wuzhi],
  reads: [],
  replies: [],
}
const owed = (change: Partial<BulletinFacts>) => Object.fromEntries(owedOf({ ...facts, ...change }))
const read = (county: string, version = 1) => ({ county, version })

describe('the life of a bulletin [A12]', () => {
  it.each(pairsOf(bulletinStates, bulletinEvents))(
    '$event in state $state leads where it should, or is refused',
    ({ state, event }) => {
      const found = outcomeOf(() => decideBulletin(state, event))
      expect(found).toBe(allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED')
    },
  )

  it('is owed a read by each recipient until that recipient has read it, also after it was closed', () => {
    expect(owed({})).toEqual({ [xincai]: 'READ', [wuzhi]: 'READ' })
    expect(owed({ reads: [read(wuzhi)] })).toEqual({ [xincai]: 'READ' })
    expect(owed({ reads: [read(wuzhi)], state: 'CLOSED' })).toEqual({ [xincai]: 'READ' })
  })

  it('is to be read anew after a correction', () => {
    const reads = [read(wuzhi), read(xincai, 2)]
    expect(owed({ version: 2, reads })).toEqual({ [wuzhi]: 'READ' })
  })

  it('is owed, after it was withdrawn, only by those who had read what no longer holds', () => {
    expect(owed({ version: 2, state: 'WITHDRAWN', reads: [read(wuzhi)] })).toEqual({ [wuzhi]: 'READ' })
    expect(owed({ version: 2, state: 'WITHDRAWN', reads: [read(wuzhi), read(wuzhi, 2)] })).toEqual({})
  })

  it('is owed a reply where one is wanted, while it is open', () => {
    const reads = [read(wuzhi), read(xincai)]
    const replies = [{ county: xincai }]
    expect(owed({ replyWanted: true, reads, replies })).toEqual({ [wuzhi]: 'REPLY' })
    expect(owed({ replyWanted: true, reads, replies, state: 'CLOSED' })).toEqual({})
  })
})
