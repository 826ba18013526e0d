/**
 * Real county nodes on PostgreSQL, some of them in this process. For the peers, which name a root field after its county
 * and have no token for it, the field is renamed on the way in and the gateway's token added: the county then does the
 * same work, and the peers are spared some.
 */
import 'reflect-metadata'
import { join } from 'node:path'
import { createCountyNode } from '../../services/county/server.ts'
import { csv, listingCells, listingTable } from '../../services/county/import/import-fixture.ts'
import { importFile } from '../../services/county/import/import-file.ts'
import { systemClock } from '../../services/platform/clock.ts'
import { type OpenDatabase, openDatabase } from '../../services/platform/database.ts'
import { directoryOver, hold } from '../../services/platform/directory/directory.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { createLogger } from '../../services/platform/log.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { createCountyTokenMinter } from '../../services/platform/tokens/county-token.ts'
import type { SigningKey } from '../../services/platform/tokens/keys.ts'
import { writeFile } from 'node:fs/promises'
import { answerCalls } from '../run/commands.ts'
import { listedSubject } from '../world/codes.ts'
import { listedPerCounty } from './answers.ts'

/** What this process is started with. */
export interface RealOptions {
  folder: string
  gatewayId: string
  gatewayKey: SigningKey
  counties: { code: string; place: number; key: SigningKey; databaseUrl: string }[]
}

/** Ten counties and two gateways have to go into the hundred connections that PostgreSQL has by default. */
const connectionsPerCounty = 4

let calls = 0
let held: ReturnType<typeof hold> | undefined
const clock = systemClock
const directory = {
  ...directoryOver(() => held, clock),
  status: () => ({ state: 'FRESH' as const, serial: 0, issuedAt: '', expiresAt: '' }),
  start: async () => {},
  stop: async () => {},
}

async function start(options: RealOptions): Promise<string[]> {
  const minter = createCountyTokenMinter({ gatewayId: options.gatewayId, key: options.gatewayKey, clock })
  const logger = createLogger({ name: 'county', level: 'warn' })
  const urls: string[] = []
  for (const { code, place, key, databaseUrl } of options.counties) {
    // One after the other: they migrate and load on the same two cores.
    // oxlint-disable no-await-in-loop
    const database = await openDatabase({
      url: databaseUrl,
      migrationsDir: join(packageRoot(), 'services/county/db/migrations'),
      connections: connectionsPerCounty,
    })
    await load(options.folder, code, place, database)
    const config = { COUNTY_CODE: code, IDENTITY_PEPPER: 'a pepper of the benchmark', MAX_IN_FLIGHT: 2_000 }
    const node = await createCountyNode(config, { directory, database, key, clock, logger })
    const viewer = { agency: 'agency-0', county: held?.snapshot.agencies[0]?.county ?? '', scopes: new Set(peerScopes) }
    node.app.addHook('onRequest', async (request) => {
      if (request.method !== 'POST') return
      calls += 1
      if (isPeers(request.headers.authorization)) {
        const asker = { ...viewer, county: held?.snapshot.agencies[0]?.county ?? '' }
        request.headers.authorization = `Bearer ${await minter.mint({ viewer: asker, county: code })}`
      }
    })
    node.app.addHook('preHandler', async (request) => {
      const body = request.body as { query?: string } | undefined
      if (body?.query?.includes(`creditStandings${code}`)) body.query = renamed(body.query, code)
    })
    await node.listen({ host: '127.0.0.1', port: 0 })
    urls.push(node.url ?? '')
  }
  return urls
}

const peerScopes = ['credit:check']

function isPeers(authorization: string | undefined): boolean {
  return authorization === undefined
}

/** `a: creditStandings411001(` and `creditStandings411001(` as the county knows the field; `$creditStandings411001` stays. */
function renamed(query: string, code: string): string {
  const field = new RegExp(`(\\w+\\s*:\\s*)?(?<![\\w$])creditStandings${code}(?=\\s*\\()`, 'g')
  return query.replaceAll(field, (_, alias: string | undefined) =>
    alias === undefined ? `creditStandings${code}:creditStandings` : `${alias}creditStandings`,
  )
}

async function load(folder: string, code: string, place: number, database: OpenDatabase): Promise<void> {
  const rows = Array.from({ length: listedPerCounty }, (_, entry) =>
    listingCells(entry, {
      subjectCode: listedSubject(place, entry),
      documentNumber: `示例市监失信列〔2026〕${code}-${entry}号`,
      state: '已公示',
      publishedFrom: '2026-03-05',
      publishedUntil: '2029-03-01',
    }),
  )
  const path = join(folder, `list-${code}.csv`)
  await writeFile(path, csv(listingTable(rows)))
  const summary = await importFile({ path, county: code, database: database.db, clock })
  if (summary.inserted !== listedPerCounty) throw new Error(`the list of ${code}: ${JSON.stringify(summary)}`)
}

function settle(snapshot: Snapshot): void {
  held = hold(snapshot)
}

answerCalls({ start, settle, calls: () => calls })
