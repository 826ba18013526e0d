import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, rows } from '../../../platform/database.ts'
import { type Applied, type ApplyContext, type MatterKind, Refusal, type StoredEnvelope } from '../contract.ts'

/** Tables of the kind that tests use. */
export const parleyTables = [
  'create table if not exists parley (matter text primary key, steps int not null, digest text not null, counted_from text)',
  `create table if not exists parley_line (place bigint generated always as identity, hash text primary key,
     matter text not null, sender text not null, sequence int not null, event text not null, note boolean not null)`,
]

const bodies = {
  OPEN: z.strictObject({ text: z.string(), first: z.string() }),
  PASS: z.strictObject({ text: z.string(), to: z.string() }),
  JOIN: z.strictObject({ text: z.string(), to: z.string() }),
  CLOSE: z.strictObject({ text: z.string() }),
  NOTE: z.strictObject({ text: z.string() }),
}
type Event = keyof typeof bodies

/**
 * A kind for tests, where the pen passes to and fro, a third party can be brought in, and anybody may make notes. It
 * writes down what was applied, and in which order; to apply something twice breaks a primary key.
 */
export const parley: MatterKind = {
  kind: 'PARLEY',
  slug: 'parley',
  opening: ['OPEN'],
  notes: ['NOTE'],
  apart: ['OPEN', 'PASS', 'CLOSE', 'NOTE'],
  decode(event, body) {
    const schema = Object.hasOwn(bodies, event) ? bodies[event as Event] : undefined
    if (!schema) throw new Refusal('EVENT_UNKNOWN', `There is no event ${event}.`)
    const parsed = schema.safeParse(body)
    if (!parsed.success) throw new Refusal('BODY_INVALID', 'The body does not fit the event.')
    return parsed.data
  },
  apply: (tx, envelope, context) => applyParley(tx, envelope, context),
  async acknowledged(tx, { payload }, { receivedAt }) {
    if (payload.event !== 'OPEN') return
    await tx.execute(sql`update parley set counted_from = ${receivedAt} where matter = ${payload.matter}`)
  },
}

async function applyParley(
  tx: Database,
  { payload, hash, body }: StoredEnvelope & { body: unknown },
  context: ApplyContext,
): Promise<Applied> {
  const { matter, event, sender, sequence } = payload
  await tx.execute(
    sql`insert into parley_line (hash, matter, sender, sequence, event, note) values (${hash}, ${matter}, ${sender}, ${sequence}, ${event}, ${context.note})`,
  )
  const { text, to, first } = body as { text: string; to?: string; first?: string }
  if (text === 'unspeakable') throw new Refusal('RULE_BROKEN', 'That is not said.')
  if (context.note) return { pen: null }
  if (event === 'OPEN') {
    const received = context.receivedAt?.toISOString() ?? null
    await tx.execute(
      sql`insert into parley (matter, steps, digest, counted_from) values (${matter}, 1, ${hash}, ${received})`,
    )
    return { pen: first ?? null }
  }
  const [before] = await rows<{ digest: string }>(tx, sql`select digest from parley where matter = ${matter}`)
  const digest = createHash('sha256')
    .update(`${before?.digest ?? ''} ${hash}`)
    .digest('hex')
  await tx.execute(sql`update parley set steps = steps + 1, digest = ${digest} where matter = ${matter}`)
  if (event === 'JOIN') return { pen: to ?? null, joins: to === undefined ? [] : [to] }
  return { pen: to ?? null }
}
