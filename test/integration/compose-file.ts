import { spawnSync } from 'node:child_process'
import { parse } from 'yaml'
import { z } from 'zod'
import { packageRoot } from '../../services/platform/package-root.ts'

const names = z.union([z.array(z.string()), z.record(z.string(), z.unknown()).transform((map) => Object.keys(map))])
const serviceSchema = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).nullish(),
  environment: z.record(z.string(), z.coerce.string()).default({}),
  secrets: z.array(z.object({ source: z.string(), target: z.string().optional() })).default([]),
  volumes: z.array(z.unknown()).default([]),
  networks: names,
  ports: z.array(z.unknown()).default([]),
  read_only: z.boolean().default(false),
  security_opt: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.union([z.string(), z.array(z.string())]) }),
})
const fileSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() }).nullable()),
})

/** A service of docker-compose.yml, as Compose reads it. */
export type ComposeService = z.infer<typeof serviceSchema>
/** docker-compose.yml, as Compose reads it. */
export type ComposeFile = z.infer<typeof fileSchema>

/**
 * docker-compose.yml with anchors, defaults and variables resolved by Compose itself, which needs no engine for that.
 * Throws with Compose's message when it refuses the file.
 */
export function composeFile(env: Readonly<Record<string, string>>): ComposeFile {
  for (const [command, ...first] of [['docker-compose'], ['docker', 'compose']] as const) {
    const run = spawnSync(command, [...first, 'config'], {
      cwd: packageRoot(),
      env: { ...process.env, ...env },
      encoding: 'utf8',
    })
    if (run.error || /is not a docker command|unknown command/.test(run.stderr)) continue
    if (run.status !== 0) throw new Error(`Compose refuses docker-compose.yml: ${run.stderr}`)
    return fileSchema.parse(parse(run.stdout))
  }
  throw new Error('Neither docker-compose nor docker compose is installed: apt-get install docker-compose.')
}
