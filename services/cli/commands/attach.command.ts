import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { Command } from 'commander'
import { mediaTypes } from '../../county/attachments/media-type.ts'
import { mostAttachmentBytes } from '../../platform/attachments/attachment.ts'
import { hashOfFile, upload } from '../attachment-client.ts'
import { type ClientOptions, obtainToken, withClientOptions } from '../client-options.ts'
import type { CommandIo } from '../command-io.ts'
import { CommandFailed } from '../exit-codes.ts'
import { localDefaults } from '../local-defaults.ts'

interface AttachOptions extends ClientOptions {
  type?: string
  purpose: string
  officer: string
  gateway?: string
}

const examples = `
Taken are ${[...new Set(Object.values(mediaTypes))].join(', ')}, up to 200 MB each; the contents are checked, not the name. What
no document has named for 30 days is removed. What is printed goes into "attachments" of the mutation that names the file.

Examples:
  $ liandong attach 现场检查笔录.pdf --client xixian-enforcement --purpose case/息市监立案2026-8 --officer 41152802
  $ liandong attach photo.jpeg --type image/jpeg --client xixian-enforcement --purpose case/1 --officer 41152802`

const alsoNamed: Readonly<Record<string, string>> = { jpeg: 'jpg', tiff: 'tif', heif: 'heic' }

/** `liandong attach`: hands a file to the own county's node, so that a document can name it. */
export function attachCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('attach')
    .description('上传附件: hand a file to the own county’s node')
    .argument('<file>', 'the file')
    .requiredOption('--purpose <kind/number>', 'what it is for, e.g. case/<number>')
    .requiredOption('--officer <number>', 'number of the officer who asks (执法证号)')
    .option('--type <media type>', 'what the file is (default: by its name)')
    .option('--gateway <url>', 'GraphQL endpoint of the gateway (LIANDONG_GATEWAY_URL; default: the local demo)')
    .addHelpText('after', examples)
  withClientOptions(command).action(async (file: string, options: AttachOptions) => {
    const size = await sizeOf(file)
    const name = basename(file)
    const reference = { hash: await hashOfFile(file), size, mediaType: options.type ?? typeOf(name), name }
    const isNew = await upload(file, reference, {
      url: options.gateway ?? localDefaults(io.env).gateway,
      token: () => obtainToken(options, io.env),
      purpose: options.purpose,
      officer: options.officer,
    })
    io.err(isNew ? `${name}: ${size} bytes handed over\n` : `${name}: is held already\n`)
    io.out(`${JSON.stringify(reference)}\n`)
  })
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) throw new CommandFailed(`There is no file ${file}.`)
  if (found.size >= 1 && found.size <= mostAttachmentBytes) return found.size
  throw new CommandFailed(`A file has 1 to ${mostAttachmentBytes} bytes, this one ${found.size}.`)
}

function typeOf(name: string): string {
  const ending = extname(name).slice(1).toLowerCase()
  const wanted = alsoNamed[ending] ?? ending
  const found = Object.entries(mediaTypes).find(([, each]) => each === wanted)
  if (found) return found[0]
  throw new CommandFailed(`What is ${name}? Name its type with --type: ${Object.keys(mediaTypes).join(', ')}.`)
}
