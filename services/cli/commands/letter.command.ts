import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { packageRoot } from '../../platform/package-root.ts'
import { type ClientOptions, obtainToken, withClientOptions } from '../client-options.ts'
import type { CommandIo } from '../command-io.ts'
import { CommandFailed } from '../exit-codes.ts'
import { askGateway } from '../gateway-client.ts'
import { localDefaults } from '../local-defaults.ts'
import { onOneLine } from '../matter-languages.ts'
import { writeWhole } from '../write-whole.ts'

interface LetterOptions extends ClientOptions {
  out: string
  supplement?: boolean
  gateway?: string
  purpose: string
  officer: string
}

const letterSchema = z.looseObject({
  number: z.string().nullable(),
  supplementNumber: z.string().nullable(),
  printable: z.string().startsWith('<!doctype html>'),
})
const examples = `
The file is complete in itself and holds no scripts: open it in any browser and print it, A4.

Example:
  $ liandong letter 411528:assistance:<uuid> --out letter.html --client xixian-enforcement \\
      --purpose case/息市监立2026-17 --officer 41152801`

/** `liandong letter`: writes the 协助调查函 of an assistance request to a file that can be printed. */
export function letterCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('letter')
    .description('协助调查函: write the letter of an assistance request as a page to print')
    .argument('<matter>', 'id of the request, <county>:assistance:<uuid>; a draft’s too')
    .requiredOption('--out <file>', 'HTML file to write')
    .requiredOption('--purpose <kind/number>', 'what it is for, e.g. case/<number>')
    .requiredOption('--officer <number>', 'number of the officer who asks (执法证号)')
    .option('--supplement', 'the letter that asked for a supplement last, rather than the first one')
    .option('--gateway <url>', 'GraphQL endpoint of the gateway (LIANDONG_GATEWAY_URL; default: the local demo)')
    .addHelpText('after', examples)
  withClientOptions(command).action(async (matter: string, options: LetterOptions) => {
    const { number, supplementNumber, printable } = await fetchLetter(matter, options, io)
    writeWhole(options.out, printable)
    const given = options.supplement ? supplementNumber : number
    io.out(`${options.out}: 协助调查函 ${given === null ? '（拟稿）' : onOneLine(given)}\n`)
  })
}

async function fetchLetter(
  matter: string,
  options: LetterOptions,
  io: CommandIo,
): Promise<z.infer<typeof letterSchema>> {
  const { purpose, officer } = options
  const value = await askGateway(
    {
      url: options.gateway ?? localDefaults(io.env).gateway,
      token: await obtainToken(options, io.env),
      // The registered document: a gateway in production admits no other.
      document: readFileSync(join(packageRoot(), 'schema', 'operations', '29-assistance-letter.graphql'), 'utf8'),
      variables: { id: matter, supplement: options.supplement === true },
      purpose,
      officer,
    },
    'assistanceRequest',
    `The county holds no assistance request ${matter}.`,
  )
  const letter = letterSchema.safeParse(value)
  if (!letter.success) throw new CommandFailed('The gateway answered with something that is no letter.')
  return letter.data
}
