import { expect, it } from 'vitest'
import { demandTexts } from './demand-texts.ts'

const bounds = { number: 5, note: 10 }

it.each([{ number: '息立1号' }, { number: '1', note: null }, { note: 'a\n\tb' }, { other: '' }, {}])(
  'lets pass %j',
  (values) => {
    expect(() => demandTexts(values, bounds)).not.toThrow()
  },
)

it.each([
  [{ number: '' }, '"number" is blank'],
  [{ number: ' \u3000' }, '"number" is blank'],
  [{ number: '123456' }, '"number" has 6 characters; 5 are allowed'],
  [{ note: 'a\u0000b' }, '"note" holds a control character'],
])('refuses %j', (values, message) => {
  expect(() => demandTexts(values, bounds)).toThrow(message)
})
