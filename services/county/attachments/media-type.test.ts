import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storedZip } from '../import/zip-fixture.ts'
import { fileName } from './file-name.ts'
import { demandType, mediaTypes } from './media-type.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-types-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

async function judged(contents: Buffer, declared: string): Promise<string> {
  const path = join(folder, 'file')
  writeFileSync(path, contents)
  try {
    await demandType(path, declared)
    return 'taken'
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown'
  }
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const archive = (...names: string[]): Buffer => storedZip(Object.fromEntries(names.map((name) => [name, '<x/>'])))
const office = 'application/vnd.openxmlformats-officedocument'

const samples: [string, () => Buffer][] = [
  ['application/pdf', () => bytes('%PDF-1.7\n')],
  ['image/jpeg', () => bytes('\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF')],
  ['image/png', () => bytes('\u0089PNG\r\n\u001a\n\0\0\0\rIHDR')],
  ['image/tiff', () => bytes('II*\0\b\0\0\0')],
  ['image/webp', () => bytes('RIFF\u0024\0\0\0WEBPVP8 ')],
  ['image/heic', () => bytes('\0\0\0\u0018ftypheic\0\0\0\0mif1heic')],
  ['video/mp4', () => bytes('\0\0\0\u0018ftypisom\0\0\u0002\0isomiso2')],
  ['video/quicktime', () => bytes('\0\0\0\u0014ftypqt  \0\0\0\0qt  ')],
  ['audio/mp4', () => bytes('\0\0\0\u0018ftypM4A \0\0\0\0M4A ')],
  ['audio/mpeg', () => bytes('ID3\u0004\0\0\0\0\0\0')],
  ['audio/mpeg', () => bytes('\u00ff\u00fb\u0090\u0064')],
  ['audio/wav', () => bytes('RIFF\u0024\0\0\0WAVEfmt ')],
  ['text/plain', () => Buffer.from('现场检查情况：\r\n\t无异常。\n', 'utf8')],
  // 检查 in GB18030, and one of its characters of four bytes.
  ['text/plain', () => Buffer.from([0xbc, 0xec, 0xb2, 0xe9, 0x0a, 0x81, 0x30, 0x84, 0x36])],
  ['text/csv', () => Buffer.from('\ufeff名称,数量\n宣传册,3\n', 'utf8')],
  [`${office}.wordprocessingml.document`, () => archive('[Content_Types].xml', 'word/document.xml')],
  [`${office}.spreadsheetml.sheet`, () => archive('[Content_Types].xml', 'xl/workbook.xml')],
  [`${office}.presentationml.presentation`, () => archive('[Content_Types].xml', 'ppt/presentation.xml')],
  ['application/ofd', () => archive('OFD.xml', 'Doc_0/Document.xml')],
]

describe('a file is what its contents say', () => {
  it.each(samples)('%s is taken as itself and as nothing else', async (type, make) => {
    const contents = make()
    expect(await judged(contents, type)).toBe('taken')
    for (const other of Object.keys(mediaTypes)) {
      // Plain text and a table of plain text cannot be told apart.
      if (other === type || (other.startsWith('text/') && type.startsWith('text/'))) continue
      expect(await judged(contents, other), other).not.toBe('taken')
    }
  })

  it.each([
    ['a program of Windows', bytes('MZ\u0090\0\u0003\0\0\0')],
    ['a program of Linux', bytes('\u007fELF\u0002\u0001\u0001\0')],
    ['a page', Buffer.from('\ufeff \n<!DOCTYPE html><html></html>')],
    ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['a script', Buffer.from('#!/bin/sh\nrm -rf /\n')],
    ['a text with a control character', Buffer.from('text\u0000text')],
    ['a text in no encoding', Buffer.from([0x41, 0xff, 0xff, 0x41])],
    ['a text whose last character is cut', Buffer.from([0x41, 0xe6])],
    ['a film for the web (EBML)', Buffer.from([0x1a, 0x45, 0xdf, 0xa3])],
    ['a page in UTF-16', Buffer.from('\ufeff<html>', 'utf16le')],
  ])('%s is refused, whatever it is called', async (_, contents) => {
    for (const type of Object.keys(mediaTypes)) expect(await judged(contents, type), type).not.toBe('taken')
  })

  it('an archive is refused, unless it is one document, without macros, and whole', async () => {
    const word = `${office}.wordprocessingml.document`
    const good = archive('[Content_Types].xml', 'word/document.xml')
    for (const contents of [
      archive('setup.exe', 'readme.txt'),
      archive('word/document.xml'),
      archive('[Content_Types].xml', 'word/document.xml', 'word/vbaProject.bin'),
      archive('[Content_Types].xml', 'word/document.xml', 'OFD.xml'),
      archive('[Content_Types].xml', 'word/document.xml', 'xl/workbook.xml'),
      good.subarray(0, good.length - 30),
    ]) {
      expect(await judged(contents, word)).toBe(
        `The contents are not of the type ${word}, nor of another that is taken.`,
      )
    }
  })

  it('an archive of more parts than a document has is refused, also when all have one name', async () => {
    const part = Buffer.alloc(47)
    part.writeUInt32LE(0x02014b50)
    part.writeUInt16LE(1, 28)
    part.write('a', 46)
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50)
    for (const place of [8, 10]) end.writeUInt16LE(10_003, place)
    const list = Buffer.alloc(10_001 * part.length, part)
    const document = archive('[Content_Types].xml', 'word/document.xml')
    const start = document.readUInt32LE(document.length - 22 + 16)
    end.writeUInt32LE(document.length - 22 - start + list.length, 12)
    end.writeUInt32LE(start, 16)
    const contents = Buffer.concat([document.subarray(0, -22), list, end])
    expect(await judged(contents, `${office}.wordprocessingml.document`)).toContain('nor of another that is taken')
  })

  it('a type that is not taken is refused by its name, and a wrong one is told the right one', async () => {
    for (const type of [
      'text/html',
      'image/svg+xml',
      'application/zip',
      'application/octet-stream',
      '',
      'constructor',
    ]) {
      expect(await judged(bytes('%PDF-1.7'), type)).toContain('Files of this type are not taken.')
    }
    expect(await judged(bytes('%PDF-1.7'), 'image/png')).toBe(
      'The contents are of the type application/pdf, not image/png.',
    )
  })
})

describe('a file is saved under a name', () => {
  it.each([
    ['笔录.pdf', 'application/pdf', '笔录.pdf'],
    ['照片.JPEG', 'image/jpeg', '照片.JPEG'],
    ['setup.exe', 'text/plain', 'setup.exe.txt'],
    ['笔录', 'application/pdf', '笔录.pdf'],
    ['../../etc/passwd', 'text/plain', '__.._etc_passwd.txt'],
    ['a\u202egpj.exe\r\n', 'image/png', 'a_gpj.exe__.png'],
    ['.htaccess', 'text/plain', '_htaccess.txt'],
  ])('%j of type %s as %s', (given, type, expected) => {
    expect(fileName(given, type)).toBe(expected)
  })
})
