import { parseArgs } from 'node:util'
import { ConfigError } from '../platform/config.ts'
import { localSettings } from './settings.ts'
import { start, StartRefused } from './start.ts'

const help = `联动 Liandong on one machine: coordination node, token issuer, three counties and the gateway.

Usage: npm start [-- options]

  --fresh       remove keys, databases and logs of earlier starts first
  --no-restart  leave a process dead when it ends, for trying outages
  --help        show this

Everything is kept in .liandong/ (LIANDONG_HOME). Ports: GATEWAY_PORT 4000, COORDINATION_PORT 4100, ISSUER_PORT 4200,
COUNTY_411528_PORT 4301, COUNTY_411729_PORT 4302, COUNTY_410823_PORT 4303. Databases: embedded, or PostgreSQL where
COUNTY_411528_DATABASE_URL and its like, COORDINATION_DATABASE_URL or GATEWAY_DATABASE_URL are set.
`

/** Options in, exit code out; Ctrl-C or SIGTERM stops everything, a second one at once. */
async function main(): Promise<number> {
  let options: { fresh?: boolean | undefined; 'no-restart'?: boolean | undefined; help?: boolean | undefined }
  try {
    options = parseArgs({
      options: { fresh: { type: 'boolean' }, 'no-restart': { type: 'boolean' }, help: { type: 'boolean' } },
    }).values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`)
    return 1
  }
  if (options.help === true) {
    process.stdout.write(help)
    return 0
  }
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort())
  try {
    await start({
      settings: localSettings(process.env),
      fresh: options.fresh === true,
      restart: options['no-restart'] !== true,
      say: (line) => void process.stdout.write(`${line}\n`),
      signal: stopping.signal,
    })
    return 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    const known = error instanceof StartRefused || error instanceof ConfigError
    if (!known) process.stderr.write('If its data are damaged, npm start -- --fresh begins anew.\n')
    return 1
  }
}

process.exitCode = await main()
// A child that was ended by force may leave a pipe open.
process.exit()
