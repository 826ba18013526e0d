/** The cases of the entity scenario: the same records, whoever asks and in whatever words. */

/** A case as a county holds it. */
export interface CaseRecord {
  id: string
  county: { code: string }
  number: string
  title: string
  stage: string
  registeredAt: string
  links: { id: string; kind: string; target: { id: string; county: { code: string } } }[]
}

/** Cases a county has, and links of each case. */
export const casesPerCounty = 5
const linksPerCase = 2

/** Identifier of a county's case. */
export function caseId(county: string, number: number): string {
  return `${county}:case:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

/**
 * The cases of one county, newest first. Every case has a link into each of the next two counties of the ring, so that
 * 50 cases of ten counties have 100 references, and none of them is its own county's.
 */
export function casesOf(codes: readonly string[], county: string): CaseRecord[] {
  const place = codes.indexOf(county)
  return Array.from({ length: casesPerCounty }, (_, number) => ({
    id: caseId(county, number),
    county: { code: county },
    number: `示例市监立〔2026〕${county}-${number}号`,
    title: '经营超过保质期的食品',
    stage: 'INVESTIGATION',
    // No two cases at the same moment: the global order goes round the counties.
    registeredAt: new Date(Date.UTC(2026, 5, 30) - (number * codes.length + place) * 3_600_000).toISOString(),
    links: Array.from({ length: linksPerCase }, (_unused, link) => {
      const other = codes[(place + link + 1) % codes.length] ?? county
      return {
        id: `${county}:link:00000000-0000-4000-8000-${String(number * linksPerCase + link).padStart(12, '0')}`,
        kind: 'UPSTREAM_DOWNSTREAM',
        target: { id: caseId(other, number), county: { code: other } },
      }
    }),
  }))
}
