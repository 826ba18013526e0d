import { GraphQLScalarType, Kind } from 'graphql'
import { badInput } from '../../services/platform/errors.ts'

const digits = String.raw`(\d{1,9})`
const pattern = new RegExp(
  `^P(?:${digits}W)?(?:${digits}D)?(?:T(?=\\d)(?:${digits}H)?(?:${digits}M)?(?:(\\d{1,9}(?:[.,]\\d{1,3})?)S)?)?$`,
)
const unitMs = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000]
const expected = 'A duration is written as in "PT30S", "PT5M", "PT1H" or "P1D"; "PT0S" demands live answers.'

/**
 * Milliseconds of an ISO 8601 duration in weeks, days, hours, minutes and seconds (with up to three decimals). Refused
 * with BAD_USER_INPUT: years and months, which have no fixed length, what is negative, and whatever else is none.
 */
export function durationMs(text: string): number {
  if (text.startsWith('-') || /P.*-/.test(text)) throw badInput(`A duration is not negative. ${expected}`)
  const parts = pattern.exec(text)
  if (parts === null || text === 'P') {
    if (/^P\d+[YM]|^P[^T]*\d[YM]/.test(text)) {
      throw badInput(`Years and months have no fixed length: use weeks, days, hours, minutes or seconds. ${expected}`)
    }
    throw badInput(expected)
  }
  const sum = parts
    .slice(1)
    .reduce(
      (total, part: string | undefined, index) =>
        total + Number((part ?? '0').replace(',', '.')) * (unitMs[index] ?? 0),
      0,
    )
  return Math.round(sum)
}

/** GraphQL scalar `Duration`: the text as it was written, checked by {@link durationMs}. */
export const DurationScalar = new GraphQLScalarType<string, string>({
  name: 'Duration',
  description: '时长: ISO 8601, in weeks, days, hours, minutes and seconds, e.g. PT5M.',
  serialize: String,
  parseValue: (value) => {
    if (typeof value !== 'string') throw badInput(expected)
    durationMs(value)
    return value
  },
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING) throw badInput(expected)
    durationMs(node.value)
    return node.value
  },
})
