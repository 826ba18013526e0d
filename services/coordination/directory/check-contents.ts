import { type DirectoryContents, seedFiles, type SeedProblem } from '../seed.ts'

const epochsFile = seedFiles.hitIndexEpochs.file

/**
 * Whether the records fit together: keys are unique, and whatever names a county, matter or scope names one that is
 * there. The result lists every row that does not, with the file it belongs to.
 */
export function checkContents(contents: DirectoryContents): SeedProblem[] {
  const counties = new Set(contents.counties.map((county) => county.code))
  const matters = new Set(contents.matters.map((matter) => matter.code))
  const unknownCounties = (codes: readonly string[]): string[] =>
    codes.filter((code) => !counties.has(code)).map((code) => `county ${code} is not in counties.json`)
  const nodes = contents.superiors.flatMap(({ node }) => (node ? [node.code] : []))

  return [
    ...uniqueKeys('counties.json', contents.counties, (row) => row.code),
    ...uniqueKeys('agencies.json', contents.agencies, (row) => row.id),
    ...uniqueKeys('agreements.json', contents.agreements, (row) => row.id),
    ...uniqueKeys('measures.json', contents.measures, (row) => row.code),
    ...uniqueKeys('matters.json', contents.matters, (row) => row.code),
    ...uniqueKeys('acts.json', contents.acts, (row) => row.code),
    ...uniqueKeys('calendars.json', contents.calendars, (row) => row.id),
    ...uniqueKeys('issuers.json', contents.issuers, (row) => row.issuer),
    ...uniqueKeys('gateways.json', contents.gateways, (row) => row.id),
    ...uniqueKeys(epochsFile, contents.hitIndexEpochs, (row) => row.id),
    // Two that begin at the same moment: nobody could say which is in use.
    ...uniqueKeys(epochsFile, contents.hitIndexEpochs, (row) => new Date(row.from).toISOString()),
    ...problemsOfKeys(contents.hitIndexEpochs),
    ...uniqueKeys('superiors.json', contents.superiors, (row) => row.id),
    // A node is one party: a superior's code is neither a county's nor another superior's.
    ...uniqueKeys('superiors.json', [...nodes, ...counties], (code) => code),
    ...contents.superiors.flatMap(({ id, over }) =>
      problems('superiors.json', id, [
        ...unknownCounties(over.map(({ county }) => county)),
        ...over.flatMap(({ from, until }) => periodProblems({ validFrom: from, validUntil: until })),
      ]),
    ),
    ...contents.agencies.flatMap((agency) =>
      problems('agencies.json', agency.id, nodes.includes(agency.county) ? [] : unknownCounties([agency.county])),
    ),
    ...contents.agreements.flatMap((agreement) =>
      problems('agreements.json', agreement.id, [
        ...unknownCounties(agreement.parties),
        ...agreement.signedBy
          .filter((county) => !agreement.parties.includes(county))
          .map((county) => `${county} has signed but is no party`),
        ...periodProblems(agreement),
      ]),
    ),
    ...contents.measures.flatMap((measure) =>
      problems('measures.json', measure.code, [
        ...(measure.matters ?? [])
          .filter((matter) => !matters.has(matter))
          .map((matter) => `matter ${matter} is not in matters.json`),
        ...periodProblems(measure),
      ]),
    ),
    ...contents.calendars.flatMap((calendar) => problems('calendars.json', calendar.id, calendarProblems(calendar))),
  ]
}

/** A key that was taken over from another epoch changes nothing. The key itself is not shown. */
function problemsOfKeys(epochs: DirectoryContents['hitIndexEpochs']): SeedProblem[] {
  return epochs
    .filter(({ key }, index) => epochs.findIndex((other) => other.key === key) !== index)
    .map(({ id }) => ({ file: epochsFile, row: id, reason: 'has the key of another epoch' }))
}

function problems(file: string, row: string, reasons: readonly string[]): SeedProblem[] {
  return reasons.map((reason) => ({ file, row, reason }))
}

function uniqueKeys<T>(file: string, rows: readonly T[], key: (row: T) => string): SeedProblem[] {
  const keys = rows.map(key)
  const repeated = new Set(keys.filter((value, index) => keys.indexOf(value) !== index))
  return [...repeated].map((value) => ({ file, row: value, reason: 'stands there more than once' }))
}

function periodProblems(row: { validFrom: string; validUntil: string | null }): string[] {
  return row.validUntil !== null && row.validUntil <= row.validFrom ? ['validUntil is not after validFrom'] : []
}

/** A holiday that falls on a weekend, or a make-up day that falls on a weekday, is a slip of the pen. */
function calendarProblems(calendar: DirectoryContents['calendars'][number]): string[] {
  const isOutside = (day: string): boolean => day < calendar.from || day > calendar.to
  return [
    ...(calendar.to <= calendar.from ? ['"to" is not after "from"'] : []),
    ...calendar.holidays.filter(isWeekend).map((day) => `holiday ${day} is a weekend day`),
    ...calendar.makeUpDays.filter((day) => !isWeekend(day)).map((day) => `make-up day ${day} is a weekday`),
    ...[...calendar.holidays, ...calendar.makeUpDays].filter(isOutside).map((day) => `${day} is outside the calendar`),
  ]
}

function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())
}
