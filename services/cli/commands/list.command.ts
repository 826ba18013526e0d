import type { Command } from 'commander'
import { systemClock } from '../../platform/clock.ts'
import type { CommandIo } from '../command-io.ts'
import { countyDatabaseHelp, type CountyDatabaseOptions, openCountyDatabase } from '../open-county-database.ts'

const resumeExample = `
For a county's database that was restored from a backup, or went back in time in another way: gateways that knew the list
further refuse its digest until this was done. First import again what was lost. The node may run meanwhile on PostgreSQL.

${countyDatabaseHelp}

Example:
  $ liandong list resume --county 411528 --database-url postgres://county@127.0.0.1/xixian`

/** `liandong list resume`: begins a new history of a county's list after a restore. */
export function listCommand(program: Command, io: CommandIo): void {
  const list = program.command('list').description('名单: care for a county’s list')
  list
    .command('resume')
    .description('恢复后续版: begin a new history of the list, after its database was restored from a backup')
    .requiredOption('--county <code>', 'code of the county whose list it is')
    .option('--database-url <url>', 'PostgreSQL of the county')
    .option('--data-dir <folder>', 'PGlite folder of the county')
    .addHelpText('after', resumeExample)
    .action(async (options: CountyDatabaseOptions) => {
      // Loaded when needed: the other commands start faster without a database engine.
      const { resumeList } = await import('../../county/hit-index/sweep.ts')
      const database = await openCountyDatabase(options, io)
      try {
        const { before, version } = await resumeList(database.db, systemClock.now())
        io.out(
          `The list of county ${options.county} goes on in a new history: version ${version} after ${before}.\n` +
            'Next: when the node runs, its gateways take the list up in full, log the new history once, and then\n' +
            'answer from the digest again. Until then they ask the county itself.\n',
        )
      } finally {
        await database.close()
      }
    })
  for (const command of list.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err })
}
