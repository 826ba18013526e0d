import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { packageRoot } from '../../services/platform/package-root.ts'

const peers = [
  '@apollo/gateway',
  '@apollo/server',
  '@graphql-hive/gateway',
  '@graphql-hive/router-runtime',
  '@grafbase/cli-x86_64-unknown-linux-musl',
  'undici',
]

/** What was measured, with versions; this gateway by its commit. */
export function readVersions(): [string, string][] {
  return [['this gateway', commit()], ...peers.map((name): [string, string] => [name, versionOf(name)])]
}

/** What it was measured on. */
export async function describeMachine(databaseUrl: string): Promise<string[]> {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const client = postgres(databaseUrl, { max: 1, connect_timeout: 5, onnotice: () => {} })
  const [row] = await client`show server_version`
  const version = String(row?.['server_version'] ?? '')
  await client.end({ timeout: 5 })
  return [
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${memory} GB, Linux ${release()}`,
    `Node ${process.versions.node}, PostgreSQL ${version.split(' ')[0] ?? ''}, all on this one machine`,
  ]
}

function versionOf(name: string): string {
  const file = join(packageRoot(), 'bench/node_modules', name, 'package.json')
  if (!existsSync(file)) return 'not installed'
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: packageRoot(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const changed = git('status', '--porcelain', '--', 'gateway', 'services', 'schema') !== ''
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}
