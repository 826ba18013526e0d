import { describe, expect, it } from 'vitest'
import { fixedDirectory } from './directory.ts'
import { sampleSnapshot } from './sample-snapshot.ts'
import type { Superior } from './snapshot.ts'
import { snapshotSchema } from './snapshot.ts'
import { nodesOf } from './snapshot-lookups.ts'

const system = 'MARKET_REGULATION'
const since = (county: string, from = '2020-01-01', until: string | null = null, of: string | null = system) => ({
  county,
  system: of,
  from,
  until,
})
const superior = (id: string, level: Superior['level'], over: Superior['over']): Superior => ({
  id,
  name: `示例上级机关${id}`,
  level,
  over,
  node: null,
})
const clock = { now: () => new Date('2026-03-01T02:00:00Z'), uuid: () => '' }
const province = superior('province', 'PROVINCE', [since('411528'), since('411729'), since('410823')])
const city = superior('city', 'PREFECTURE', [since('410823'), since('411729', '2024-01-01', '2026-06-01')])

function found(superiors: Superior[], counties: string[], day: string, of: string | null = system) {
  const directory = fixedDirectory(sampleSnapshot({ superiors }), clock)
  return directory.superiorOf({ counties, system: of, on: new Date(`${day}T12:00:00+08:00`) })?.id
}

describe('the common superior (B06, 行政处罚法 art. 25)', () => {
  it('is whoever the directory names over both on that day, the nearest where there are several', () => {
    expect(found([province, city], ['411528', '411729'], '2026-03-01')).toBe('province')
    expect(found([province, city], ['410823', '411729'], '2026-03-01')).toBe('city')
  })

  it('was another one before and after the days between which a county was under the city', () => {
    expect(found([province, city], ['410823', '411729'], '2023-12-31')).toBe('province')
    expect(found([province, city], ['410823', '411729'], '2024-01-01')).toBe('city')
    expect(found([province, city], ['410823', '411729'], '2026-05-31')).toBe('city')
    expect(found([province, city], ['410823', '411729'], '2026-06-01')).toBe('province')
  })

  it('is nobody where the directory names none, or two at one level, and is never read from a code', () => {
    expect(found([], ['411528', '411729'], '2026-03-01')).toBeUndefined()
    expect(found([city], ['410823', '410882'], '2026-03-01')).toBeUndefined()
    expect(found([province, { ...province, id: 'second' }], ['411528', '411729'], '2026-03-01')).toBeUndefined()
  })

  it('of departments whose system is unknown is only one that is over every system', () => {
    const government = superior('government', 'STATE', [
      since('411528', '2020-01-01', null, null),
      since('411729', '2020-01-01', null, null),
    ])
    expect(found([province, government], ['411528', '411729'], '2026-03-01', null)).toBe('government')
    expect(found([province, government], ['411528', '411729'], '2026-03-01', 'ECOLOGY')).toBe('government')
    expect(found([province], ['411528', '411729'], '2026-03-01', null)).toBeUndefined()
  })
})

describe('a superior with a node of its own', () => {
  const key = sampleSnapshot().counties[0]?.keys ?? []
  const node = { code: '410000', status: 'ACTIVE' as const, url: 'http://127.0.0.1:4310/graphql', keys: key }
  const snapshot = sampleSnapshot({ superiors: [{ ...province, node }] })

  it('is reached as a node with keys, and is in no list of counties', () => {
    const directory = fixedDirectory(snapshot, clock)
    expect(directory.node('410000')).toMatchObject({ code: '410000', name: province.name, status: 'ACTIVE' })
    expect(directory.keysOf({ county: '410000' })).toBeDefined()
    expect(directory.county('410000')).toBeUndefined()
    expect(snapshot.counties.map(({ code }) => code)).not.toContain('410000')
    expect(nodesOf(snapshot).map(({ code }) => code)).toEqual(['411528', '411729', '410823', '410000'])
  })

  it('is absent from a snapshot that was published before there were any', () => {
    const { superiors: _none, ...old } = snapshot
    expect(snapshotSchema.parse(old).superiors).toEqual([])
  })
})
