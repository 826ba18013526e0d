import { cleanText } from './text.ts'

/** Powers of ten from each unit to 万元. */
const toTenThousand: Record<string, number> = { 元: -4, 千元: -1, 万元: 0, 万: 0, 亿元: 4, 亿: 4 }
const scale = 6
const maximumDigits = 12

/**
 * Reads an amount of money and gives it in 万元, as the exchange file does: `1,234.5`, `１２`, `0.5万元`, `5000元`, `1.5E-3`.
 * A number without a unit is in `unit`. Exact decimal arithmetic; rounded half up to six decimals (0.01 元). Returns
 * canonical digits such as `0.5`, or null when it is no such amount.
 */
export function parseAmount(cell: string, unit: '元' | '万元' = '万元'): string | null {
  const text = cleanText(cell)
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/^人民币/, '')
    .replace(/^[¥￥]/, '')
  const match = /^\+?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?:E([+-]?\d{1,3}))?(元|千元|万元|万|亿元|亿)?整?$/i.exec(text)
  if (match === null) return null
  const [, whole = '', fraction = '', exponent = '0', written] = match
  const shift = Number(exponent) + (toTenThousand[written ?? unit] ?? 0)
  return decimal(BigInt(whole.replaceAll(',', '') + fraction), fraction.length - shift)
}

/** `digits` × 10^-`decimals` in canonical form, rounded half up to six decimals; null when too large. */
function decimal(digits: bigint, decimals: number): string | null {
  const excess = decimals - scale
  if (excess < -40) return digits === 0n ? '0' : null
  const scaled =
    excess > 0 ? (digits * 2n + 10n ** BigInt(excess)) / (2n * 10n ** BigInt(excess)) : digits * 10n ** BigInt(-excess)
  const text = scaled.toString().padStart(scale + 1, '0')
  const whole = text.slice(0, -scale)
  const fraction = text.slice(-scale).replace(/0+$/, '')
  if (whole.length > maximumDigits) return null
  return fraction === '' ? whole : `${whole}.${fraction}`
}
