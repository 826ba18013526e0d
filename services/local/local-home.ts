import { join, resolve } from 'node:path'
import { packageRoot } from '../platform/package-root.ts'

/** Folder of the local demo's keys, databases and logs: LIANDONG_HOME, else `.liandong` beside package.json. */
export function localHome(env: NodeJS.ProcessEnv): string {
  return resolve(env['LIANDONG_HOME'] ?? join(packageRoot(), '.liandong'))
}
