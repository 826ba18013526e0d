import type { Command } from 'commander'
import { download } from '../attachment-client.ts'
import { type ClientOptions, obtainToken, withClientOptions } from '../client-options.ts'
import type { CommandIo } from '../command-io.ts'
import { CommandFailed } from '../exit-codes.ts'
import { localDefaults } from '../local-defaults.ts'

interface FetchOptions extends ClientOptions {
  out: string
  purpose: string
  officer: string
  gateway?: string
}

const examples = `
The own county's node fetches the file from its sender when it does not hold it yet. What came before a break is kept in
<file>.part: the same command goes on there. The file gets its name once its SHA-256 is proven.

Example:
  $ liandong fetch 411528:clue:5c0f… 9f86d081… --out 笔录.pdf \\
      --client xincai-enforcement --purpose case/新市监立案2026-5 --officer 41172902`

/** `liandong fetch`: fetches a file that a document of a matter names. */
export function fetchCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('fetch')
    .description('下载附件: fetch a file that a matter’s document names')
    .argument('<matter>', 'id of the matter, as the inbox shows it')
    .argument('<hash>', 'SHA-256 of the file, as the document names it')
    .requiredOption('--out <file>', 'file to write')
    .requiredOption('--purpose <kind/number>', 'what it is for, e.g. case/<number>')
    .requiredOption('--officer <number>', 'number of the officer who asks (执法证号)')
    .option('--gateway <url>', 'GraphQL endpoint of the gateway (LIANDONG_GATEWAY_URL; default: the local demo)')
    .addHelpText('after', examples)
  withClientOptions(command).action(async (matter: string, hash: string, options: FetchOptions) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new CommandFailed('A file is named by its SHA-256: 64 hexadecimal digits.')
    const asker = {
      url: options.gateway ?? localDefaults(io.env).gateway,
      token: () => obtainToken(options, io.env),
      purpose: options.purpose,
      officer: options.officer,
    }
    const show = io.progress.isTTY === true ? (text: string) => io.progress.write(`\r${text}`) : () => {}
    const size = await download({ matter, hash, out: options.out }, asker, (bytes, of) => {
      show(of === undefined ? 'the sender is asked   ' : `${Math.floor((bytes / of) * 100)} %   `)
    })
    show('')
    io.out(`${options.out}: ${size} bytes, SHA-256 verified\n`)
  })
}
