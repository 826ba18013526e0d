import type { creditListings } from '../credit/credit-listing.table.ts'
import type { Entry, FileFormat } from './format.ts'
import { parseListingCategory } from './listing-category.ts'
import { listingColumns } from './listing-columns.ts'
import { listingStanding, parseListingState } from './listing-state.ts'
import { personCode } from './parties.ts'
import type { Row } from './row.ts'
import { subjectKind } from './subject-kind.ts'

/** Columns of the table that a file fills. */
export type ListingValues = Omit<typeof creditListings.$inferInsert, 'id' | 'contentHash' | 'updatedAt' | 'version'>

/** The list file. */
export const listingFormat: FileFormat<ListingValues> = {
  kind: 'listing',
  columns: listingColumns,
  alternatives: [],
  read,
}

function read(row: Row, today: string): Entry<ListingValues> {
  const documentNumber = row.documentNumber('documentNumber') ?? row.required('documentNumber')
  const party = row.optional('subjectCode') === null ? row.required('subjectCode') : row.code('subjectCode')
  const parsed = typeof party === 'string' ? null : party
  const days = readDays(row, today)
  const state = readState(row)
  const removedReason = row.optional('removedReason')
  const standing = listingStanding({ ...days, state, removedReason }, today)
  if (row.problems.length === 0) row.problems.push(...standing.problems)
  const values: ListingValues = {
    documentNumber,
    subjectCode: parsed?.code ?? '',
    subjectName: row.required('subjectName'),
    legalRepresentative: row.optional('legalRepresentative'),
    legalRepresentativeCode: personCode(row, 'legalRepresentativeCode', 'legalRepresentativeCodeKind')?.code ?? null,
    category: readCategory(row),
    facts: row.required('facts'),
    basis: row.required('basis'),
    organ: row.required('organ'),
    penaltyDocument: row.documentNumber('penaltyDocument'),
    state: standing.state,
    enteredOn: days.listedOn,
    listedOn: days.listedOn,
    publishedFrom: days.publishedFrom,
    publishedUntil: days.publishedUntil,
    effectUntil: standing.effectUntil,
    imposedMeasures: readMeasures(row),
    restrictionUntil: days.restrictionUntil,
    superiorConsent: row.optional('superiorConsent'),
    restoredOn: days.restoredOn,
    removedOn: standing.removedOn,
    removedReason,
    removedBy: row.optional('removedBy'),
  }
  const subject = {
    code: values.subjectCode,
    name: values.subjectName,
    kind: parsed === null ? 'OTHER' : subjectKind(parsed),
    legalRepresentative: values.legalRepresentative ?? null,
    legalRepresentativeCode: values.legalRepresentativeCode ?? null,
  }
  return { documentNumber, values, subject, hashed: { ...values, state, removedOn: days.removedOn } }
}

function readDays(row: Row, today: string) {
  const listedOn = row.day('listedOn')
  if (listedOn === null && row.optional('listedOn') === null) row.reject('listedOn', '为空')
  const from = listedOn ?? today
  const checked = (field: string, past: boolean) => {
    const day = row.day(field)
    if (day !== null && day < from) row.reject(field, '早于列入日期')
    if (day !== null && past && day > today) row.reject(field, '晚于今天')
    return day
  }
  if (listedOn !== null && listedOn > today) row.reject('listedOn', '晚于今天')
  if (listedOn !== null && listedOn < '1949-10-01') row.reject('listedOn', '早于1949年10月1日')
  const publishedFrom = checked('publishedFrom', false)
  const publishedUntil = checked('publishedUntil', false)
  if (publishedFrom !== null && publishedUntil !== null && publishedUntil < publishedFrom) {
    row.reject('publishedUntil', '早于公示起始日期')
  }
  const restrictedUntil = checked('restrictedUntil', false)
  return {
    listedOn: from,
    publishedFrom,
    publishedUntil,
    // The file names the last day of the restriction; the record holds the first day after it.
    restrictionUntil: restrictedUntil === null ? null : nextDay(restrictedUntil),
    restoredOn: checked('restoredOn', true),
    removedOn: checked('removedOn', true),
  }
}

function readState(row: Row) {
  const text = row.optional('state')
  if (text === null) return null
  const state = parseListingState(text)
  if (state === null) row.reject('state', '不是名单状态（如已列入、已公示、提前移出、期满移出、撤销列入、恢复列入）')
  return state
}

function readCategory(row: Row): string {
  const text = row.required('category')
  const category = text === '' ? null : parseListingCategory(text)
  if (text !== '' && category === null) row.reject('category', '不是《办法》第五条至第十一条的列入情形')
  return category ?? ''
}

/** Codes of imposed measures, in one order and each once. */
function readMeasures(row: Row): string[] {
  const codes = (row.optional('imposedMeasures') ?? '')
    .toUpperCase()
    .split(/[、，,；;|/\s]+/)
    .filter((code) => code !== '')
  if (codes.some((code) => !/^[A-Z][A-Z0-9_]*$/.test(code)))
    row.reject('imposedMeasures', '应填惩戒措施清单中的措施代码')
  return [...new Set(codes)].toSorted()
}

function nextDay(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}
