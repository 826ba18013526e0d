/**
 * 统一社会信用代码 (GB 32100-2015): 登记管理部门 1, 机构类别 1, 行政区划 6, 主体标识码 9, 校验码 1.
 */

/** Characters of GB 32100 in the order of their values; I, O, S, V and Z are left out. */
export const organisationAlphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** Known 机构类别 for each 登记管理部门. An unknown pair is a warning only: the register may add some. */
const categories: Record<string, string> = {
  '1': '1239',
  '2': '19',
  '3': '123459',
  '4': '19',
  '5': '1239',
  '6': '129',
  '7': '129',
  '8': '19',
  '9': '1239',
  A: '19',
  N: '1239',
  Y: '1',
}

/** Check character (GB 32100) for the first 17 characters, or null when one of them is not in the alphabet. */
export function organisationCheck(first17: string): string | null {
  let sum = 0
  let weight = 1
  for (const character of first17.slice(0, 17)) {
    const value = organisationAlphabet.indexOf(character)
    if (value < 0) return null
    sum += value * weight
    weight = (weight * 3) % 31
  }
  return organisationAlphabet[(31 - (sum % 31)) % 31] ?? null
}

const bodyAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const bodyWeights = [3, 7, 9, 10, 5, 8, 4, 2]

/** Check character (GB 11714) for the first eight characters of a 主体标识码, or null when they are malformed. */
export function bodyCheck(first8: string): string | null {
  let sum = 0
  for (const [index, weight] of bodyWeights.entries()) {
    const value = bodyAlphabet.indexOf(first8[index] ?? ' ')
    if (value < 0) return null
    sum += value * weight
  }
  return '0123456789X0'[11 - (sum % 11)] ?? null
}

/** One thing wrong with a code: `position` counts from 1; `expected` is the check character it should have been. */
export interface CodeProblem {
  kind: 'LENGTH' | 'CHARACTER' | 'AUTHORITY' | 'REGION' | 'DATE' | 'CHECK'
  position?: number
  found?: string
  expected?: string
}

/** The first thing wrong with a normalised 统一社会信用代码, or null when it is valid. */
export function organisationProblem(code: string): CodeProblem | null {
  if (code.length !== 18) return { kind: 'LENGTH', found: String(code.length) }
  for (let index = 0; index < 17; index++) {
    const found = code.charAt(index)
    if (!organisationAlphabet.includes(found)) return { kind: 'CHARACTER', position: index + 1, found }
    if (index === 0 && !(found in categories)) return { kind: 'AUTHORITY', position: 1, found }
    if (index >= 2 && index < 8 && (found < '0' || found > '9')) return { kind: 'REGION', position: index + 1, found }
  }
  const expected = organisationCheck(code)
  const found = code.charAt(17)
  return expected === null || expected === found ? null : { kind: 'CHECK', position: 18, found, expected }
}

/** What is unusual, though not invalid, about a valid 统一社会信用代码. */
export function organisationWarnings(code: string): string[] {
  const warnings: string[] = []
  if (!categories[code.charAt(0)]?.includes(code.charAt(1))) {
    warnings.push(`category ${code.charAt(1)} is not known for authority ${code.charAt(0)}`)
  }
  const check = bodyCheck(code.slice(8, 16))
  if (check !== code.charAt(16)) {
    warnings.push(`character 17 (GB 11714 check) is ${code.charAt(16)}, by the standard it would be ${check}`)
  }
  return warnings
}
