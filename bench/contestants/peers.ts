import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../services/platform/package-root.ts'
import { startServer } from '../run/child.ts'
import type { Contestant, Scene } from './contestant.ts'
import { freePort } from './free-port.ts'

const modules = join(packageRoot(), 'bench/node_modules')
/** No telemetry, no colours, as in production. */
const quiet = { NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true', NO_COLOR: '1' }

async function folderOf({ world }: Scene, name: string): Promise<string> {
  const folder = join(world.folder, name)
  await mkdir(folder, { recursive: true })
  return folder
}

/** Plain Apollo gateway with its default fetcher. */
export const apollo: Contestant = {
  id: 'apollo',
  name: '@apollo/gateway, default fetcher',
  path: '/',
  ours: false,
  async start(scene) {
    const port = await freePort()
    const folder = await folderOf(scene, `apollo-${port}`)
    const args = [join(packageRoot(), 'bench/peers/apollo.mjs'), scene.supergraphFile, String(port)]
    return { ...startServer(process.execPath, args, { cwd: folder, env: quiet, log: join(folder, 'log.txt') }), port }
  },
}

/** Hive Gateway with its default planner, or with its Rust planner. */
export function hive(planner: 'default' | 'rust'): Contestant {
  return {
    id: planner === 'rust' ? 'hive-rust' : 'hive',
    name: planner === 'rust' ? '@graphql-hive/gateway, Rust planner' : '@graphql-hive/gateway, default planner',
    path: '/graphql',
    ours: false,
    async start(scene) {
      const port = await freePort()
      const folder = await folderOf(scene, `hive-${port}`)
      const args = [
        join(modules, '@graphql-hive/gateway/dist/bin.js'),
        'supergraph',
        scene.supergraphFile,
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        ...(planner === 'rust' ? ['--hive-router-runtime'] : []),
      ]
      const env = { ...quiet, LOG_LEVEL: 'warn' }
      return { ...startServer(process.execPath, args, { cwd: folder, env, log: join(folder, 'log.txt') }), port }
    },
  }
}

/**
 * Grafbase's Rust gateway, as `grafbase dev` of its npm package runs it: the package holds no other way to serve, and
 * this one composes the subgraphs' SDL itself.
 */
export const grafbase: Contestant = {
  id: 'grafbase',
  name: 'Grafbase (Rust), npm package',
  path: '/graphql',
  ours: false,
  async start(scene) {
    const port = await freePort()
    const folder = await folderOf(scene, `grafbase-${port}`)
    const parts = [`[network]\nlisten_address = "127.0.0.1:${port}"\n`, '[graph]\npath = "/graphql"\n']
    for (const [place, code] of scene.codes.entries()) {
      const file = join(folder, `${code}.graphql`)
      // One after the other: they are small.
      // oxlint-disable-next-line no-await-in-loop
      await writeFile(file, scene.sdls[place] ?? '')
      parts.push(`[subgraphs.c${code}]\nurl = "${scene.urls[place]}"\nschema_path = "${file}"\n`)
    }
    const config = join(folder, 'grafbase.toml')
    await writeFile(config, parts.join('\n'))
    const program = join(modules, '@grafbase/cli-x86_64-unknown-linux-musl/grafbase')
    const server = startServer(program, ['--home', folder, 'dev', '--config', config], {
      cwd: folder,
      env: { NO_COLOR: '1' },
      log: join(folder, 'log.txt'),
    })
    return { ...server, port }
  },
}
