import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Absolute path of the folder that holds package.json. Files that the compiler does not copy (SQL migrations, schema/,
 * catalogues, page assets) are read from `join(packageRoot(), 'services', …)`, so that the same path serves the sources
 * and the compiled output in dist/. Throws when the program was moved away from its package.
 */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error(`No package.json above ${fileURLToPath(import.meta.url)}.`)
    folder = parent
  }
  return folder
}
