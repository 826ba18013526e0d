import { join } from 'node:path'
import { packageRoot } from '../platform/package-root.ts'

/** Absolute path of a compiled module, e.g. `gateway/main.js`. */
export function programPath(module: string): string {
  return join(packageRoot(), 'dist', module)
}
