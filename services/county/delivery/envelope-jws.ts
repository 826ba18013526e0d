import { createHash } from 'node:crypto'
import { compactVerify, decodeProtectedHeader, importJWK } from 'jose'
import type { Directory } from '../../platform/directory/directory.ts'
import { signatureAlgorithms } from '../../platform/directory/snapshot-lookups.ts'
import type { CountyEntry } from '../../platform/directory/snapshot.ts'
import { memoise } from '../../platform/memoise.ts'
import { canonicalJws } from '../../platform/tokens/canonical-jws.ts'
import { keyHoldsAt } from '../../platform/tokens/key-validity.ts'
import {
  type Acknowledgement,
  type EnvelopePayload,
  type RefusalCode,
  acknowledgementSchema,
  envelopeSchema,
} from './contract.ts'

/** `typ` of a signed envelope. */
export const envelopeType = 'envelope+jws'
/** `typ` of a signed acknowledgement. */
export const acknowledgementType = 'acknowledgement+jws'
/** The most characters that an envelope's JWS may have. */
export const largestEnvelope = 262_144

const compactShape = /^[\w-]+\.([\w-]+)\.[\w-]*$/

type DirectoryKey = CountyEntry['keys'][number]

/** SHA-256 of a JWS, hex: how envelopes and acknowledgements name each other. */
export function hashOf(jws: string): string {
  return createHash('sha256').update(jws).digest('hex')
}

/** A document that was signed by the county that it names. */
export interface Verified {
  ok: true
  jws: string
  hash: string
  payload: EnvelopePayload
}

/** A document that nobody can be held to. */
export interface Unverified {
  ok: false
  /** As evidence: what no database takes is replaced. */
  jws: string
  hash: string
  code: RefusalCode
  reason: string
  /** What it says of itself, unproven. */
  claimed: { id: string | null; matter: string | null; sender: string | null }
}

/** Reads what others signed. */
export interface DocumentReader {
  /** An envelope, verified by the sender's key as of the time it bears, or what is wrong with it. Throws the directory's errors. */
  envelope(jws: string): Promise<Verified | Unverified>
  /** An acknowledgement by `recipient`; undefined when it is none, or signed by anybody else. */
  acknowledgement(jws: string, recipient: string): Promise<Acknowledgement | undefined>
}

const imported = memoise((key: DirectoryKey) => importJWK(key, key.alg))

/** A reader by the directory's keys. */
export function createDocumentReader(directory: Pick<Directory, 'node'>): DocumentReader {
  return {
    async envelope(jws) {
      const hash = hashOf(jws)
      const raw = decodePayload(jws)
      const refuse = (code: RefusalCode, reason: string): Unverified => ({
        ok: false,
        jws: storable(jws),
        hash,
        code,
        reason: storable(reason),
        claimed: { id: textOf(raw, 'id'), matter: textOf(raw, 'matter'), sender: textOf(raw, 'sender') },
      })
      if (jws.length > largestEnvelope) return refuse('MALFORMED', `It is longer than ${largestEnvelope} characters.`)
      const sender = textOf(raw, 'sender')
      if (raw === undefined || sender === null) return refuse('SIGNATURE_INVALID', 'It is no signed envelope.')
      const at = Date.parse(textOf(raw, 'at') ?? '')
      const checked = await verify(jws, envelopeType, sender, at, directory)
      if (checked !== 'GOOD') return refuse(checked, reasons[checked])
      const parsed = envelopeSchema.safeParse(raw)
      if (!parsed.success) {
        const [issue] = parsed.error.issues
        return refuse(
          'MALFORMED',
          `The envelope is not complete: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
        )
      }
      return { ok: true, jws, hash, payload: parsed.data }
    },
    async acknowledgement(jws, recipient) {
      if (jws.length > largestEnvelope) return undefined
      const parsed = acknowledgementSchema.safeParse(decodePayload(jws))
      if (!parsed.success || parsed.data.recipient !== recipient) return undefined
      const at = Date.parse(parsed.data.receivedAt)
      return (await verify(jws, acknowledgementType, recipient, at, directory)) === 'GOOD' ? parsed.data : undefined
    },
  }
}

const reasons = {
  KEY_UNKNOWN: 'The directory does not list the key that it names for its sender.',
  KEY_EXPIRED: 'The key that it names was not valid at the time that it bears.',
  SIGNATURE_INVALID: 'The signature is not that of the key that it names.',
}

async function verify(
  jws: string,
  typ: string,
  signer: string,
  at: number,
  directory: Pick<Directory, 'node'>,
): Promise<'GOOD' | keyof typeof reasons> {
  let header: ReturnType<typeof decodeProtectedHeader>
  try {
    header = decodeProtectedHeader(jws)
  } catch {
    return 'SIGNATURE_INVALID'
  }
  if (header.typ !== typ) return 'SIGNATURE_INVALID'
  const key = directory.node(signer)?.keys.find(({ kid }) => kid === header.kid)
  if (!key) return 'KEY_UNKNOWN'
  if (Number.isNaN(at) || !keyHoldsAt(key, at)) return 'KEY_EXPIRED'
  // In another form it would have another hash, and look like a second document of its signer.
  if (canonicalJws(jws, key.alg) !== jws) return 'SIGNATURE_INVALID'
  try {
    await compactVerify(jws, await imported(key), {
      algorithms: signatureAlgorithms.filter((each) => each === key.alg),
    })
    return 'GOOD'
  } catch {
    return 'SIGNATURE_INVALID'
  }
}

/** The payload of a compact JWS, unverified; undefined when it is none. */
export function decodePayload(jws: string): Record<string, unknown> | undefined {
  const [, payload] = compactShape.exec(jws) ?? []
  if (payload === undefined) return undefined
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(payload, 'base64url'))
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** The payload of an envelope that has been verified and stored. */
export function storedPayload(jws: string): EnvelopePayload {
  return envelopeSchema.parse(decodePayload(jws))
}

function textOf(raw: Record<string, unknown> | undefined, name: string): string | null {
  const value = raw?.[name]
  return typeof value === 'string' && value.length <= 200 && storable(value) === value ? value : null
}

/** A text without what no database takes: control characters and halves of characters become question marks. */
export function storable(text: string): string {
  return text.replaceAll(/\p{Cc}|\p{Cs}/gu, '?')
}
