import { defineConfig } from 'drizzle-kit'

/** `npx drizzle-kit generate --config services/coordination/db/drizzle.config.ts` writes the migrations. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './services/coordination/db/directory.table.ts',
  out: './services/coordination/db/migrations',
})
