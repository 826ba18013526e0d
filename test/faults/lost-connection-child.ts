import { setTimeout } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { openDatabase, rows } from '../../services/platform/database.ts'
import { runProcess } from '../../services/platform/run-process.ts'

/** Loses its connection in the middle of a transaction, and says whether it still has a database afterwards. */
const [, , url = '', then] = process.argv

await runProcess(async () => {
  const [database, other] = await Promise.all([openDatabase({ url }), openDatabase({ url })])
  const lost = await database.db
    .transaction(async (tx) => {
      const [own] = await rows<{ pid: number }>(tx, sql`select pg_backend_pid() as pid`)
      await rows(other.db, sql`select pg_terminate_backend(${own?.pid ?? 0})`)
      await setTimeout(20)
      for (let index = 0; index < 3; index += 1) await tx.execute(sql`select 1`).catch(() => undefined)
      return 'kept'
    })
    .catch(() => 'lost')
  await setTimeout(200)
  const [answer] = await rows<{ one: number }>(database.db, sql`select 1 as one`)
  process.stdout.write(`${lost} ${answer?.one ?? 'nothing'}\n`)
  if (then === 'fail')
    setImmediate(() => {
      throw new Error('something else')
    })
  await setTimeout(50)
  await Promise.all([database.close(), other.close()])
  process.exit(0)
})
