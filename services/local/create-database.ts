import { PGlite } from '@electric-sql/pglite'

/** Creates an empty PGlite database in DATA_DIR and ends. */
const database = await PGlite.create({ dataDir: process.env['DATA_DIR'] ?? '' })
await database.close()
