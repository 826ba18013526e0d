import { expect, test } from 'vitest'
import { columnsOf, textTable } from './text-table.ts'

test('Chinese characters and full-width punctuation count two columns', () => {
  expect(columnsOf('息县 Xixian')).toBe(11)
  expect(columnsOf('（豫）')).toBe(6)
  expect(columnsOf('𠮷')).toBe(2)
})

test('columns line up whatever mixture of scripts the cells hold', () => {
  const lines = textTable([
    ['411528 息县', 'answered'],
    ['411729 新蔡县', 'TIMEOUT'],
  ]).split('\n')
  expect(lines).toEqual(['411528 息县    answered', '411729 新蔡县  TIMEOUT', ''])
})

test('a row with fewer cells ends early and leaves no blanks behind', () => {
  expect(textTable([['a', 'b'], ['longer']], '  ')).toBe('  a       b\n  longer\n')
})
