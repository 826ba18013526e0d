import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Snapshot } from '../../platform/directory/snapshot.ts'
import { parsePublicKeys } from '../../platform/tokens/keys.ts'
import type { CommandIo } from '../command-io.ts'
import { CommandFailed } from '../exit-codes.ts'
import { fetchDirectory } from '../fetch-directory.ts'
import { localDefaults } from '../local-defaults.ts'
import { localTime } from '../local-time.ts'
import { textTable } from '../text-table.ts'
import { readSnapshot } from '../verify-receipt.ts'
import { writeWhole } from '../write-whole.ts'

interface DirectoryOptions {
  url?: string
  trust?: string
  json?: boolean
}

/** `liandong directory fetch|show`: keeps a signed directory snapshot, and shows one. */
export function directoryCommand(program: Command, io: CommandIo): void {
  const directory = program
    .command('directory')
    .description('目录: the signed directory of counties, keys and agreements')
  directory
    .command('fetch')
    .description('fetch the signed snapshot, verify it and keep it in a file')
    .argument('<file>', 'file to write')
    .option('--url <url>', 'where the coordination node publishes it (LIANDONG_DIRECTORY_URL; default: the local demo)')
    .option('--trust <file>', 'JWK Set with the coordination office’s public keys (default: the local demo’s)')
    .addHelpText('after', '\nExample:\n  $ liandong directory fetch directory.jws')
    .action(async (file: string, options: DirectoryOptions) => {
      const jws = await fetchDirectory(options.url ?? localDefaults(io.env).directory)
      const snapshot = await readSnapshot(jws, await trustOf(options, io))
      writeWhole(file, jws)
      io.out(`Serial ${snapshot.serial}, valid until ${localTime(snapshot.expiresAt)}, kept in ${file}.\n`)
    })
  directory
    .command('show')
    .description('verify a snapshot file and show what it says')
    .argument('<file>', 'file with the signed snapshot')
    .option('--trust <file>', 'JWK Set with the coordination office’s public keys (default: the local demo’s)')
    .option('--json', 'print all of it as JSON')
    .addHelpText('after', '\nExample:\n  $ liandong directory show directory.jws')
    .action(async (file: string, options: DirectoryOptions) => {
      const snapshot = await readSnapshot(read(file), await trustOf(options, io))
      io.out(options.json === true ? `${JSON.stringify(snapshot, null, 2)}\n` : describe(snapshot))
    })
  for (const command of directory.commands) {
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err })
  }
}

async function trustOf(options: DirectoryOptions, io: CommandIo): ReturnType<typeof parsePublicKeys> {
  return parsePublicKeys(
    read(options.trust ?? join(localDefaults(io.env).home, 'keys', 'coordination-trust.jwks.json')),
  )
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandFailed(`${file} cannot be read.`)
  }
}

function section(title: string, lines: string[][]): string {
  return `\n${title} (${lines.length})\n${textTable(lines, '  ')}`
}

function describe(snapshot: Snapshot): string {
  return (
    textTable([
      ['Office', snapshot.office],
      ['Serial', String(snapshot.serial)],
      ['Issued', localTime(snapshot.issuedAt)],
      ['Expires', localTime(snapshot.expiresAt)],
    ]) +
    section(
      '参与县 Counties',
      snapshot.counties.map(({ code, name, status, url }) => [code, name, status, url]),
    ) +
    section(
      '机关 Agencies',
      snapshot.agencies.map(({ id, name, county, scopes }) => [id, name, county, scopes.join(' ')]),
    ) +
    section(
      '协议 Agreements',
      snapshot.agreements.map(({ title, parties, records, validFrom, validUntil }) => [
        title,
        parties.join(' '),
        records.join(' '),
        `${validFrom} – ${validUntil ?? '…'}`,
      ]),
    ) +
    section(
      '网关 Gateways',
      snapshot.gateways.map(({ id, url }) => [id, url]),
    )
  )
}
