import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A configuration that cannot be used; its message lists every bad variable, one a line. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
  }
}

/**
 * Reads the variables that `shape` names from `env`. A variable that is absent may stand in a file instead: `NAME_FILE`
 * holds its path (for secrets). Empty variables count as absent. Throws {@link ConfigError}.
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  shape: z.ZodObject<Shape>,
  env: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> {
  const values: Record<string, string> = {}
  const problems: string[] = []
  for (const name of Object.keys(shape.shape)) {
    const value = env[name]
    const file = env[`${name}_FILE`]
    if (value) values[name] = value
    else if (file) {
      try {
        values[name] = readFileSync(file, 'utf8').trim()
      } catch (error) {
        problems.push(`${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
      }
    }
  }
  const result = shape.safeParse(values)
  if (!result.success) {
    for (const issue of result.error.issues) {
      const name = issue.path.join('.')
      const absent = typeof issue.path[0] === 'string' && values[issue.path[0]] === undefined
      problems.push(`${name || 'environment'}: ${absent ? 'is missing' : issue.message}`)
    }
  }
  if (problems.length > 0 || !result.success) throw new ConfigError(problems)
  return result.data
}

/** A TCP port. */
export const port = z.coerce.number().int().min(0).max(65_535)

/** A whole number of milliseconds, one second to ten minutes unless bounds are given. */
export function milliseconds(least = 1, most = 600_000): z.ZodType<number> {
  return z.coerce.number().int().min(least).max(most)
}

/** Where a process keeps its records: PostgreSQL when `DATABASE_URL` is set, else PGlite in the folder `DATA_DIR`. */
export const databaseVariables = {
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address')
    .optional(),
  DATA_DIR: z.string().optional(),
}

/** Variables that every process has. */
export const processVariables = {
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
}
