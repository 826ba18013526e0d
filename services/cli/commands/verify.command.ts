import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readMatterFile } from '../../county/proofs/matter-file.ts'
import { parsePublicKeys } from '../../platform/tokens/keys.ts'
import type { CommandIo } from '../command-io.ts'
import { describeReceipt } from '../describe-receipt.ts'
import { CommandFailed, exitCodes } from '../exit-codes.ts'
import { localDefaults } from '../local-defaults.ts'
import { type Language, languageOption } from '../matter-languages.ts'
import { readBundle } from '../receipt-bundle.ts'
import { proveCoverage } from '../receipt-coverage.ts'
import { verifyMatter } from '../verify-matter.ts'
import { ReceiptRefused, readSnapshot, verifyReceipt } from '../verify-receipt.ts'

interface VerifyOptions {
  directory?: string
  trust?: string
  json?: boolean
  lang: Language
}

const examples = `
Nothing is asked of any server. Exit code: 0 genuine, 1 not genuine, 3 unreadable or another error. Of a matter between
counties the whole history is told, in Chinese or English; --directory names a further directory, for keys that have left.

Examples:
  $ liandong verify check.bundle.json --trust office-keys.json
  $ liandong verify clue.matter.json --lang en --trust office-keys.json
  $ liandong verify check.jws --directory directory.jws --trust office-keys.json
  $ liandong check 91411528MA4XXXXXXX --matter DRUG_RETAIL_LICENCE --json | jq -r .receipt | liandong verify -`

/** `liandong verify`: verifies a receipt offline and says what it proves. */
export function verifyCommand(program: Command, io: CommandIo): void {
  program
    .command('verify')
    .description('核验凭证、事项: verify a receipt or a matter’s file offline and say what it proves')
    .argument('<receipt>', 'file with the receipt, its bundle or a matter, the receipt itself, or - for standard input')
    .option('--directory <file>', 'signed directory snapshot (default: the bundle’s, else the local demo’s)')
    .option('--trust <file>', 'JWK Set with the coordination office’s public keys (default: the local demo’s)')
    .option('--json', 'print the contents, and what was found, as JSON')
    .addOption(languageOption())
    .addHelpText('after', examples)
    .action(async (argument: string, options: VerifyOptions) => {
      const { home } = localDefaults(io.env)
      const trust = await parsePublicKeys(
        readText(options.trust ?? join(home, 'keys', 'coordination-trust.jwks.json'), '--trust'),
      )
      const text = await receiptText(argument, io)
      const matter = readMatterFile(text)
      if (matter && 'unreadable' in matter)
        throw new CommandFailed(`The matter’s file is damaged: ${matter.unreadable}`)
      if (matter) {
        const { directory: further, json, lang: language } = options
        const directory = further === undefined ? undefined : readText(further, '--directory')
        const { text: told, ...verified } = await verifyMatter(matter, { trust, language, directory })
        io.out(json === true ? `${JSON.stringify(verified, null, 2)}\n` : told)
        io.exit(verified.proof.problems.length === 0 ? exitCodes.ok : exitCodes.finding)
        return
      }
      const bundle = readBundle(text)
      const ownDirectory = options.directory === undefined ? bundle?.directory : undefined
      const directoryFile = options.directory ?? join(home, 'cache', 'directory-gateway.jws')
      const snapshot = await readSnapshot(ownDirectory ?? readText(directoryFile, '--directory'), trust)
      try {
        const receipt = await verifyReceipt(bundle?.receipt ?? text, snapshot)
        const coverage = proveCoverage(receipt, bundle?.statements ?? [], snapshot)
        io.out(
          options.json === true
            ? `${JSON.stringify({ ...receipt, proven: coverage }, null, 2)}\n`
            : describeReceipt(receipt, coverage, snapshot),
        )
      } catch (error) {
        if (!(error instanceof ReceiptRefused)) throw error
        throw new CommandFailed(`凭证无效 NOT GENUINE: ${error.message}`, exitCodes.finding)
      }
    })
}

/** The receipt, or a bundle with it, that an argument names. */
export async function receiptText(argument: string, io: CommandIo): Promise<string> {
  if (argument === '-') return (await io.stdin()).trim()
  if (existsSync(argument)) return readText(argument, 'the receipt').trim()
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(argument)) return argument
  throw new CommandFailed(`There is no file ${argument}, and it is no receipt either.`)
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailed(`${file} cannot be read: name the file with ${what}.`)
  }
}
