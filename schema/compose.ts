import 'reflect-metadata'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { composeServices } from '@apollo/composition'
import { parse, print } from 'graphql'
import { exchangeSdl } from '../gateway/exchange/exchange-sdl.ts'
import { readRoutingTable } from '../gateway/sharding/routing-table.ts'
import { printCoordinationSubgraph } from '../services/coordination/schema.ts'
import { printCountySubgraph } from '../services/county/schema.ts'
import { packageRoot } from '../services/platform/package-root.ts'

/**
 * Writes the SDL of each subgraph and the supergraph into `schema/`; with `--check` it writes nothing and fails when
 * the committed files differ from the code.
 */
async function main(check: boolean): Promise<number> {
  const county = await printCountySubgraph()
  // Composing fails here when a root field has no routing, or more than one.
  readRoutingTable(county)
  const subgraphs = { county, coordination: await printCoordinationSubgraph(), exchange: exchangeSdl }
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({ name, typeDefs: parse(sdl), url: `http://${name}.invalid` })),
  )
  if (errors) {
    for (const error of errors) process.stderr.write(`${error.message}\n`)
    return 1
  }
  const files: Record<string, string> = { 'supergraph.graphql': `${supergraphSdl}\n` }
  for (const [name, sdl] of Object.entries(subgraphs)) files[`${name}.graphql`] = `${print(parse(sdl))}\n`

  const folder = join(packageRoot(), 'schema')
  mkdirSync(folder, { recursive: true })
  const stale = Object.entries(files).filter(([name, text]) => read(join(folder, name)) !== text)
  if (!check) for (const [name, text] of stale) writeFileSync(join(folder, name), text)
  for (const [name] of stale) process.stdout.write(`${check ? 'differs from the code' : 'written'}: schema/${name}\n`)
  return check && stale.length > 0 ? 1 : 0
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

process.exitCode = await main(process.argv.includes('--check'))
