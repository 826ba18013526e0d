import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../../services/platform/package-root.ts'
import { startServer } from '../run/child.ts'
import { gatewayId } from '../world/world.ts'
import type { Contestant } from './contestant.ts'
import { freePort } from './free-port.ts'

/** This gateway as it is shipped: the compiled program, PostgreSQL for its journal, registered operations only. */
export function ours(index: 'on' | 'off'): Contestant {
  return {
    id: `ours-${index}`,
    name: `this gateway, index ${index}`,
    path: '/graphql',
    ours: true,
    async start({ world, databases, profile }) {
      const port = await freePort()
      const folder = join(world.folder, `ours-${index}-${port}`)
      await mkdir(folder, { recursive: true })
      const options = profile ? ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'] : []
      const server = startServer(process.execPath, [...options, join(packageRoot(), 'dist/gateway/main.js')], {
        cwd: folder,
        log: join(folder, 'log.txt'),
        env: {
          NODE_ENV: 'production',
          PORT: String(port),
          GATEWAY_ID: gatewayId,
          GATEWAY_KEY_FILE: world.gatewayKeyFile,
          IDENTITY_PEPPER: 'a pepper of the benchmark only',
          DIRECTORY_URL: world.directoryUrl,
          DIRECTORY_TRUST_FILE: world.trustFile,
          DIRECTORY_CACHE_FILE: join(folder, 'directory.jws'),
          COORDINATION_URL: 'http://127.0.0.1:1/graphql',
          DATABASE_URL: await databases.create(),
          OPERATIONS: 'safelist',
          OPERATIONS_DIR: join(packageRoot(), 'bench/operations'),
          DEADLINE_MS: '20000',
          LOG_LEVEL: 'warn',
          HIT_INDEX: index,
          HIT_INDEX_DIR: join(folder, 'hit-index'),
        },
      })
      return { ...server, port, ...(profile && { profileFolder: folder }) }
    },
  }
}
