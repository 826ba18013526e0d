import { describe, expect, it } from 'vitest'
import { sampleSnapshot } from '../../platform/directory/sample-snapshot.ts'
import { counterpartOf } from './counterpart.ts'

const snapshot = sampleSnapshot()
const [xixian] = snapshot.agencies
const agency = (id: string, name: string) => ({ id, name, county: '411729', scopes: [] })

function counterpart(agencies = snapshot.agencies, county = '411729', name = xixian?.name ?? '') {
  return counterpartOf({ ...snapshot, agencies }, { ...agency('xixian', name), county: '411528' }, county)
}

describe('the counterpart at the same level (A05)', () => {
  it('is the agency of the other county with the same name but for the county’s', () => {
    expect(counterpart()).toEqual({ id: 'xincai-enforcement', name: '新蔡县市场监督管理局' })
    expect(counterpart(snapshot.agencies, '410823')?.id).toBe('wuzhi-enforcement')
  })

  it('is nobody when there is none, when there are two, or when the name tells nothing', () => {
    expect(counterpart(snapshot.agencies, '411729', '息县生态环境局')).toBeNull()
    expect(counterpart([...snapshot.agencies, agency('second', '新蔡县市场监督管理局')])).toBeNull()
    expect(counterpart(snapshot.agencies, '411729', '市场监督管理局')).toBeNull()
    expect(counterpart(snapshot.agencies, '411729', '息县')).toBeNull()
    expect(counterpart(snapshot.agencies, '419999')).toBeNull()
  })
})
