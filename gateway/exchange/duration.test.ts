import { expect, it } from 'vitest'
import { DurationScalar, durationMs } from './duration.ts'

it.each([
  ['PT0S', 0],
  ['PT30S', 30_000],
  ['PT1.5S', 1_500],
  ['PT0,25S', 250],
  ['PT5M', 300_000],
  ['PT1H30M', 5_400_000],
  ['P1D', 86_400_000],
  ['P1W', 604_800_000],
  ['P1W2DT3H4M5S', 788_645_000],
])('%s is %d milliseconds', (text, milliseconds) => {
  expect(durationMs(text)).toBe(milliseconds)
})

it.each(['P1Y', 'P2M', 'P1Y2M3DT4H', 'P1DT'])('%s is refused: what has no fixed length bounds nothing', (text) => {
  expect(() => durationMs(text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
})

it('says of years and months, and of what is negative, why they are refused', () => {
  expect(() => durationMs('P1M')).toThrow(/no fixed length/)
  expect(() => durationMs('P1Y')).toThrow(/no fixed length/)
  for (const text of ['-PT5M', 'PT-5M']) expect(() => durationMs(text)).toThrow(/not negative/)
})

it.each([
  '',
  'P',
  'PT',
  '5M',
  'PT5',
  'P5S',
  'PT5MS',
  'pt5m',
  'PT5M ',
  'PT1M1H',
  'PT1.5M',
  'PT1.2345S',
  'PT1234567890S',
])('“%s” is no duration', (text) => {
  expect(() => durationMs(text)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
})

it('is a scalar that takes strings only, and keeps them as they were written', () => {
  expect(DurationScalar.parseValue('PT90S')).toBe('PT90S')
  for (const value of [0, 5, null, {}, 'P1Y']) {
    expect(() => DurationScalar.parseValue(value)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }))
  }
})
