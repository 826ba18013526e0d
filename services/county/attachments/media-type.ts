import { open } from 'node:fs/promises'
import { badInput } from '../../platform/errors.ts'
import { isPlainText } from './plain-text.ts'
import { archiveType } from './archive-type.ts'

const headBytes = 512

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const slides = 'application/vnd.openxmlformats-officedocument.presentationml.presentation'

/**
 * Media types that are taken, each with the ending of its files: what enforcement files consist of (证据 art. 46: papers,
 * audio-visual and electronic data), scanned, photographed or written. Nothing that a program runs or a browser shows as a
 * page: no HTML, SVG, scripts, programs, macros, and no archive in which anything could be.
 */
export const mediaTypes: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/ofd': 'ofd',
  [word]: 'docx',
  [sheet]: 'xlsx',
  [slides]: 'pptx',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'text/plain': 'txt',
  'text/csv': 'csv',
}

/** ISO base media files (ISO/IEC 14496-12) by their major brand. */
const brands: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['heic', 'heix', 'heim', 'heis', 'mif1'].map((brand) => [brand, 'image/heic'])),
  ...Object.fromEntries(
    ['isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'M4V ', 'MSNV', 'dash'].map((brand) => [
      brand,
      'video/mp4',
    ]),
  ),
  'qt  ': 'video/quicktime',
  'M4A ': 'audio/mp4',
}

/** Refuses a media type that is not taken: BAD_USER_INPUT. */
export function demandTaken(mediaType: string): void {
  if (Object.hasOwn(mediaTypes, mediaType)) return
  throw badInput(`Files of this type are not taken. Taken are ${Object.keys(mediaTypes).join(', ')}.`, 'content-type')
}

/** Refuses a file whose contents are not of the declared type: BAD_USER_INPUT. The name does not count. */
export async function demandType(path: string, declared: string): Promise<void> {
  demandTaken(declared)
  const found = declared.startsWith('text/')
    ? (await isPlainText(path)) && (await binaryType(path)) === undefined
      ? declared
      : undefined
    : await binaryType(path)
  if (found === declared) return
  throw badInput(
    found === undefined
      ? `The contents are not of the type ${declared}, nor of another that is taken.`
      : `The contents are of the type ${found}, not ${declared}.`,
    'content-type',
  )
}

/** The type that the first bytes show, and for a ZIP file its contents; undefined for one that is not taken. */
async function binaryType(path: string): Promise<string | undefined> {
  const head = await headOf(path)
  if (!head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'))) return typeOfHead(head)
  const found = await archiveType(path)
  return found && { word, sheet, slides, ofd: 'application/ofd' }[found]
}

function typeOfHead(head: Buffer): string | undefined {
  const text = (from: number, to: number): string => head.toString('latin1', from, to)
  if (text(0, 5) === '%PDF-') return 'application/pdf'
  if (text(0, 3) === '\u00ff\u00d8\u00ff') return 'image/jpeg'
  if (text(0, 8) === '\u0089PNG\r\n\u001a\n') return 'image/png'
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4))) return 'image/tiff'
  if (text(0, 4) === 'RIFF') return { WEBP: 'image/webp', WAVE: 'audio/wav' }[text(8, 12)]
  if (text(4, 8) === 'ftyp') return brands[text(8, 12)]
  return text(0, 3) === 'ID3' || isMpegAudio(head) ? 'audio/mpeg' : undefined
}

/** An MPEG audio frame of layer III: sync, a version, a bit rate and a sampling rate that exist. */
function isMpegAudio(head: Buffer): boolean {
  const [first = 0, second = 0, third = 0] = head
  const isLayer3 = first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08
  return isLayer3 && third >> 4 !== 0xf && third >> 4 !== 0 && (third & 0x0c) !== 0x0c
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
