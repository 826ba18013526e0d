import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Where Chromium is expected. */
export const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

// Continuous integration installs everything, so there nothing is left out: a missing tool is a failure.
const strict = process.env['CI'] === 'true'

/** Whether tests of pages are to run: they need Chromium, which a newcomer's machine may not have. */
export const testPages = strict || existsSync(chromiumPath)

/** Whether the test of the production topology is to run: it needs Compose to read the file, but no engine. */
export const testCompose =
  strict || answers('docker-compose', ['--version']) || answers('docker', ['compose', 'version'])

function answers(command: string, parameters: string[]): boolean {
  return spawnSync(command, parameters, { timeout: 10_000 }).status === 0
}
