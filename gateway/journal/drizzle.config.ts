import { defineConfig } from 'drizzle-kit'

/** The gateway's database holds its journal and the statements that receipts name, nothing else. */
export default defineConfig({
  dialect: 'postgresql',
  schema: ['./services/platform/journal/journal.table.ts', './gateway/journal/coverage-statement.table.ts'],
  out: './gateway/journal/migrations',
})
