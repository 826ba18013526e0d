/** One row as it stands in the file. */
export interface SourceRow {
  /** Line (CSV) or row (XLSX) on which it begins, from 1. */
  line: number
  /** The cells' text; spreadsheet numbers in plain digits. */
  cells: string[]
}

/** An open file. */
export interface Source {
  /** Rows in order, read as they are asked for. */
  rows(): AsyncGenerator<SourceRow, void, undefined>
  /** How far reading has come, from 0 to 1. */
  progress(): number
  /** Spreadsheet serial days count from 1904. */
  date1904: boolean
  close(): Promise<void>
}
