import { asc, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database } from '../../platform/database.ts'
import { seedFiles, type DirectoryContents } from '../seed.ts'
import {
  acts,
  agencies,
  agreements,
  calendars,
  counties,
  gateways,
  hitIndexEpochs,
  issuers,
  matters,
  measures,
  releases,
  superiors,
} from './directory.table.ts'

/** Serial of the directory and the contents it stands for. */
export interface Release {
  serial: number
  contentsHash: string
}

/** One writer of the directory at a time; held until the transaction ends. */
const directoryLock = 0x6469726e

const contentsSchema = z.object({
  counties: seedFiles.counties.schema,
  agencies: seedFiles.agencies.schema,
  agreements: seedFiles.agreements.schema,
  measures: seedFiles.measures.schema,
  matters: seedFiles.matters.schema,
  acts: seedFiles.acts.schema,
  calendars: seedFiles.calendars.schema,
  issuers: seedFiles.issuers.schema,
  gateways: seedFiles.gateways.schema,
  hitIndexEpochs: seedFiles.hitIndexEpochs.schema,
  superiors: seedFiles.superiors.schema,
})

/** All records, in their order. Rows that do not meet their schema, whoever wrote them, are refused by a ZodError. */
export async function readContents(db: Database): Promise<DirectoryContents> {
  return contentsSchema.parse({
    counties: await db.select().from(counties).orderBy(asc(counties.position)),
    agencies: (await db.select().from(agencies).orderBy(asc(agencies.position))).map(({ system, ...row }) =>
      system === null ? row : { ...row, system },
    ),
    agreements: await db.select().from(agreements).orderBy(asc(agreements.position)),
    measures: await db.select().from(measures).orderBy(asc(measures.position)),
    matters: await db.select().from(matters).orderBy(asc(matters.position)),
    acts: await db.select().from(acts).orderBy(asc(acts.position)),
    calendars: await db.select().from(calendars).orderBy(asc(calendars.position)),
    issuers: await db.select().from(issuers).orderBy(asc(issuers.position)),
    gateways: await db.select().from(gateways).orderBy(asc(gateways.position)),
    hitIndexEpochs: await db.select().from(hitIndexEpochs).orderBy(asc(hitIndexEpochs.position)),
    superiors: await db.select().from(superiors).orderBy(asc(superiors.position)),
  })
}

/** Makes the records exactly these. */
export async function replaceContents(tx: Database, contents: DirectoryContents): Promise<void> {
  const authorities = [agencies, counties, superiors, agreements]
  const catalogues = [measures, matters, acts, calendars]
  for (const table of [...authorities, ...catalogues, issuers, gateways, hitIndexEpochs]) await tx.delete(table)
  if (contents.counties.length > 0) await tx.insert(counties).values(contents.counties.map(placed))
  if (contents.agencies.length > 0) await tx.insert(agencies).values(contents.agencies.map(placed))
  if (contents.agreements.length > 0) await tx.insert(agreements).values(contents.agreements.map(placed))
  if (contents.measures.length > 0) await tx.insert(measures).values(contents.measures.map(placed))
  if (contents.matters.length > 0) await tx.insert(matters).values(contents.matters.map(placed))
  if (contents.acts.length > 0) await tx.insert(acts).values(contents.acts.map(placed))
  if (contents.calendars.length > 0) await tx.insert(calendars).values(contents.calendars.map(placed))
  if (contents.issuers.length > 0) await tx.insert(issuers).values(contents.issuers.map(placed))
  if (contents.gateways.length > 0) await tx.insert(gateways).values(contents.gateways.map(placed))
  if (contents.hitIndexEpochs.length > 0) await tx.insert(hitIndexEpochs).values(contents.hitIndexEpochs.map(placed))
  if (contents.superiors.length > 0) await tx.insert(superiors).values(contents.superiors.map(placed))
}

/** The serial in force; undefined before the first load. */
export async function readRelease(db: Database): Promise<Release | undefined> {
  const [row] = await db.select().from(releases)
  return row && { serial: row.serial, contentsHash: row.contentsHash }
}

/** Writes the serial. */
export async function writeRelease(tx: Database, release: Release, changedAt: Date): Promise<void> {
  const values = { id: 'directory', ...release, changedAt }
  await tx.insert(releases).values(values).onConflictDoUpdate({ target: releases.id, set: values })
}

/** Waits until no other process writes the directory. */
export async function lockDirectory(tx: Database): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${directoryLock})`)
}

function placed<Row extends object>(row: Row, position: number): Row & { position: number } {
  return { ...row, position }
}
