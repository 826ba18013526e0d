import { defineConfig } from 'drizzle-kit'

/** The gateway's database holds its journal and nothing else. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './services/platform/journal/journal.table.ts',
  out: './gateway/journal/migrations',
})
