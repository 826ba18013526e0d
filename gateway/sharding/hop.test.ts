import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../services/platform/clock.ts'
import { Hop } from './hop.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

function setup() {
  const caller = new AbortController()
  const began = Date.now()
  const hop = new Hop({ began, deadline: began + 1_000, caller: caller.signal, clock: systemClock })
  const gaveUp: string[] = []
  const waiter = (name: string) => ({ giveUp: () => void gaveUp.push(name) })
  return { caller, hop, gaveUp, waiter }
}

test('all who wait give up at the deadline, by one timer', () => {
  const { hop, gaveUp, waiter } = setup()
  for (const name of ['a', 'b', 'c']) hop.join(waiter(name))
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(999)
  expect([gaveUp, hop.ended]).toEqual([[], false])
  vi.advanceTimersByTime(1)
  expect([gaveUp, hop.ended, hop.callerLeft]).toEqual([['a', 'b', 'c'], true, false])
})

test('all who wait give up once when the caller goes away, and nothing ticks on', () => {
  const { caller, hop, gaveUp, waiter } = setup()
  hop.join(waiter('a'))
  hop.join(waiter('b'))
  caller.abort()
  vi.advanceTimersByTime(5_000)
  expect([gaveUp, hop.ended, hop.callerLeft]).toEqual([['a', 'b'], true, true])
  expect(vi.getTimerCount()).toBe(0)
})

test('who has left is not told, and no timer stays when the last one leaves', () => {
  const { caller, hop, gaveUp, waiter } = setup()
  const [a, b] = [waiter('a'), waiter('b')]
  hop.join(a)
  hop.join(b)
  hop.leave(a)
  expect(vi.getTimerCount()).toBe(1)
  hop.leave(b)
  expect(vi.getTimerCount()).toBe(0)
  caller.abort()
  vi.advanceTimersByTime(5_000)
  expect(gaveUp).toEqual([])
})

test('who comes after the others left still gives up at the same deadline', () => {
  const { hop, gaveUp, waiter } = setup()
  const first = waiter('first')
  hop.join(first)
  vi.advanceTimersByTime(600)
  hop.leave(first)
  hop.join(waiter('second'))
  vi.advanceTimersByTime(399)
  expect(gaveUp).toEqual([])
  vi.advanceTimersByTime(1)
  expect(gaveUp).toEqual(['second'])
})
