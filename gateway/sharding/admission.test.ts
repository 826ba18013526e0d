import { expect, test } from 'vitest'
import { systemClock } from '../../services/platform/clock.ts'
import { Admission } from './admission.ts'
import { Hop } from './hop.ts'

function hop(caller = new AbortController().signal): Hop {
  const began = Date.now()
  return new Hop({ began, deadline: began + 60_000, caller, clock: systemClock })
}

const patient = hop()

test('who waits is let in first come first served, as places become free', async () => {
  const admission = new Admission(1, 2)
  expect(await admission.enter(patient)).toBe('ADMITTED')
  const order: string[] = []
  const waiting = ['first', 'second'].map(async (name) => {
    await admission.enter(patient)
    order.push(name)
  })
  expect(await admission.enter(patient)).toBe('FULL')
  expect(admission.load).toEqual({ running: 1, waiting: 2 })
  admission.leave()
  await waiting[0]
  expect(order).toEqual(['first'])
  admission.leave()
  await waiting[1]
  admission.leave()
  expect(admission.load).toEqual({ running: 0, waiting: 0 })
})

test('who gives up while waiting leaves the queue, and takes no place', async () => {
  const admission = new Admission(1, 2)
  await admission.enter(patient)
  const hurried = new AbortController()
  const hurriedHop = hop(hurried.signal)
  const waiting = admission.enter(hurriedHop)
  hurried.abort()
  expect(await waiting).toBe('ENDED')
  expect(await admission.enter(hurriedHop)).toBe('ENDED')
  admission.leave()
  expect(admission.load).toEqual({ running: 0, waiting: 0 })
})
