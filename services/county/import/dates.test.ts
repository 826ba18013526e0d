import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDay } from './dates.ts'

describe('parseDay', () => {
  it.each([
    '2026-03-01',
    '2026/3/1',
    '2026.3.1',
    '2026.03.01',
    '20260301',
    '20260301.0',
    '2026年3月1日',
    '2026年03月01日',
    '2026 年 3 月 1 日',
    '２０２６年３月１日',
    ' 2026-03-01 ',
    '2026-03-01 00:00:00',
    '2026/3/1 9:05',
    '2026-03-01T08:30:00',
    '2026-03-01T08:30:00.000',
    '2026年3月1日 9时5分',
    '20260301093000',
    '46082',
    '46082.0',
    '46082.375',
    '2026-02-28T16:00:00Z',
    '2026-03-01T00:30:00+08:00',
    '2026-02-28T23:30:00+0700',
  ])('reads %j as 1 March 2026', (text) => {
    expect(parseDay(text)).toBe('2026-03-01')
  })

  it('counts serial days from 1904 where the workbook does', () => {
    expect(parseDay('44620', true)).toBe('2026-03-01')
  })

  it.each(['长期', '长期有效', '无固定期限', '2958465', '9999-12-31', '2099-12-31'])(
    'reads %s as a day far off',
    (text) => {
      expect((parseDay(text) ?? '') >= '2099-12-31').toBe(true)
    },
  )

  it.each([
    '',
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '2026-3',
    '202603',
    '2026',
    '26-3-1',
    '1/3/2026',
    '三月一日',
    '2026-03-01 25:00',
    '2026-03-01x',
    '99999999',
    '-46082',
  ])('refuses %j', (text) => {
    expect(parseDay(text)).toBeNull()
  })

  it('reads every day the same in every spelling', () => {
    const day = fc.date({ min: new Date('1950-01-01'), max: new Date('2150-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(day, (moment) => {
        const iso = moment.toISOString().slice(0, 10)
        const [year = '', month = '', date = ''] = iso.split('-')
        const serial = Math.floor(moment.getTime() / 86_400_000) + 25_569
        const spellings = [
          iso,
          `${year}/${Number(month)}/${Number(date)}`,
          `${year}.${month}.${date}`,
          `${year}${month}${date}`,
          `${year}年${Number(month)}月${Number(date)}日`,
          String(serial),
          `${iso} 23:59:59`,
        ]
        expect(new Set(spellings.map((text) => parseDay(text)))).toEqual(new Set([iso]))
      }),
    )
  })
})
