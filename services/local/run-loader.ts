import { join } from 'node:path'
import { z } from 'zod'
import type { DemoFiles } from './demo-data/write-demo-data.ts'
import { runChild } from './run-child.ts'

const reportSchema = z.object({
  penalties: z.number(),
  listings: z.number(),
  cases: z.number(),
  links: z.number(),
  matters: z.number(),
})

/** What a county's loader has done, in rows. */
export type LoadReport = z.infer<typeof reportSchema>

/** What the county's node will be started with, and its loader opens matters with. */
export interface LoaderNode {
  keyFile: string
  pepperFile: string
  /** Seed folders of the directory. */
  seedFolders: readonly string[]
  attachmentsDir: string
  markFile: string
}

/**
 * Runs `load-county.ts` in a process of its own and returns its report; undefined when it was stopped because the demo
 * stops. Rejects with the loader's message when it failed.
 */
export async function runLoader(
  files: DemoFiles,
  database: { url: string | undefined; dataDir: string },
  node: LoaderNode,
  home: string,
  signal: AbortSignal,
): Promise<LoadReport | undefined> {
  const output = await runChild({
    module: 'services/local/load-county.js',
    env: {
      DEMO_FILES: JSON.stringify(files),
      DEMO_NODE: JSON.stringify(node),
      DATA_DIR: database.dataDir,
      ...(database.url === undefined ? {} : { DATABASE_URL: database.url }),
    },
    logFile: join(home, 'logs', `load-${files.county}.log`),
    limitMs: 300_000,
    signal,
  })
  return output === undefined ? undefined : reportSchema.parse(JSON.parse(output))
}
