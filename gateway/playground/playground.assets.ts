import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packageRoot } from '../../services/platform/package-root.ts'

/** A file of the page: where it lies on disk and under which path the browser asks for it. */
export interface PlaygroundAsset {
  /** File name, the last segment of {@link path}. */
  name: string
  /** Folder that holds the file. */
  folder: string
  /** URL path; carries a hash of the contents, so that it may be cached for ever. */
  path: string
}

/** Names of the page's files. */
export type PlaygroundAssetName =
  | 'react.production.min.js'
  | 'react-dom.production.min.js'
  | 'graphiql.min.js'
  | 'graphiql.min.css'
  | 'playground.css'
  | 'playground.js'

/** Finds the page's files in the installed packages and hashes them. Throws when a package is not installed. */
export function playgroundAssets(): Record<PlaygroundAssetName, PlaygroundAsset> {
  const require = createRequire(import.meta.url)
  const graphiql = dirname(require.resolve('graphiql/package.json'))
  const own = join(packageRoot(), 'gateway', 'playground', 'assets')
  const folders: Record<PlaygroundAssetName, string> = {
    'react.production.min.js': join(dirname(require.resolve('react/package.json')), 'umd'),
    'react-dom.production.min.js': join(dirname(require.resolve('react-dom/package.json')), 'umd'),
    'graphiql.min.js': graphiql,
    'graphiql.min.css': graphiql,
    'playground.css': own,
    'playground.js': own,
  }
  const asset = (name: PlaygroundAssetName): PlaygroundAsset => {
    const folder = folders[name]
    const hash = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('base64url')
      .slice(0, 12)
    return { name, folder, path: `/playground/assets/${hash}/${name}` }
  }
  return {
    'react.production.min.js': asset('react.production.min.js'),
    'react-dom.production.min.js': asset('react-dom.production.min.js'),
    'graphiql.min.js': asset('graphiql.min.js'),
    'graphiql.min.css': asset('graphiql.min.css'),
    'playground.css': asset('playground.css'),
    'playground.js': asset('playground.js'),
  }
}
