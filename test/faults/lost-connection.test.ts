import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../services/platform/package-root.ts'

const server = process.env['TEST_DATABASE_URL']
const child = join(packageRoot(), 'test/faults/lost-connection-child.ts')

function run(...more: string[]): Promise<{ code: number | string | null | undefined; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { cwd: packageRoot(), timeout: 60_000 }
    execFile(process.execPath, ['--import', 'tsx', child, server ?? '', ...more], options, (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    )
  })
}

describe.skipIf(server === undefined)(
  'a process whose connection PostgreSQL ends in the middle of a transaction',
  () => {
    it('is told so, and goes on with another connection', async () => {
      expect(await run()).toMatchObject({ code: 0, stdout: 'lost 1\n' })
    }, 70_000)

    it('still ends, with its reason, when anything else goes wrong where nobody can catch it', async () => {
      const { code, stderr } = await run('fail')
      expect(code).toBe(1)
      expect(stderr).toContain('something else')
    }, 70_000)
  },
)
