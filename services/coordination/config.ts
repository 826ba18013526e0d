import { z } from 'zod'
import { databaseVariables, loadConfig, port, processVariables } from '../platform/config.ts'

const shape = z.object({
  ...processVariables,
  ...databaseVariables,
  PORT: port.default(4100),
  /** Private JWK of the coordination office; its public part is the trust anchor of every node. */
  COORDINATION_KEY_FILE: z.string().min(1),
  /** Name of the office, shown in the directory. */
  COORDINATION_OFFICE: z.string().min(1).default('执法联动联席会议办公室'),
  /** Folders with the seed files of `seed.ts`, separated by ":"; without it the records stay as they are. */
  DIRECTORY_SEED_DIR: z.string().optional(),
  /** Seconds for which a published directory is valid: how long the exchange lasts without this node. */
  DIRECTORY_VALID_SECONDS: z.coerce
    .number()
    .int()
    .min(5)
    .max(30 * 86_400)
    .default(86_400),
})

/** The coordination node's variables, checked once. */
export type CoordinationVariables = z.infer<typeof shape>

/** Reads the variables; a ConfigError lists every bad one. */
export function coordinationVariables(env: NodeJS.ProcessEnv): CoordinationVariables {
  return loadConfig(shape, env)
}

/** The seed folders, in order. */
export function seedFolders({ DIRECTORY_SEED_DIR }: Pick<CoordinationVariables, 'DIRECTORY_SEED_DIR'>): string[] {
  return (DIRECTORY_SEED_DIR ?? '').split(':').filter((folder) => folder !== '')
}
