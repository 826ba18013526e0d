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

/** Cases a county has of a subject. */
export const casesPerCounty = 5
/** Links of each case. */
const linksPerCase = 2

/**
 * Identifier of a county's case of this subject: every request asks about a subject of its own, so that no two requests
 * name the same case and no fetch can serve two of them.
 */
export function caseId(county: string, subject: string, number: number): string {
  const digits = Buffer.from(subject.slice(10, 16)).toString('hex')
  return `${county}:case:00000000-0000-4000-8000-${digits}${number}`
}

/** The case with this identifier, made on the spot: what it holds follows from what it is called. */
export function caseOf(codes: readonly string[], id: string): CaseRecord {
  const county = id.slice(0, 6)
  const place = codes.indexOf(county)
  const number = Number(id.slice(-1))
  return {
    id,
    county: { code: county },
    number: `示例市监立〔2026〕${county}-${number}号`,
    title: '经营超过保质期的食品',
    stage: 'INVESTIGATION',
    // No two cases of a subject at the same moment: the global order goes round the counties.
    registeredAt: new Date(Date.UTC(2026, 5, 30) - (number * codes.length + place) * 3_600_000).toISOString(),
    // Into each of the next two counties of the ring: 50 cases of ten counties have 100 references, none at home.
    links: Array.from({ length: linksPerCase }, (_, link) => {
      const other = codes[(place + link + 1) % codes.length] ?? county
      return {
        id: `${county}:link${id.slice(11)}${link}`,
        kind: 'UPSTREAM_DOWNSTREAM',
        target: { id: `${other}${id.slice(6)}`, county: { code: other } },
      }
    }),
  }
}
