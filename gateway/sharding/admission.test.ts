import { expect, test } from 'vitest'
import { Admission } from './admission.ts'

const patient = new AbortController().signal

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
  const waiting = admission.enter(hurried.signal)
  hurried.abort()
  expect(await waiting).toBe('ABORTED')
  expect(await admission.enter(hurried.signal)).toBe('ABORTED')
  admission.leave()
  expect(admission.load).toEqual({ running: 0, waiting: 0 })
})
