import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { statementHash } from '../../platform/hit-index/coverage-statement.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { parsePublicKeys } from '../../platform/tokens/keys.ts'
import { type ClientOptions, obtainToken, withClientOptions } from '../client-options.ts'
import type { CommandIo } from '../command-io.ts'
import { CommandFailed, exitCodes } from '../exit-codes.ts'
import { fetchDirectory } from '../fetch-directory.ts'
import { askGateway } from '../gateway-client.ts'
import { localDefaults } from '../local-defaults.ts'
import { writeBundle } from '../receipt-bundle.ts'
import { namedStatements, proveCoverage } from '../receipt-coverage.ts'
import { ReceiptRefused, readSnapshot, verifyReceipt } from '../verify-receipt.ts'
import { writeWhole } from '../write-whole.ts'
import { receiptText } from './verify.command.ts'

interface ExportOptions extends ClientOptions {
  out: string
  gateway?: string
  directory?: string
  trust?: string
}

const statementSchema = z.object({ text: z.string() })
const examples = `
Do this soon after the check: the directory must be the one that the check was judged with. The bundle verifies on any
machine, with nothing but the office's public keys.

Example:
  $ liandong receipt export check.jws --out check.bundle.json
  $ liandong verify check.bundle.json --trust office-keys.json`

/** `liandong receipt export`: puts a receipt together with all that is needed to verify it offline. */
export function receiptCommand(program: Command, io: CommandIo): void {
  const receipt = program.command('receipt').description('凭证: receipts of credit checks')
  const command = receipt
    .command('export')
    .description('导出凭证: put a receipt into one file with the statements that it names and the directory')
    .argument('<receipt>', 'file with the receipt, the receipt itself, or - for standard input')
    .requiredOption('--out <file>', 'file to write')
    .option('--gateway <url>', 'GraphQL endpoint of the gateway (LIANDONG_GATEWAY_URL; default: the local demo)')
    .option('--directory <file>', 'signed directory snapshot of that time (default: the present one, fetched)')
    .option('--trust <file>', 'JWK Set with the coordination office’s public keys (default: the local demo’s)')
    .addHelpText('after', examples)
  withClientOptions(command).action(async (argument: string, options: ExportOptions) => {
    const { home, directory: url } = localDefaults(io.env)
    const trust = await parsePublicKeys(read(options.trust ?? join(home, 'keys', 'coordination-trust.jwks.json')))
    const directory = (options.directory === undefined ? await fetchDirectory(url) : read(options.directory)).trim()
    const snapshot = await readSnapshot(directory, trust)
    if (snapshot.hitIndexEpochs.length > 0) {
      throw new CommandFailed(
        'This directory holds keys of the hit index, which must not leave with a receipt. Use one that was kept with ' +
          'liandong directory fetch.',
      )
    }
    const text = await receiptText(argument, io)
    try {
      const verified = await verifyReceipt(text, snapshot)
      const statements = await fetchStatements(namedStatements(verified), options, io)
      const { completeness } = proveCoverage(verified, statements, snapshot)
      writeWhole(options.out, writeBundle({ receipt: text, statements, directory }))
      if (completeness === 'OTHER_DIRECTORY') {
        io.err(
          `The directory has serial ${snapshot.serial}, the check was judged with ${verified.directory.serial}: whether the ` +
            'receipt names every county cannot be verified with it. Name a snapshot of that time with --directory.\n',
        )
      }
      io.out(`${options.out}: the receipt, ${statements.length} statements and the directory.\n`)
    } catch (error) {
      if (!(error instanceof ReceiptRefused)) throw error
      throw new CommandFailed(`凭证无效 NOT GENUINE: ${error.message}`, exitCodes.finding)
    }
  })
  command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err })
}

async function fetchStatements(hashes: readonly string[], options: ExportOptions, io: CommandIo): Promise<string[]> {
  if (hashes.length === 0) return []
  const token = await obtainToken(options, io.env)
  const document = read(join(packageRoot(), 'schema', 'operations', '16-coverage-statement.graphql'))
  const url = options.gateway ?? localDefaults(io.env).gateway
  const statements: string[] = []
  for (const hash of hashes) {
    const answer = await askGateway({ url, token, document, variables: { hash } }, 'coverageStatement')
    const statement = statementSchema.safeParse(answer)
    if (!statement.success || statementHash(statement.data.text) !== hash) {
      throw new CommandFailed(`The gateway gave another text than the statement ${hash}.`)
    }
    statements.push(statement.data.text)
  }
  return statements
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailed(`${file} cannot be read.`)
  }
}
