import { badInput } from '../errors.ts'

/** Provinces, autonomous regions, municipalities and special regions: first two digits of GB/T 2260. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(' '),
)

/** Prefectures without counties (东莞, 中山, 儋州, 嘉峪关), which take a county's place. */
const prefecturesWithoutCounties = new Set(['441900', '442000', '460400', '620200'])

/** A county's code and the code system it belongs to. */
export interface ParsedCountyCode {
  code: string
  /** STATISTICAL for codes such as 410871, which statistics use and GB/T 2260 does not have. */
  codeSystem: 'GBT2260' | 'STATISTICAL'
}

/** True for the first two digits of a province in GB/T 2260. */
export function isProvince(twoDigits: string): boolean {
  return provinces.has(twoDigits)
}

/**
 * Reads a county code (县级行政区划代码, GB/T 2260, or a statistical code of the same shape); full-width digits and blanks are
 * forgiven. Whether the county takes part in the exchange is for the directory to say. Throws BAD_USER_INPUT.
 */
export function parseCountyCode(text: string, argument?: string): ParsedCountyCode {
  const code = text.normalize('NFKC').replace(/[\s\u200b\ufeff]/g, '')
  if (!/^\d{6}$/.test(code)) {
    throw badInput('A county code (县级行政区划代码) has six digits, such as 411528.', argument)
  }
  if (!isProvince(code.slice(0, 2))) {
    throw badInput(`The county code ${code} begins with ${code.slice(0, 2)}, which is no province.`, argument)
  }
  if (code.endsWith('00') && !prefecturesWithoutCounties.has(code)) {
    throw badInput(`${code} is the code of a province or prefecture; give a county's code, such as 411528.`, argument)
  }
  return { code, codeSystem: /7\d$/.test(code) ? 'STATISTICAL' : 'GBT2260' }
}
