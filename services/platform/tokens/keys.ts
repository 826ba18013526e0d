import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose'
import { z } from 'zod'

/** The signature algorithms of the exchange. */
export type SigningAlgorithm = 'EdDSA' | 'ES256'

/** A private key for signing, as JWK; `kid` is its RFC 7638 thumbprint unless the file names another. */
export type SigningKey = JWK & { kid: string; alg: SigningAlgorithm; d: string }

/** The public part of a {@link SigningKey}, as the directory publishes it. */
export type PublicKey = JWK & { kid: string; alg: SigningAlgorithm; kty: string }

/** A key file that cannot be used. The message says why and never quotes the file. */
export class KeyRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'KeyRefused'
  }
}

const jwkSchema = z.union([
  z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
  z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
])
const jwksSchema = z.object({ keys: z.array(z.unknown()).min(1) })
const expected = 'an Ed25519 (EdDSA) or P-256 (ES256) key as JWK'

/** Makes a new key pair; `kid` is its thumbprint. */
export async function generateSigningKey(alg: SigningAlgorithm = 'EdDSA'): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return asSigningKey(await exportJWK(privateKey))
}

/** The public part of a key, with nothing in it that signs. */
export function publicKeyOf(key: SigningKey): PublicKey {
  const { kty, crv, x, y, kid, alg } = key
  if (kty === undefined || crv === undefined || x === undefined) throw new KeyRefused(`The key is not ${expected}.`)
  return { kty, crv, x, ...(y === undefined ? {} : { y }), kid, alg, use: 'sig' }
}

/** Reads the text of a private JWK. Throws {@link KeyRefused}. */
export async function parseSigningKey(text: string): Promise<SigningKey> {
  return asSigningKey(parseJson(text))
}

/** Reads the text of a private JWKS, e.g. the issuer's: the first key signs. Throws {@link KeyRefused}. */
export async function parseSigningKeys(text: string): Promise<[SigningKey, ...SigningKey[]]> {
  const [first, ...others] = await Promise.all(keysOf(parseJson(text)).map(asSigningKey))
  if (!first) throw new KeyRefused('The file is not a JWK Set with at least one key.')
  return [first, ...others]
}

/** Reads the text of a public JWKS, e.g. the trust anchor; a private key in it is refused. Throws {@link KeyRefused}. */
export async function parsePublicKeys(text: string): Promise<JSONWebKeySet & { keys: PublicKey[] }> {
  return { keys: await Promise.all(keysOf(parseJson(text)).map(asPublicKey)) }
}

/** Reads a private JWK from a file. */
export async function readSigningKey(file: string): Promise<SigningKey> {
  return parseSigningKey(await readFile(file, 'utf8'))
}

/**
 * Writes a secret so that only this user can read it: temporary name, mode 0600, then renamed. Unless it may `replace`
 * a file, it rejects with EEXIST where there is one.
 */
export async function writeSecretFile(file: string, text: string, { replace = true } = {}): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, text, { mode: 0o600, flag: 'wx', flush: true })
    // A rename would replace, a link never does.
    if (replace) await rename(temporary, file)
    else await link(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function asSigningKey(value: unknown): Promise<SigningKey> {
  const key = await asKey(value)
  const d = 'd' in key ? key.d : undefined
  if (typeof d !== 'string') throw new KeyRefused('The key has no private part ("d").')
  const signing = { ...key, d }
  try {
    await importJWK(signing, signing.alg)
  } catch {
    throw new KeyRefused(`The key is not ${expected}: its parts do not fit together.`)
  }
  return signing
}

async function asPublicKey(value: unknown): Promise<PublicKey> {
  const key = await asKey(value)
  if ('d' in key)
    throw new KeyRefused('A file of public keys holds a private key ("d"). Remove it and replace that key.')
  return key
}

async function asKey(value: unknown): Promise<PublicKey> {
  const result = jwkSchema.safeParse(value)
  if (!result.success) throw new KeyRefused(`The key is not ${expected}.`)
  const { kid, alg, ...members } = result.data
  const algorithm = members.kty === 'OKP' ? 'EdDSA' : 'ES256'
  if (alg !== undefined && alg !== algorithm)
    throw new KeyRefused(`The key's "alg" does not fit: ${algorithm} is expected.`)
  return { ...members, alg: algorithm, kid: typeof kid === 'string' ? kid : await calculateJwkThumbprint(members) }
}

function keysOf(value: unknown): unknown[] {
  const result = jwksSchema.safeParse(value)
  if (!result.success) throw new KeyRefused('The file is not a JWK Set with at least one key.')
  return result.data.keys
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new KeyRefused('The file is not JSON.')
  }
}
