import { Command, CommanderError } from 'commander'
import { CommandFailed, exitCodes } from './exit-codes.ts'
import type { CommandIo } from './command-io.ts'
import { onOneLine } from './matter-languages.ts'
import { attachCommand } from './commands/attach.command.ts'
import { checkCommand } from './commands/check.command.ts'
import { directoryCommand } from './commands/directory.command.ts'
import { exportCommand } from './commands/export.command.ts'
import { fetchCommand } from './commands/fetch.command.ts'
import { importCommand } from './commands/import.command.ts'
import { journalCommand } from './commands/journal.command.ts'
import { keysCommand } from './commands/keys.command.ts'
import { letterCommand } from './commands/letter.command.ts'
import { receiptCommand } from './commands/receipt.command.ts'
import { reconcileCommand } from './commands/reconcile.command.ts'
import { listCommand } from './commands/list.command.ts'
import { tokenCommand } from './commands/token.command.ts'
import { verifyCommand } from './commands/verify.command.ts'

/** The `liandong` command with all its subcommands. */
export function createProgram(io: CommandIo): Command {
  const program = new Command('liandong')
    .description('联动: an exchange between counties. The defaults fit the demo that `npm start` runs.')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(liandong help shows the commands)')
  const files = [attachCommand, fetchCommand, letterCommand]
  const data = [importCommand, listCommand, journalCommand]
  const proofs = [verifyCommand, receiptCommand, exportCommand, reconcileCommand]
  for (const add of [checkCommand, tokenCommand, ...proofs, ...files, ...data, directoryCommand, keysCommand])
    add(program, io)
  for (const command of program.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err })
  return program
}

/** Runs the command. Every failure is one line on standard error and exit code 3, never a stack trace. */
export async function runProgram(args: readonly string[], io: CommandIo): Promise<void> {
  try {
    await createProgram(io).parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      io.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.error)
      return
    }
    // What a file or a server wrote is in some of these.
    io.err(`liandong: ${onOneLine(error instanceof Error ? error.message : String(error))}\n`)
    io.exit(error instanceof CommandFailed ? error.exitCode : exitCodes.error)
  }
}
