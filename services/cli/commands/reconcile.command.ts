import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { JournalNote } from '../../county/proofs/compare-journals.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { errorCode } from '../../platform/error-code.ts'
import { parsePublicKeys, readSigningKey } from '../../platform/tokens/keys.ts'
import type { CommandIo } from '../command-io.ts'
import { describeReconciliation } from '../describe-differences.ts'
import { CommandFailed, exitCodes } from '../exit-codes.ts'
import { fetchDirectory } from '../fetch-directory.ts'
import { localDefaults } from '../local-defaults.ts'
import { type Language, languageOption } from '../matter-languages.ts'
import { countyDatabaseHelp, type CountyDatabaseOptions, openCountyDatabase } from '../open-county-database.ts'
import { readSnapshot } from '../verify-receipt.ts'

interface ReconcileCommandOptions extends CountyDatabaseOptions {
  with: string
  key?: string
  gateway?: string
  directory?: string
  trust?: string
  note?: JournalNote
  json?: boolean
  lang: Language
}

/** What differs is looked at again after 3 s: what was only on its way has arrived then. */
const wait = (): Promise<void> => sleep(3_000)

const examples = `
For a county's own IT office, at its node: both counties' matters, envelopes, receipts, states and journals are compared, and
every difference is listed. Nothing is changed. The node may run meanwhile on PostgreSQL.
Exit code: 0 no difference, 4 differences, 3 error (the other county did not answer).

${countyDatabaseHelp}

Example:
  $ liandong reconcile --county 411528 --with 411729 --key county-411528.jwk.json --database-url postgres://…`

/** `liandong reconcile`: compares what two counties hold of their matters, and names every difference. */
export function reconcileCommand(program: Command, io: CommandIo): void {
  program
    .command('reconcile')
    .description('对账: compare matters and journals with another county, and list every difference')
    .requiredOption('--county <code>', 'code of the own county')
    .requiredOption('--with <code>', 'code of the other county')
    .option('--database-url <url>', 'PostgreSQL of the own county')
    .option('--data-dir <folder>', 'PGlite folder of the own county')
    .option('--key <file>', 'private JWK of the own county’s node (default: the local demo’s)')
    .option('--gateway <url>', 'GraphQL endpoint of the gateway (default: those of the directory)')
    .option('--directory <file>', 'signed directory snapshot (default: the present one, fetched)')
    .option('--trust <file>', 'JWK Set with the coordination office’s public keys (default: the local demo’s)')
    .option('--note <sequence:hash>', 'where the other’s journal stood the last time, as it was told then', readNote)
    .option('--json', 'print everything as JSON')
    .addOption(languageOption())
    .addHelpText('after', examples)
    .action(async (options: ReconcileCommandOptions) => {
      if (options.with === options.county) throw new CommandFailed('A county is not compared with itself.')
      const database = await openCountyDatabase(options, io)
      try {
        const found = await compare(database.db, options, io)
        io.out(
          options.json === true
            ? `${JSON.stringify(found, null, 2)}\n`
            : describeReconciliation(found, [options.county, options.with], options.lang),
        )
        io.exit(found.differences.length === 0 ? exitCodes.ok : exitCodes.differs)
      } finally {
        await database.close()
      }
    })
}

async function compare(db: Database, options: ReconcileCommandOptions, io: CommandIo) {
  // Loaded when needed: the other commands start faster without a county's programs.
  await import('reflect-metadata')
  const { matterViews } = await import('../../county/matter-kinds.ts')
  const { createCountyAsker } = await import('../../county/delivery/gateway-courier.ts')
  const { DeliveryRepository } = await import('../../county/delivery/delivery.repository.ts')
  const { MatterComparison } = await import('../../county/proofs/matter-comparison.ts')
  const { peerThrough } = await import('../../county/proofs/peer-questions.ts')
  const { reconcile } = await import('../../county/proofs/reconcile.ts')
  const { county, with: other, gateway: url, note } = options
  const { home, directory: published } = localDefaults(io.env)
  const trust = await parsePublicKeys(read(options.trust ?? join(home, 'keys', 'coordination-trust.jwks.json')))
  const jws = options.directory === undefined ? await fetchDirectory(published) : read(options.directory)
  const snapshot = await readSnapshot(jws, trust)
  const key = await readKey(options.key ?? join(home, 'keys', `county-${county}.jwk.json`))
  const ask = createCountyAsker({ county, key, clock: systemClock, directory: { snapshot: () => snapshot }, url })
  const holdings = new MatterComparison({ county, db, delivery: new DeliveryRepository(), views: matterViews })
  try {
    return await reconcile({ county, other, holdings, peer: peerThrough(ask, other), note, wait })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailed(`County ${other} cannot be compared with: ${reason}`)
  }
}

function readNote(text: string): JournalNote {
  const [, sequence, hash] = /^(\d{1,9}):([0-9a-f]{64})$/.exec(text) ?? []
  if (sequence === undefined || hash === undefined)
    throw new InvalidArgumentError('Write it as it was told: number:hash.')
  return { sequence: Number(sequence), hash }
}

async function readKey(file: string): ReturnType<typeof readSigningKey> {
  try {
    return await readSigningKey(file)
  } catch (error) {
    throw new CommandFailed(
      `${file} cannot be read (${errorCode(error) ?? 'it is no private JWK'}): name it with --key.`,
    )
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailed(`${file} cannot be read.`)
  }
}
