import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import {
  directoryKinds,
  seedFiles,
  SeedRefused,
  type DirectoryContents,
  type DirectoryKind,
  type SeedProblem,
} from '../seed.ts'
import { checkContents } from './check-contents.ts'

/**
 * Reads the seed files of the folders and joins them with the records already held: a kind for which no folder has a
 * file stays as it is, any other becomes what the files say. Throws {@link SeedRefused}.
 */
export async function readSeed(folders: readonly string[], held: DirectoryContents): Promise<DirectoryContents> {
  const problems: SeedProblem[] = []
  const contents = { ...held }
  for (const kind of directoryKinds) {
    const rows = await readKind(kind, folders, problems)
    if (rows !== undefined) Object.assign(contents, { [kind]: rows })
  }
  if (problems.length === 0) problems.push(...checkContents(contents))
  if (problems.length > 0) throw new SeedRefused(problems)
  return contents
}

/** All rows of one kind that are good; the bad ones go to `problems`. Undefined when no folder has the file. */
async function readKind(
  kind: DirectoryKind,
  folders: readonly string[],
  problems: SeedProblem[],
): Promise<unknown[] | undefined> {
  const { file, schema } = seedFiles[kind]
  let rows: unknown[] | undefined
  for (const folder of folders) {
    const path = join(folder, file)
    const text = await readIfThere(path)
    if (text === undefined) continue
    rows ??= []
    const parsed = parseArray(text)
    if (parsed === undefined) {
      problems.push({ file: path, reason: 'is not a JSON array' })
      continue
    }
    for (const [index, row] of parsed.entries()) {
      const result = schema.element.safeParse(row)
      if (result.success) rows.push(result.data)
      else problems.push({ file: path, row: index + 1, reason: reasons(result.error) })
    }
  }
  return rows
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function parseArray(text: string): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function reasons(error: z.ZodError): string {
  return error.issues.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': ')).join('; ')
}
