import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'
import { chromiumPath, testCompose, testPages } from './test/support/tools.ts'

/**
 * Two projects: `unit` (no process, no database but an in-memory PGlite) and `integration` (real sockets, databases and
 * processes).
 */
const shared = {
  // Two copies of graphql load under vitest (ESM and CJS) unless one file is named.
  alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  setupFiles: ['reflect-metadata', './test/support/new-databases.ts'],
  environment: 'node' as const,
  // A safety net, not a measure of speed: machines under load are slow.
  testTimeout: 120_000,
  hookTimeout: 240_000,
}

const leftOut = [
  ...(testPages ? [] : ['test/journeys/page.test.ts', 'test/integration/assistance-letter.test.ts']),
  ...(testCompose ? [] : ['test/integration/compose.test.ts']),
]
if (!testPages)
  process.stderr.write(`Left out: tests of pages, for want of Chromium at ${chromiumPath} (CHROMIUM_PATH).\n`)
if (!testCompose) process.stderr.write('Left out: test of docker-compose.yml, for want of docker-compose.\n')

export default defineConfig({
  test: {
    // Vitest leaves one processor to itself, which on two of them would be half of all there is.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      { extends: true, test: { ...shared, name: 'unit', include: ['{gateway,services,schema}/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          ...shared,
          name: 'integration',
          include: ['test/{journeys,faults,architecture,integration}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...leftOut],
        },
      },
    ],
  },
})
