import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { z } from 'zod'
import { databaseVariables, loadConfig } from '../../platform/config.ts'
import type { OpenDatabase } from '../../platform/database.ts'
import type { ChainWalk } from '../../platform/journal/walk-chain.ts'
import type { CommandIo } from '../command-io.ts'
import { CommandFailed, exitCodes } from '../exit-codes.ts'
import { localTime } from '../local-time.ts'
import { textTable } from '../text-table.ts'

interface JournalOptions {
  database?: string
  dataDir?: string
  chain?: string
  expect?: string
}

/** An entry as it was noted elsewhere. */
interface Note {
  sequence: number
  hash: string
}

const examples = `
Reads every entry and changes nothing. The journal of a gateway's or county's node may be verified while the node runs
on PostgreSQL; a folder is open in one process at a time. Without an option: DATABASE_URL (or DATABASE_URL_FILE), else
DATA_DIR, as for the node itself.

A cut at a chain's end cannot be seen in the chain. Keep what "Note" shows elsewhere each day, and compare it later with --expect.
Exit code: 0 whole, 1 broken or not as noted, 3 error.

Examples:
  $ liandong journal verify --database postgres://auditor@127.0.0.1/xixian
  $ liandong journal verify --data-dir .liandong/data/county-411528
  $ liandong journal verify --chain 411528 --expect 1093:4d3f…64 hexadecimal digits…`

/** `liandong journal verify`: finds what was altered, removed or cut off in a journal's hash chains. */
export function journalCommand(program: Command, io: CommandIo): void {
  program
    .command('journal')
    .description('访问日志: verify a journal')
    .command('verify')
    .description('核验日志: walk the hash chains of a journal and name the first entry that does not follow')
    .option('--database <url>', 'PostgreSQL of the node')
    .option('--data-dir <folder>', 'PGlite folder of the node; stop the node first')
    .option('--chain <id>', 'one chain only: a county’s code or a gateway’s id (default: all)')
    .option('--expect <sequence:hash>', 'an entry noted earlier, which must still be there')
    .addHelpText('after', examples)
    .action(async (options: JournalOptions) => {
      const note = options.expect === undefined ? undefined : readNote(options.expect)
      const database = await open(options, io)
      try {
        const walks = await walkAll(database, options.chain, note)
        for (const walk of walks) io.out(describe(walk, note))
        if (walks.length === 0) io.out('The journal has no entries.\n')
        const whole = walks.every((walk) => walk.broken === undefined && walk.noted === note?.hash)
        io.exit(whole ? exitCodes.ok : exitCodes.finding)
      } finally {
        await database.close()
      }
    })
}

function readNote(text: string): Note {
  const [, sequence, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/i.exec(text.trim()) ?? []
  if (sequence === undefined || hash === undefined) {
    throw new CommandFailed(`--expect ${text}: write sequence:hash, as "Note" shows it, e.g. 1093:<64 digits>.`)
  }
  return { sequence: Number(sequence), hash: hash.toLowerCase() }
}

async function open(options: JournalOptions, io: CommandIo): Promise<OpenDatabase> {
  const named = options.database !== undefined || options.dataDir !== undefined
  const variables = named ? {} : loadConfig(z.object(databaseVariables), io.env)
  const url = options.database ?? variables.DATABASE_URL
  const dataDir = options.dataDir ?? variables.DATA_DIR
  if (url !== undefined && dataDir !== undefined && named) throw new CommandFailed('Give --database or --data-dir.')
  if (url === undefined && dataDir === undefined) {
    throw new CommandFailed('Whose journal? Name its database with --database or --data-dir.')
  }
  // PGlite would make a database where there is none.
  if (url === undefined && dataDir !== undefined && !existsSync(join(dataDir, 'PG_VERSION'))) {
    throw new CommandFailed(`There is no database in ${dataDir}.`)
  }
  // Loaded when needed: the other commands start faster without a database engine.
  const { openDatabase } = await import('../../platform/database.ts')
  try {
    return await openDatabase({ url, dataDir, connections: 1 })
  } catch (error) {
    throw new CommandFailed(`The database cannot be opened: ${reasonOf(error)}`)
  }
}

async function walkAll({ db }: OpenDatabase, chain: string | undefined, note: Note | undefined): Promise<ChainWalk[]> {
  const { listChains, walkChain } = await import('../../platform/journal/walk-chain.ts')
  try {
    const known = await listChains(db)
    const among = known.length === 0 ? 'It has no chains.' : `It has: ${known.join(', ')}.`
    if (note !== undefined && chain === undefined && known.length !== 1) {
      throw new CommandFailed(`Name the chain that --expect belongs to with --chain. ${among}`)
    }
    // A chain of which an entry was noted and nothing is left was cut off; any other is a slip of the pen.
    if (chain !== undefined && note === undefined && !known.includes(chain)) {
      throw new CommandFailed(`There is no chain ${chain} in this journal. ${among}`)
    }
    const walks: ChainWalk[] = []
    for (const each of chain === undefined ? known : [chain]) {
      walks.push(await walkChain(db, each, note === undefined ? {} : { note: note.sequence }))
    }
    return walks
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    throw new CommandFailed(`The journal cannot be read: ${reasonOf(error)}`)
  }
}

/** The database's own words; drizzle wraps them in the statement. */
function reasonOf(error: unknown): string {
  let innermost = error
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause
  return innermost instanceof Error ? innermost.message || innermost.name : String(innermost)
}

function describe({ chain, entries, first, last, broken, noted }: ChainWalk, note: Note | undefined): string {
  const lines = [
    ['链 Chain', chain],
    ['条数 Entries', String(entries)],
  ]
  if (first !== undefined && last !== undefined) {
    lines.push(['最早 First', `${first.sequence}, ${localTime(first.at)}`])
    lines.push(['最近 Last', `${last.sequence}, ${localTime(last.at)}`])
    lines.push(['备查 Note', `${last.sequence}:${last.hash}`])
  }
  lines.push(['结论 Result', broken === undefined ? '完整 whole' : `已破坏 BROKEN at sequence ${broken}`])
  if (note !== undefined) lines.push(['比对 Expected', comparison(note, noted, last?.sequence ?? 0)])
  return `${textTable(lines)}\n`
}

function comparison({ sequence, hash }: Note, noted: string | undefined, last: number): string {
  if (noted === hash) return `相符 entry ${sequence} is as noted`
  if (noted !== undefined) return `不符 NOT AS NOTED: entry ${sequence} has another hash, so the chain was rewritten`
  if (last < sequence) return `不符 CUT OFF: the chain ends at ${last}, and entry ${sequence} was noted`
  return `不符 NOT AS NOTED: entry ${sequence} is missing`
}
