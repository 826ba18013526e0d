import { join } from 'node:path'
import { localAddresses } from './addresses.ts'
import { demoCounties } from './demo-counties.ts'
import { demoAudience, demoGateway, type DemoRecords } from './demo-records.ts'
import type { DemoKeys } from './keys.ts'
import { programPath } from './program-path.ts'
import type { ProcessSpec } from './processes.ts'
import type { LocalSettings } from './settings.ts'

/** Every process of the demo, and where the signed directory is published. */
export interface LocalProcesses {
  coordination: ProcessSpec
  issuer: ProcessSpec
  counties: ProcessSpec[]
  gateway: ProcessSpec
  directoryUrl: string
}

/** PGlite folder of a process. */
export function dataFolder(home: string, name: string): string {
  return join(home, 'data', name)
}

/** A county's mark that tells a restored database, and its folder of files. */
export function countyFolders(home: string, code: string): { markFile: string; attachmentsDir: string } {
  return { markFile: join(home, 'cache', `delivery-${code}.mark`), attachmentsDir: join(home, 'files', code) }
}

/** The processes with their environment, as a real deployment would set it (see docker-compose.yml). */
export function processSpecs(settings: LocalSettings, keys: DemoKeys, records: DemoRecords): LocalProcesses {
  const addresses = localAddresses(settings)
  const { home, host, logLevel, ports } = settings
  const directoryUrl = `${addresses.coordination}/directory`
  const common = { HOST: host, LOG_LEVEL: logLevel, NODE_ENV: 'production' }
  const database = (name: string): Record<string, string> => {
    const url = settings.databases[name]
    return url === undefined ? { DATA_DIR: dataFolder(home, name) } : { DATABASE_URL: url }
  }
  const directory = (name: string): Record<string, string> => ({
    DIRECTORY_URL: directoryUrl,
    DIRECTORY_TRUST_FILE: keys.coordination.trustFile,
    DIRECTORY_CACHE_FILE: join(home, 'cache', `directory-${name}.jws`),
  })
  const spec = (name: string, module: string, url: string, env: Record<string, string>): ProcessSpec => ({
    name,
    program: programPath(module),
    env: { ...common, ...env },
    url,
    readyUrl: `${url}/health/ready`,
  })

  return {
    directoryUrl,
    coordination: spec('coordination', 'services/coordination/main.js', addresses.coordination, {
      ...database('coordination'),
      PORT: String(ports.coordination),
      COORDINATION_KEY_FILE: keys.coordination.file,
      DIRECTORY_SEED_DIR: records.seedFolders.join(':'),
    }),
    issuer: spec('issuer', 'services/issuer/main.js', addresses.issuer, {
      PORT: String(ports.issuer),
      ISSUER_URL: addresses.issuer,
      ISSUER_AUDIENCE: demoAudience,
      ISSUER_KEY_FILE: keys.issuer.file,
      ISSUER_CLIENTS_FILE: records.clientsFile,
    }),
    counties: demoCounties.map(({ code }) => {
      const name = `county-${code}`
      const own = keys.counties[code]
      const { markFile, attachmentsDir } = countyFolders(home, code)
      return spec(name, 'services/county/main.js', addresses.counties[code] ?? '', {
        ...database(name),
        ...directory(name),
        PORT: String(ports.counties[code]),
        COUNTY_CODE: code,
        COUNTY_KEY_FILE: own?.file ?? '',
        DELIVERY_MARK_FILE: markFile,
        ATTACHMENTS_DIR: attachmentsDir,
        IDENTITY_PEPPER_FILE: own?.pepperFile ?? '',
      })
    }),
    gateway: spec('gateway', 'gateway/main.js', addresses.gateway, {
      ...database('gateway'),
      ...directory('gateway'),
      PORT: String(ports.gateway),
      GATEWAY_ID: demoGateway,
      GATEWAY_KEY_FILE: keys.gateway.file,
      HIT_INDEX_DIR: join(home, 'hit-index'),
      IDENTITY_PEPPER_FILE: keys.gateway.pepperFile,
      COORDINATION_URL: `${addresses.coordination}/graphql`,
      OPERATIONS: 'open',
      PLAYGROUND: 'on',
      DEMO_CLIENTS_FILE: records.playgroundClientsFile,
    }),
  }
}
