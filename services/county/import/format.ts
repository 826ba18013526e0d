import type { subjects } from '../registry/subject.table.ts'
import type { Column } from './headings.ts'
import type { Row } from './row.ts'

/** The two official files: 双公示 行政处罚 and 严重违法失信名单. */
export type FileKind = 'penalty' | 'listing'

/** What a row says about its subject, for the county's register. */
export type SubjectRow = Omit<typeof subjects.$inferInsert, 'updatedAt'>

/** One valid row. */
export interface Entry<Values = Record<string, unknown>> {
  documentNumber: string
  /** Columns of the table without id, hash, version and time. */
  values: Values
  subject: SubjectRow
  /** Everything the file says, and nothing that depends on the day of import: what the content hash is made of. */
  hashed: unknown
}

/** How one of the files is read. */
export interface FileFormat<Values = Record<string, unknown>> {
  kind: FileKind
  columns: readonly Column[]
  /** Groups of fields of which the file must have at least one. */
  alternatives: readonly (readonly string[])[]
  /** Reads a row; what is wrong is noted in `row.problems`, and then the result is not used. `today` is `YYYY-MM-DD`. */
  read(row: Row, today: string): Entry<Values>
}
