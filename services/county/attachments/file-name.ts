import { mediaTypes } from './media-type.ts'

/** Other endings of the same type. */
const alsoNamed: Readonly<Record<string, readonly string[]>> = {
  jpg: ['jpeg'],
  tif: ['tiff'],
  heic: ['heif'],
}

/**
 * A name to save a file under: without folders and control characters, and with an ending of its type, whatever its sender
 * called it: what is named `x.exe` and is a text is saved as `x.exe.txt`.
 */
export function fileName(name: string, mediaType: string): string {
  const ending = mediaTypes[mediaType] ?? 'bin'
  const plain = name.replace(/[\p{Cc}\p{Cf}\p{Cs}/\\:*?"<>|]/gu, '_').replace(/^\.+/, '_')
  const given = plain.slice(plain.lastIndexOf('.') + 1).toLowerCase()
  return given === ending || alsoNamed[ending]?.includes(given) ? plain : `${plain}.${ending}`
}
