#!/usr/bin/env node
// Starts the `liandong` command from the compiled output, which is made first when it is missing.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const program = new URL('../../dist/services/cli/main.js', import.meta.url)
if (!existsSync(program)) {
  process.stderr.write('liandong: building once …\n')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const build = spawnSync(npm, ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 2, 2] })
  if (build.status !== 0 || !existsSync(program)) {
    process.stderr.write(`liandong: the build failed. Run "npm ci && npm run build" in ${root}.\n`)
    process.exit(3)
  }
}
await import(program.href)
