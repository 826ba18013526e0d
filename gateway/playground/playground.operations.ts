import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../services/platform/package-root.ts'
import type { PlaygroundOperation } from './playground.page.ts'

/** Folder of the documents that the playground offers, production admits and the tests run. */
export function operationsFolder(): string {
  return join(packageRoot(), 'schema', 'operations')
}

/**
 * The documents `*.graphql` of a folder, sorted by name, each with the text of the `.json` file of the same name as its
 * variables when there is one. Throws when the folder cannot be read.
 */
export function loadOperations(folder: string = operationsFolder()): PlaygroundOperation[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .toSorted()
    .map((file) => {
      const name = file.slice(0, -'.graphql'.length)
      const variables = join(folder, `${name}.json`)
      return {
        name,
        document: readFileSync(join(folder, file), 'utf8'),
        ...(existsSync(variables) ? { variables: readFileSync(variables, 'utf8') } : {}),
      }
    })
}
