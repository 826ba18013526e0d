import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  generateSigningKey,
  publicKeyOf,
  readSigningKey,
  writeSecretFile,
  type PublicKey,
  type SigningAlgorithm,
} from '../platform/tokens/keys.ts'

/** Paths of the demo's secrets, and the public keys that go into directory and clients file. */
export interface DemoKeys {
  /** Private JWK and public JWK Set (the trust anchor) of the coordination office. */
  coordination: { file: string; trustFile: string }
  /** Private JWK Set of the issuer. */
  issuer: { file: string }
  gateway: { file: string; pepperFile: string; publicKey: PublicKey }
  /** By county code. */
  counties: Record<string, { file: string; pepperFile: string; publicKey: PublicKey }>
  /** By client id. */
  clients: Record<string, { file: string; publicKey: PublicKey }>
  /** Key of the hit index, 32 bytes as base64url; goes into the directory. */
  hitIndexKey: string
}

/**
 * Makes the demo's keys in `folder` at the first start and reads them later; every file is readable by its owner only.
 * A key that is there is never replaced.
 */
export async function demoKeys(
  folder: string,
  counties: readonly string[],
  clients: readonly string[],
): Promise<DemoKeys> {
  const coordination = await signingKey(join(folder, 'coordination.jwk.json'), 'EdDSA')
  const trustFile = join(folder, 'coordination-trust.jwks.json')
  await keep(trustFile, () => JSON.stringify({ keys: [coordination.publicKey] }, null, 2))
  const issuerFile = join(folder, 'issuer.jwks.json')
  if (!existsSync(issuerFile)) {
    await writeSecretFile(issuerFile, JSON.stringify({ keys: [await generateSigningKey('ES256')] }))
  }
  const pepper = async (name: string): Promise<string> => {
    const file = join(folder, `${name}.pepper`)
    await keep(file, () => randomBytes(32).toString('hex'))
    return file
  }
  const hitIndexFile = join(folder, 'hit-index.key')
  await keep(hitIndexFile, () => randomBytes(32).toString('base64url'))
  const keys: DemoKeys = {
    coordination: { file: coordination.file, trustFile },
    issuer: { file: issuerFile },
    gateway: {
      ...(await signingKey(join(folder, 'gateway.jwk.json'), 'EdDSA')),
      pepperFile: await pepper('gateway'),
    },
    counties: {},
    clients: {},
    hitIndexKey: readFileSync(hitIndexFile, 'utf8').trim(),
  }
  for (const code of counties) {
    const own = await signingKey(join(folder, `county-${code}.jwk.json`), 'EdDSA')
    keys.counties[code] = { ...own, pepperFile: await pepper(`county-${code}`) }
  }
  for (const id of clients) {
    keys.clients[id] = await signingKey(join(folder, 'clients', `${id}.jwk.json`), 'ES256')
  }
  return keys
}

async function signingKey(file: string, alg: SigningAlgorithm): Promise<{ file: string; publicKey: PublicKey }> {
  if (!existsSync(file)) await writeSecretFile(file, JSON.stringify(await generateSigningKey(alg)))
  return { file, publicKey: publicKeyOf(await readSigningKey(file)) }
}

async function keep(file: string, text: () => string): Promise<void> {
  if (!existsSync(file) || readFileSync(file, 'utf8').trim() === '') await writeSecretFile(file, text())
}
