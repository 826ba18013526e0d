import type { FineBasis } from './consultation.labels.ts'

const decimals = 4

/** A decimal text with at most four decimals, as a whole number of ten-thousandths: comparisons are exact. */
export function inTenThousandths(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

const units: Record<FineBasis, string> = {
  AMOUNT: '元',
  GOODS_VALUE: '倍货值金额',
  ILLEGAL_INCOME: '倍违法所得',
  ADVERTISING_FEE: '倍广告费用',
  TURNOVER: '倍销售额',
}

/** A range of fines in words, e.g. 200000元以上1000000元以下. */
export function fineText({ basis, min, max }: { basis: FineBasis; min: string; max: string }): string {
  const unit = units[basis]
  return min === max ? `${min}${unit}` : `${min}${unit}以上${max}${unit}以下`
}
