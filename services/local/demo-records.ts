import { join } from 'node:path'
import type { AgencyEntry, CountyEntry, Snapshot } from '../platform/directory/snapshot.ts'
import { packageRoot } from '../platform/package-root.ts'
import { type DemoClient, demoClients } from './demo-clients.ts'
import type { DemoKeys } from './keys.ts'
import { demoCounties } from './demo-counties.ts'
import type { LocalAddresses } from './addresses.ts'
import { writeJson } from './write-json.ts'

/** Audience of the demo's access tokens. */
export const demoAudience = 'urn:liandong:exchange'
/** Identifier of the demo's gateway. */
export const demoGateway = 'gateway-local'

/** Before any day of the demo's data. */
const demoEpochFrom = '2026-01-01T00:00:00Z'

/** The files that {@link writeDemoRecords} writes. */
export interface DemoRecords {
  /** Folders of the directory's seed files: the catalogue and agreements of the package, then those of this machine. */
  seedFolders: string[]
  clientsFile: string
  playgroundClientsFile: string
}

/**
 * Writes what depends on this machine's ports and keys: the directory's counties, agencies, issuers, gateways and key
 * of the hit index (as seed files in `<home>/seed`), and the issuer's clients file.
 */
export function writeDemoRecords(home: string, keys: DemoKeys, addresses: LocalAddresses): DemoRecords {
  const seedFolder = join(home, 'seed')
  const counties = demoCounties.map(({ code, name }): CountyEntry => ({
    code,
    name,
    codeSystem: 'GBT2260',
    status: 'ACTIVE',
    url: `${addresses.counties[code]}/graphql`,
    keys: publicKeys(keys.counties[code]?.publicKey),
  }))
  const agencies = demoClients.map(({ id, name, county, scopes, system }): AgencyEntry => ({
    id,
    name,
    county,
    scopes: [...scopes],
    ...(system !== undefined && { system }),
  }))
  const issuers: Snapshot['issuers'] = [
    { issuer: addresses.issuer, audience: demoAudience, jwksUri: `${addresses.issuer}/jwks` },
  ]
  const gateways: Snapshot['gateways'] = [
    { id: demoGateway, url: `${addresses.gateway}/graphql`, keys: publicKeys(keys.gateway.publicKey) },
  ]
  const hitIndexEpochs: Snapshot['hitIndexEpochs'] = [{ id: 'demo', key: keys.hitIndexKey, from: demoEpochFrom }]
  writeJson(join(seedFolder, 'counties.json'), counties)
  writeJson(join(seedFolder, 'agencies.json'), agencies)
  writeJson(join(seedFolder, 'issuers.json'), issuers)
  writeJson(join(seedFolder, 'gateways.json'), gateways)
  writeJson(join(seedFolder, 'hit-index-epochs.json'), hitIndexEpochs)

  const clientsFile = join(home, 'issuer-clients.json')
  writeJson(
    clientsFile,
    demoClients.map(({ id, county, scopes }) => ({
      client_id: id,
      county,
      scopes,
      jwks: { keys: publicKeys(keys.clients[id]?.publicKey) },
    })),
  )
  const playgroundClientsFile = join(home, 'playground-clients.json')
  writeJson(playgroundClientsFile, {
    issuer: addresses.issuer,
    // First one that every example works for; the page begins with the first.
    clients: demoClients.toSorted(byScopes).map(({ id, label, purpose, officer }) => ({
      id,
      label,
      purpose,
      officer,
      keyFile: keys.clients[id]?.file,
    })),
  })
  const packaged = ['services/coordination/catalogue', 'services/local/demo-directory']
  return {
    seedFolders: [...packaged.map((folder) => join(packageRoot(), folder)), seedFolder],
    clientsFile,
    playgroundClientsFile,
  }
}

function byScopes(a: DemoClient, b: DemoClient): number {
  return b.scopes.length - a.scopes.length
}

function publicKeys(key: DemoKeys['gateway']['publicKey'] | undefined): DemoKeys['gateway']['publicKey'][] {
  return key === undefined ? [] : [key]
}
