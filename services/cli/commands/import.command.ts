import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { FileKind } from '../../county/import/format.ts'
import type { ImportSummary } from '../../county/import/import-file.ts'
import { showProgress } from '../../county/import/progress.ts'
import { systemClock } from '../../platform/clock.ts'
import type { CommandIo } from '../command-io.ts'
import { CommandFailed, exitCodes } from '../exit-codes.ts'
import { countyDatabaseHelp, openCountyDatabase, type CountyDatabaseOptions } from '../open-county-database.ts'

interface ImportOptions extends CountyDatabaseOptions {
  kind?: FileKind
}

const examples = `
Rows that are not valid go to <file>.rejected.csv with their reasons. Running it twice changes nothing.
Exit code: 0 every row is in, 1 some rows were rejected, 3 error.

${countyDatabaseHelp}

Examples:
  $ liandong import 双公示-行政处罚.xlsx --county 411528
  $ liandong import list.csv --county 411729 --kind listing --database-url postgres://county@127.0.0.1/xincai`

/** `liandong import`: loads an official file into a county's database. */
export function importCommand(program: Command, io: CommandIo): void {
  program
    .command('import')
    .description('导入: load an official file (双公示 penalties or the list, CSV or XLSX) into a county’s database')
    .argument('<file>', 'CSV or XLSX, UTF-8 or GB18030, Chinese or coded headings')
    .requiredOption('--county <code>', 'code of the county whose records they are')
    .addOption(
      new Option('--kind <kind>', 'what the file holds (default: told from its headings)').choices([
        'penalty',
        'listing',
      ]),
    )
    .option('--database-url <url>', 'PostgreSQL of the county')
    .option('--data-dir <folder>', 'PGlite folder of the county')
    .addHelpText('after', examples)
    .action(async (file: string, options: ImportOptions) => {
      if (!existsSync(file)) throw new CommandFailed(`There is no file ${file}.`)
      // Loaded when needed: the other commands start faster without a database engine.
      const { importFile } = await import('../../county/import/import-file.ts')
      const database = await openCountyDatabase(options, io)
      const progress = showProgress(io.progress, file)
      try {
        const summary = await importFile({
          path: file,
          county: options.county,
          ...(options.kind === undefined ? {} : { kind: options.kind }),
          database: database.db,
          clock: systemClock,
          onProgress: (state) => progress.onProgress(state),
        })
        progress.end()
        io.out(describe(summary))
        io.exit(summary.rejected > 0 ? exitCodes.finding : exitCodes.ok)
      } finally {
        await database.close()
      }
    })
}

function describe(summary: ImportSummary): string {
  const { read, inserted, updated, unchanged, rejected, seconds, rejectedFile } = summary
  const counts = `${inserted} new, ${updated} changed, ${unchanged} unchanged, ${rejected} rejected`
  const where = rejectedFile === undefined ? '' : `\nRejected rows and reasons: ${rejectedFile}`
  return `${read} rows (${summary.kind}) in ${seconds.toFixed(1)} s: ${counts}.${where}\n`
}
