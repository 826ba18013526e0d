import { open, stat } from 'node:fs/promises'
import { badInput } from '../../platform/errors.ts'
import { openCsv } from './csv-source.ts'
import type { Source } from './source.ts'
import { openXlsx } from './xlsx-source.ts'

/** Opens an official file by its contents, whatever its name says. Throws BAD_USER_INPUT with what to do about it. */
export async function openSource(path: string): Promise<Source> {
  const beginning = await readBeginning(path)
  if (beginning.length === 0) throw badInput(`${path} is empty.`)
  if (beginning.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004', 'latin1'))) return openXlsx(path)
  if (beginning.subarray(0, 4).equals(Buffer.from([0xd0, 0xcf, 0x11, 0xe0]))) {
    throw badInput(
      `${path} is an old .xls workbook or is protected by a password. Save it as .xlsx or CSV without one.`,
    )
  }
  const text = beginning.toString('latin1').trimStart().toLowerCase()
  if (/^(<\?xml|<!doctype|<html|<table|<meta|<head|mime-version:)/.test(text)) {
    throw badInput(
      `${path} is a web page, though it may be named like a workbook. Open it and save it as .xlsx or CSV.`,
    )
  }
  if (text.startsWith('%pdf')) throw badInput(`${path} is a PDF. Get the file as .xlsx or CSV.`)
  return openCsv(path)
}

async function readBeginning(path: string): Promise<Buffer> {
  try {
    if (!(await stat(path)).isFile()) throw badInput(`${path} is not a file.`)
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT') throw badInput(`There is no file ${path}.`)
    if (code === 'EACCES' || code === 'EPERM') throw badInput(`${path} may not be read by this user.`)
    throw error
  }
}
