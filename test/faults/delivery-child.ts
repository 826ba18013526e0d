/**
 * A county's node or the gateway as a process of its own, for tests that kill it:
 * `node --import tsx delivery-child.ts <file of its parts>`. A county's node takes orders, one a line: `act` does something
 * in some matter and prints `acted <hash>` once it is committed; `dump` prints what it holds as one line of JSON.
 */
import 'reflect-metadata'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { envelopes, matters, outgoing } from '../../services/county/delivery/delivery.table.ts'
import { parley, parleyTables } from '../../services/county/delivery/testing/parley.ts'
import { systemClock } from '../../services/platform/clock.ts'
import { openDatabase, rows } from '../../services/platform/database.ts'
import { fixedDirectory } from '../../services/platform/directory/directory.ts'
import { snapshotSchema } from '../../services/platform/directory/snapshot.ts'
import { createLogger } from '../../services/platform/log.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { parseSigningKey } from '../../services/platform/tokens/keys.ts'

const partsSchema = z.object({
  role: z.enum(['gateway', 'county']),
  name: z.string(),
  port: z.int(),
  /** Database URL or PGlite folder. */
  place: z.string(),
  key: z.unknown(),
  snapshot: snapshotSchema,
  markFile: z.string(),
  privateTargets: z.string().optional(),
})
const parts = partsSchema.parse(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')))
const { role, name, place, port, snapshot } = parts

const key = await parseSigningKey(JSON.stringify(parts.key))
const directory = fixedDirectory(snapshot)
const logger = createLogger({ name, level: 'fatal' })
const folder = role === 'gateway' ? 'gateway/journal/migrations' : 'services/county/db/migrations'
const database = await openDatabase({
  ...(place.startsWith('postgres') ? { url: place } : { dataDir: place }),
  migrationsDir: join(packageRoot(), folder),
})
const pepper = 'a pepper that only tests use'

// Each role takes some two seconds of a processor to load, and is started many times.
if (role === 'gateway') {
  const [{ gatewayConfig }, { createGateway }] = await Promise.all([
    import('../../gateway/config.ts'),
    import('../../gateway/server.ts'),
  ])
  const config = gatewayConfig({
    GATEWAY_ID: name,
    GATEWAY_KEY_FILE: 'handed in',
    IDENTITY_PEPPER: pepper,
    DIRECTORY_URL: 'http://127.0.0.1:1/directory',
    DIRECTORY_TRUST_FILE: 'handed in',
    DIRECTORY_CACHE_FILE: 'handed in',
    COORDINATION_URL: 'http://127.0.0.1:1/graphql',
    DEADLINE_MS: '20000',
  })
  const gateway = await createGateway(config, { directory, database, key, clock: systemClock, logger })
  await gateway.listen({ host: '127.0.0.1', port })
} else {
  const { createCountyNode } = await import('../../services/county/server.ts')
  for (const table of parleyTables) await database.db.execute(sql.raw(table))
  const node = await createCountyNode(
    {
      COUNTY_CODE: name,
      IDENTITY_PEPPER: pepper,
      DELIVERY_MARK_FILE: parts.markFile,
      WEBHOOK_PRIVATE_TARGETS: parts.privateTargets,
    },
    { directory, database, key, clock: systemClock, logger, delivery: { kinds: [parley], bounds: { pollMs: 300 } } },
  )
  await node.listen({ host: '127.0.0.1', port })
  const { delivery } = node
  const { db } = database
  const others = snapshot.counties.map(({ code }) => code).filter((code) => code !== name)
  const actor = { agency: 'tests', officer: '1' }

  const act = async (): Promise<void> => {
    const all = await db.select().from(matters)
    const mine = all.filter(({ pen }) => pen === name)
    const one = mine[Math.floor(Math.random() * mine.length)]
    const some = all[Math.floor(Math.random() * all.length)]
    const luck = Math.random()
    const text = systemClock.uuid()
    const { hash } = await delivery.act((tx) => {
      if (one && luck < 0.6) {
        const to = Math.random() < 0.7 ? others[0] : name
        return delivery.send(tx, { matter: one.id, event: 'PASS', body: { text, to }, actor })
      }
      if (some && luck < 0.8) return delivery.send(tx, { matter: some.id, event: 'NOTE', body: { text }, actor })
      const body = { text, first: name }
      return delivery.open(tx, { kind: 'PARLEY', event: 'OPEN', body, recipients: others, actor })
    })
    process.stdout.write(`acted ${hash}\n`)
  }

  const dump = async (): Promise<void> => {
    const held = await db.select().from(envelopes)
    const sent = await db.select().from(outgoing)
    const states = await rows<Record<string, unknown>>(db, sql`select * from parley order by matter`)
    process.stdout.write(
      `dump ${JSON.stringify({
        matters: (await db.select().from(matters)).map(({ id, pen, frozenReason }) => [id, pen, frozenReason]),
        envelopes: held.map(({ hash, matter, depth, status }) => [matter, depth, status, hash]),
        lines: await rows<Record<string, unknown>>(
          db,
          sql`select hash, matter, sender, sequence from parley_line order by place`,
        ),
        sent: sent.map(({ envelope, state, acknowledgement }) => [envelope, state, acknowledgement]),
        given: held.flatMap(({ hash, acknowledgement }) => (acknowledgement === null ? [] : [[hash, acknowledgement]])),
        states: states.map(({ matter, steps, digest }) => [matter, steps, digest]),
      })}\n`,
    )
  }

  createInterface({ input: process.stdin }).on('line', (line) => {
    const work = line === 'dump' ? dump() : act()
    work.catch((error: unknown) => process.stdout.write(`failed ${String(error)}\n`))
  })
}
process.stdout.write('ready\n')
