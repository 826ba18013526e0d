import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../services/platform/package-root.ts'
import type { ComposeService } from './compose-file.ts'

/** Where the pieces of a container are on this machine. */
export interface Placement {
  folder: string
  /** Port of each service by name. */
  ports: Readonly<Record<string, number>>
  /** Contents of each secret by its name in the file. */
  secrets: Readonly<Record<string, string>>
  /** Folder mounted at /seed. */
  seed: string
}

/** Where a service keeps its records when the test has no PostgreSQL. */
export function dataFolder({ folder }: Placement, name: string): string {
  return join(folder, name, 'state', 'data')
}

/** A service that runs as a plain process. */
export interface ComposeProcess {
  name: string
  url: string
  env: Readonly<Record<string, string>>
  output(): string
  /** Ends it as Compose would; resolves with the exit code. */
  stop(): Promise<number | null>
}

/**
 * Starts a service's command with its environment as a plain process: secrets become files in the folder, names of other
 * services become ports of this machine, and everything else stays as docker-compose.yml says.
 */
export function startService(name: string, service: ComposeService, placement: Placement): ComposeProcess {
  const own = join(placement.folder, name)
  const secrets = join(own, 'secrets')
  const state = join(own, 'state')
  mkdirSync(secrets, { recursive: true })
  mkdirSync(state, { recursive: true })
  for (const { source, target } of service.secrets) {
    writeFileSync(join(secrets, target ?? source), placement.secrets[source] ?? '', { mode: 0o600 })
  }
  const place = (value: string): string =>
    value
      .replaceAll('/run/secrets', secrets)
      .replaceAll('/var/lib/liandong', state)
      .replaceAll('/app/', `${packageRoot()}/`)
      .replaceAll('/seed', placement.seed)
      .replaceAll(/http:\/\/([a-z0-9-]+):\d+/g, (all, host: string) => {
        const port = placement.ports[host]
        return port === undefined ? all : `http://127.0.0.1:${port}`
      })
  const env: Record<string, string> = { NODE_ENV: 'production', HOST: '127.0.0.1' }
  for (const [key, value] of Object.entries(service.environment)) env[key] = place(value)
  env['PORT'] = String(placement.ports[name])
  // Without a PostgreSQL for the test, the secret holds no address and the process keeps its records in a folder.
  if (env['DATABASE_URL_FILE'] !== undefined && databaseUrlOf(service, placement) === '') {
    delete env['DATABASE_URL_FILE']
    env['DATA_DIR'] = dataFolder(placement, name)
  }
  const child = spawn(process.execPath, ['--enable-source-maps', ...(service.command ?? [])], {
    cwd: packageRoot(),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-20_000)))
  }
  return {
    name,
    url: `http://127.0.0.1:${placement.ports[name]}`,
    env,
    output: () => output,
    stop: () => stop(child),
  }
}

function databaseUrlOf(service: ComposeService, { secrets }: Placement): string {
  const source = service.secrets.find(({ target }) => target === 'database-url')?.source ?? ''
  return secrets[source] ?? ''
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    await closed
  }
  return child.exitCode
}
