import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type MatterFile, writeMatterFile } from '../../county/proofs/matter-file.ts'
import { parsePublicKeys } from '../../platform/tokens/keys.ts'
import { type ClientOptions, obtainToken, withClientOptions } from '../client-options.ts'
import type { CommandIo } from '../command-io.ts'
import { describeProblem } from '../describe-matter.ts'
import { CommandFailed, exitCodes } from '../exit-codes.ts'
import { fetchDirectory } from '../fetch-directory.ts'
import { fetchMatter } from '../fetch-matter.ts'
import { localDefaults } from '../local-defaults.ts'
import { type Language, languageOption } from '../matter-languages.ts'
import { proveMatter } from '../verify-matter.ts'
import { readSnapshot } from '../verify-receipt.ts'
import { writeWhole } from '../write-whole.ts'

interface ExportOptions extends ClientOptions {
  out?: string
  purpose: string
  officer: string
  gateway?: string
  directory?: string
  trust?: string
  lang: Language
}

const examples = `
The file holds every signed envelope and acknowledgement that your county has of the matter, the public keys and the signed
directory: it verifies on any machine with nothing but the office's public keys. Attachments are in it by their hashes only.
It is verified before it is written; what is wrong with it is said, and the file is written all the same, as evidence.
Exit code: 0 verified, 1 written but not verified, 3 error.

Examples:
  $ liandong export 411528:clue:5c0f… --purpose case/息市监立〔2026〕1号 --officer 41152801 --out clue.matter.json
  $ liandong verify clue.matter.json --trust office-keys.json`

/** `liandong export`: writes a matter's whole signed history into one file. */
export function exportCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('export')
    .description('导出事项: write a matter’s signed history into one file that proves it')
    .argument('<matter>', 'id of the matter, as the inbox shows it')
    .requiredOption('--purpose <kind/number>', 'what the file is for, e.g. case/<number>')
    .requiredOption('--officer <number>', 'number of the officer who asks (执法证号)')
    .option('--out <file>', 'file to write (default: the matter’s id, .matter.json)')
    .option('--gateway <url>', 'GraphQL endpoint of the gateway (LIANDONG_GATEWAY_URL; default: the local demo)')
    .option('--directory <file>', 'signed directory snapshot (default: the present one, fetched)')
    .option('--trust <file>', 'JWK Set with the coordination office’s public keys (default: the local demo’s)')
    .addOption(languageOption())
    .addHelpText('after', examples)
  withClientOptions(command).action(async (matter: string, options: ExportOptions) => {
    const { home, directory: url, gateway } = localDefaults(io.env)
    const trust = await parsePublicKeys(read(options.trust ?? join(home, 'keys', 'coordination-trust.jwks.json')))
    const directory = (options.directory === undefined ? await fetchDirectory(url) : read(options.directory)).trim()
    if ((await readSnapshot(directory, trust)).hitIndexEpochs.length > 0) {
      throw new CommandFailed(
        'This directory holds keys of the hit index, which must not leave with a matter. Use one that was kept with ' +
          'liandong directory fetch.',
      )
    }
    const { officer, purpose } = options
    const token = await obtainToken(options, io.env)
    const fetched = await fetchMatter(matter, { url: options.gateway ?? gateway, token, purpose, officer })
    const file: MatterFile = { ...(await inOrder(fetched)), directory }
    const { proof } = await proveMatter(file, { trust })
    const out = options.out ?? `${matter.replaceAll(':', '-')}.matter.json`
    writeWhole(out, writeMatterFile(file))
    io.out(summary(out, file, options.lang))
    for (const problem of proof.problems) io.err(`${describeProblem(problem, options.lang)}\n`)
    io.exit(proof.problems.length === 0 ? exitCodes.ok : exitCodes.finding)
  })
}

/** Every holder's file has one order, whatever came first to him: causal, each acknowledgement in that of its envelope. */
async function inOrder(fetched: Omit<MatterFile, 'directory'>): Promise<Omit<MatterFile, 'directory'>> {
  const { inCausalOrder } = await import('../../county/proofs/causal-order.ts')
  const { decodePayload, hashOf, storedPayload } = await import('../../county/delivery/envelope-jws.ts')
  const ordered = inCausalOrder(
    fetched.envelopes.map((jws) => ({ jws, hash: hashOf(jws), payload: storedPayload(jws) })),
  )
  const places = new Map<unknown, number>(ordered.map(({ hash }, index) => [hash, index]))
  const placeOf = (jws: string): number => places.get(decodePayload(jws)?.['hash']) ?? ordered.length
  const acknowledgements = fetched.acknowledgements.toSorted().toSorted((one, other) => placeOf(one) - placeOf(other))
  return { ...fetched, envelopes: ordered.map(({ jws }) => jws), acknowledgements }
}

function summary(out: string, file: MatterFile, language: Language): string {
  const { envelopes, acknowledgements, keys } = file
  return language === 'zh'
    ? `${out}：文书${envelopes.length}份、回执${acknowledgements.length}份、公钥${keys.length}个、目录1份。\n`
    : `${out}: ${envelopes.length} envelopes, ${acknowledgements.length} acknowledgements, ${keys.length} keys, the directory.\n`
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailed(`${file} cannot be read.`)
  }
}
