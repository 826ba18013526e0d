import { describe, expect, it } from 'vitest'
import type { RequestContext } from '../../platform/viewer.ts'
import { Batch, groupBy } from './batch.ts'

const request = (): RequestContext => ({
  viewer: { agency: 'a', county: '411528', scopes: new Set() },
  transaction: { id: 't', deadline: 0 },
  signal: new AbortController().signal,
  shown: new Set(),
})

describe('a batch', () => {
  const loads: string[][] = []
  const batch = new Batch<string>((keys) => {
    loads.push(keys)
    return Promise.resolve(new Map(keys.filter((key) => key !== 'missing').map((key) => [key, `value of ${key}`])))
  })

  it('asks once for all keys of one request that come in one turn, each once', async () => {
    loads.length = 0
    const context = request()
    const [one, again, several] = await Promise.all([
      batch.get(context, 'one'),
      batch.get(context, 'one'),
      batch.getAll(context, ['two', 'missing', 'one']),
      Promise.resolve().then(() => batch.get(context, 'three')),
    ])
    expect([one, again, several]).toEqual(['value of one', 'value of one', ['value of two', 'value of one']])
    expect(loads).toEqual([['one', 'two', 'missing', 'three']])
  })

  it('never mixes the keys of two requests', async () => {
    loads.length = 0
    await Promise.all([batch.get(request(), 'one'), batch.get(request(), 'two')])
    expect(loads).toEqual([['one'], ['two']])
  })

  it('keeps nothing, so that what a request wrote is read anew', async () => {
    loads.length = 0
    const context = request()
    await batch.get(context, 'one')
    await batch.get(context, 'one')
    expect(loads).toEqual([['one'], ['one']])
  })

  it('fails every key of a load that failed, and loads anew afterwards', async () => {
    let broken = true
    const moody = new Batch<string>((keys) =>
      broken ? Promise.reject(new Error('away')) : Promise.resolve(new Map(keys.map((key) => [key, key]))),
    )
    const context = request()
    const both = await Promise.allSettled([moody.get(context, 'one'), moody.get(context, 'two')])
    expect(both.map((each) => each.status)).toEqual(['rejected', 'rejected'])
    broken = false
    expect(await moody.get(context, 'one')).toBe('one')
  })
})

describe('groups', () => {
  it('keep the order of their rows', () => {
    expect(groupBy(['b1', 'a1', 'b2'], (row) => row.charAt(0))).toEqual(
      new Map([
        ['b', ['b1', 'b2']],
        ['a', ['a1']],
      ]),
    )
  })
})
