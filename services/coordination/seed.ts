import { z } from 'zod'
import { hitIndexEpochSchema, snapshotSchema, superiorSchema } from '../platform/directory/snapshot.ts'

const shape = snapshotSchema.shape

/**
 * The kinds of record that the directory is made of: for each, the file that holds it in a seed folder (a JSON array)
 * and the schema of the array. A file may stand in several folders; their rows are joined.
 */
export const seedFiles = {
  counties: { file: 'counties.json', schema: shape.counties },
  agencies: { file: 'agencies.json', schema: shape.agencies },
  agreements: { file: 'agreements.json', schema: shape.agreements },
  measures: { file: 'measures.json', schema: shape.measures },
  matters: { file: 'matters.json', schema: shape.matters },
  acts: { file: 'acts.json', schema: shape.acts },
  calendars: { file: 'calendars.json', schema: shape.calendars },
  issuers: { file: 'issuers.json', schema: shape.issuers },
  gateways: { file: 'gateways.json', schema: shape.gateways },
  hitIndexEpochs: { file: 'hit-index-epochs.json', schema: z.array(hitIndexEpochSchema) },
  superiors: { file: 'superiors.json', schema: z.array(superiorSchema) },
} as const

/** A kind of record of the directory. */
export type DirectoryKind = keyof typeof seedFiles

/** The records of the directory, by kind. */
export type DirectoryContents = { [Kind in DirectoryKind]: z.infer<(typeof seedFiles)[Kind]['schema']> }

/** The kinds of record, in the order in which they are checked and written. */
export const directoryKinds = [
  'counties',
  'agencies',
  'agreements',
  'measures',
  'matters',
  'acts',
  'calendars',
  'issuers',
  'gateways',
  'hitIndexEpochs',
  'superiors',
] as const satisfies readonly DirectoryKind[]

/** Where a row stands and why it was refused. */
export interface SeedProblem {
  file: string
  /** Position in the file, from 1, or the row's key; absent when the whole file is meant. */
  row?: number | string
  reason: string
}

/** Seed files that cannot be used; the message lists every bad row at once. Nothing of them has been loaded. */
export class SeedRefused extends Error {
  readonly problems: readonly SeedProblem[]
  constructor(problems: readonly SeedProblem[]) {
    const lines = problems.map(
      ({ file, row, reason }) => `  ${file}${row === undefined ? '' : `, row ${row}`}: ${reason}`,
    )
    super(`The directory cannot be loaded:\n${lines.join('\n')}`)
    this.name = 'SeedRefused'
    this.problems = problems
  }
}
