import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { z } from 'zod'
import type { DemoFiles } from './demo-data/write-demo-data.ts'
import { openLogFile } from './log-file.ts'
import { programPath } from './program-path.ts'

const limitMs = 300_000
const reportSchema = z.object({ penalties: z.number(), listings: z.number(), cases: z.number(), links: z.number() })

/** What a county's loader has done, in rows. */
export type LoadReport = z.infer<typeof reportSchema>

/**
 * Runs `load-county.ts` in a process of its own and returns its report; undefined when it was stopped because the demo
 * stops. Rejects with the loader's message when it failed.
 */
export async function runLoader(
  files: DemoFiles,
  database: { url: string | undefined; dataDir: string },
  home: string,
  signal: AbortSignal,
): Promise<LoadReport | undefined> {
  const log = openLogFile(join(home, 'logs', `load-${files.county}.log`))
  const child = spawn(
    process.execPath,
    ['--import', programPath('services/local/parent-watch.js'), programPath('services/local/load-county.js')],
    {
      env: {
        ...process.env,
        DEMO_FILES: JSON.stringify(files),
        DATA_DIR: database.dataDir,
        ...(database.url === undefined ? {} : { DATABASE_URL: database.url }),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    },
  )
  const stop = (): void => void child.kill('SIGTERM')
  const timer = setTimeout(stop, limitMs)
  signal.addEventListener('abort', stop, { once: true })
  let output = ''
  let errors = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk
    log.write(chunk)
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    errors = (errors + chunk).slice(-4_000)
    log.write(chunk)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(timer)
  signal.removeEventListener('abort', stop)
  log.close()
  if (signal.aborted) return undefined
  if (code !== 0) throw new Error(`The demo files of ${files.county} could not be loaded:\n${errors.trim()}`)
  return reportSchema.parse(JSON.parse(output))
}
