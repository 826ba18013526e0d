import { defineConfig } from 'drizzle-kit'

/** `npx drizzle-kit generate --config services/county/db/drizzle.config.ts` writes the county's migrations. */
export default defineConfig({
  dialect: 'postgresql',
  schema: ['./services/county/*/*.table.ts', './services/platform/journal/journal.table.ts'],
  out: './services/county/db/migrations',
})
