import type { Fine, Tier } from './consultation.document.ts'
import { type DiscretionTier, type StandardDifference, discretionTierLabels } from './consultation.labels.ts'
import { inTenThousandths } from './fine-range.ts'

/** What a county's standard says of one tier; null where it says nothing, or the county has entered none yet. */
export interface ComparisonCell {
  county: string
  entered: boolean
  tier: Tier | null
}

/** One tier of all counties' standards, side by side. */
export interface ComparisonRow {
  tier: DiscretionTier
  /** One for each county, in the order of the parties. */
  cells: ComparisonCell[]
  differences: StandardDifference[]
}

/**
 * The standards side by side: a row for each tier that some county knows, the lighter first, with a cell for each county.
 * Only counties that have entered a standard are compared.
 */
export function compareStandards(
  parties: readonly string[],
  standards: readonly { county: string; tiers: readonly Tier[] }[],
): ComparisonRow[] {
  const order = Object.keys(discretionTierLabels) as DiscretionTier[]
  return order.flatMap((tier) => {
    const cells = parties.map((county): ComparisonCell => {
      const standard = standards.find((each) => each.county === county)
      return {
        county,
        entered: standard !== undefined,
        tier: standard?.tiers.find((each) => each.tier === tier) ?? null,
      }
    })
    const known = cells.flatMap((cell) => cell.tier ?? [])
    if (known.length === 0) return []
    const missing = cells.some((cell) => cell.entered && cell.tier === null)
    return [{ tier, cells, differences: [...(missing ? (['MISSING'] as const) : []), ...differencesOf(known)] }]
  })
}

function differencesOf(tiers: readonly Tier[]): StandardDifference[] {
  const found: StandardDifference[] = []
  if (differ(tiers.map(({ law }) => plain(law)))) found.push('DIFFERENT_LAW')
  else if (differ(tiers.map(({ article }) => plain(article)))) found.push('DIFFERENT_ARTICLE')
  const range = rangeDifference(tiers.map(({ fine }) => fine))
  if (range) found.push(range)
  if (differ(tiers.map(({ measures }) => measures?.trim() ?? null))) found.push('DIFFERENT_MEASURES')
  return found
}

function rangeDifference(fines: readonly (Fine | null)[]): StandardDifference | undefined {
  if (differ(fines.map((fine) => fine?.basis ?? null))) return 'DIFFERENT_BASIS'
  const ranges = fines.flatMap((fine) => fine ?? [])
  const lows = ranges.map(({ min }) => inTenThousandths(min))
  const highs = ranges.map(({ max }) => inTenThousandths(max))
  if (lows.some((low) => highs.some((high) => high < low))) return 'RANGES_APART'
  return differ(lows) || differ(highs) ? 'RANGES_DIFFER' : undefined
}

function differ(values: readonly unknown[]): boolean {
  return new Set(values).size > 1
}

/** A law's title or an article without brackets and spaces, which counties write as they like. */
function plain(text: string): string {
  return text.replaceAll(/[《》\s]/g, '')
}
