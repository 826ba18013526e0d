import { Gauge } from 'prom-client'
import { join } from 'node:path'
import type { Clock } from '../platform/clock.ts'
import { openDatabase, type OpenDatabase } from '../platform/database.ts'
import { snapshotMediaType } from '../platform/directory/sign-snapshot.ts'
import type { Logger } from '../platform/log.ts'
import { packageRoot } from '../platform/package-root.ts'
import { createHttpServer, type HttpServer } from '../platform/server.ts'
import { coordinationAudience, createCountyTokenVerifier } from '../platform/tokens/county-token.ts'
import type { SigningKey } from '../platform/tokens/keys.ts'
import { DirectoryBook } from './directory/directory-book.ts'
import { createPublisher, type Publisher } from './directory/publisher.ts'
import { mountGraphql } from './graphql/graphql-endpoint.ts'
import { buildCoordinationSubgraph } from './schema.ts'

/** What the coordination node is made of. */
export interface CoordinationConfig {
  /** The office's private key. */
  key: SigningKey
  /** Name of the office. */
  office: string
  /** PostgreSQL, or else a PGlite folder (`memory://` for none on disk). */
  databaseUrl?: string | undefined
  dataDir?: string | undefined
  /** Folders with seed files; none leaves the records as they are. */
  seedFolders: readonly string[]
  /** How long a published directory is valid, in milliseconds. */
  validForMs: number
}

/** A coordination node, ready to listen. */
export interface Coordination {
  listen: HttpServer['listen']
  close(): Promise<void>
  /** The records, for whoever changes them in this process. */
  book: DirectoryBook
}

/**
 * Opens the database, loads the seed files and publishes the directory at `GET /directory` and as the coordination
 * subgraph at `POST /graphql`. Throws SeedRefused when a seed file has a bad row.
 */
export async function createCoordination(
  config: CoordinationConfig,
  deps: { clock: Clock; logger: Logger },
): Promise<Coordination> {
  const { clock, logger } = deps
  const database = await openDatabase({
    url: config.databaseUrl,
    dataDir: config.dataDir,
    migrationsDir: join(packageRoot(), 'services', 'coordination', 'db', 'migrations'),
  })
  try {
    const book = new DirectoryBook({ db: database.db, clock, logger })
    const { serial, contents } = await book.load(config.seedFolders)
    logger.info({ serial, counties: contents.counties.length, agencies: contents.agencies.length }, 'directory loaded')
    const publisher = createPublisher({ ...config, book, clock })
    await publisher.current()
    const server = await createServer(publisher, database, deps)
    return {
      book,
      listen: (where) => server.listen(where),
      close: async () => {
        await server.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function createServer(
  publisher: Publisher,
  database: OpenDatabase,
  { clock, logger }: { clock: Clock; logger: Logger },
): Promise<HttpServer> {
  const server = createHttpServer({
    logger,
    checks: [
      { name: 'database', run: () => database.ping().then(() => ({ ok: true, detail: database.engine })) },
      {
        name: 'directory',
        run: () => publisher.current().then(({ snapshot }) => ({ ok: true, detail: `serial ${snapshot.serial}` })),
      },
    ],
  })
  const serial: Gauge = new Gauge({
    name: 'liandong_coordination_directory_serial',
    help: 'Serial of the directory as last published.',
    registers: [server.metrics],
    collect: () => serial.set(publisher.directory.status().serial ?? 0),
  })
  const verifier = createCountyTokenVerifier({ directory: publisher.directory, county: coordinationAudience, clock })

  server.app.get('/directory', async (request, reply) => {
    const { jws, etag, forVerification } = await publisher.current()
    if (isForVerification(request.query)) {
      return reply.header('cache-control', 'no-cache').type(snapshotMediaType).send(forVerification)
    }
    void reply.header('etag', etag).header('cache-control', 'no-cache')
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.type(snapshotMediaType).send(jws)
  })
  await mountGraphql({
    app: server.app,
    subgraph: await buildCoordinationSubgraph(publisher),
    verify: async (authorizationHeader) => {
      // Tokens are checked by the records of now, not by those of the last fetch.
      await publisher.current()
      return verifier.verify(authorizationHeader)
    },
    logger,
  })
  return server
}

/** Whether the directory is asked for without the keys of the hit index: `?epochs=none`. */
function isForVerification(query: unknown): boolean {
  return typeof query === 'object' && query !== null && 'epochs' in query && query.epochs === 'none'
}
