import { expect, test } from 'vitest'
import { createReplayStore } from './replay-store.ts'

test('an id is remembered for its time, refused twice, and never dropped for room while it counts', async () => {
  let now = new Date('2026-03-01T08:00:00Z')
  const store = createReplayStore({ clock: { now: () => now, uuid: () => '' }, capacity: 2 })('ReplayDetection')
  await store.upsert('a', { iss: 'x' }, 60)
  await store.upsert('b', { iss: 'x' }, 120)
  expect(await store.find('a')).toEqual({ iss: 'x' })
  await expect(store.upsert('a', {}, 60)).rejects.toThrow('invalid_request')
  await expect(store.upsert('c', {}, 60)).rejects.toThrow('temporarily_unavailable')
  now = new Date('2026-03-01T08:01:00Z')
  expect(await store.find('a')).toBeUndefined()
  await store.upsert('c', {}, 60)
  expect(await store.find('b')).toEqual({ iss: 'x' })
})

test('nothing but used ids is ever stored', async () => {
  const store = createReplayStore({ clock: { now: () => new Date(), uuid: () => '' } })('Session')
  await expect(store.upsert('a', {}, 60)).rejects.toThrow('stores no Session')
})
