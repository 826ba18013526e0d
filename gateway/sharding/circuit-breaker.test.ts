import { expect, test } from 'vitest'
import { CircuitBreaker } from './circuit-breaker.ts'

function breaker() {
  const clock = { now: 0 }
  return { clock, it: new CircuitBreaker({ failures: 2, openMs: 100, maxOpenMs: 300 }, () => clock.now) }
}

test('a breaker opens after failures in a row, and a success in between begins the count anew', () => {
  const { it } = breaker()
  it.failed()
  it.succeeded()
  it.failed()
  expect(it.admit()).toBe(true)
  it.failed()
  expect([it.state, it.admit()]).toEqual(['OPEN', false])
})

test('an open breaker lets one probe through at a time, and waits twice as long after each that fails, up to a bound', () => {
  const { it, clock } = breaker()
  it.failed()
  it.failed()
  const waits: number[] = []
  for (let i = 0; i < 4; i++) {
    const opened = clock.now
    while (!it.admit()) clock.now += 50
    waits.push(clock.now - opened)
    expect(it.admit()).toBe(false)
    it.failed()
  }
  expect(waits).toEqual([100, 200, 300, 300])
  clock.now += 300
  expect(it.admit()).toBe(true)
  it.succeeded()
  expect(it.state).toBe('CLOSED')
})

test('a probe that teaches nothing leaves the way open for the next one at once', () => {
  const { it, clock } = breaker()
  it.failed()
  it.failed()
  clock.now = 100
  expect(it.admit()).toBe(true)
  it.undecided()
  expect([it.state, it.admit()]).toEqual(['OPEN', true])
})

test('failures of requests that were under way when the breaker opened do not lengthen the wait', () => {
  const { it, clock } = breaker()
  it.failed()
  it.failed()
  it.failed()
  it.undecided()
  clock.now = 100
  expect(it.admit()).toBe(true)
})
