import { sql } from 'drizzle-orm'
import { Registry } from 'prom-client'
import type { Database, OpenDatabase } from '../../../platform/database.ts'
import { fixedDirectory } from '../../../platform/directory/directory.ts'
import { sampleSnapshot } from '../../../platform/directory/sample-snapshot.ts'
import { createLogger } from '../../../platform/log.ts'
import type { RequestContext } from '../../../platform/viewer.ts'
import { Authoriser } from '../../access/authoriser.ts'
import type { EnvelopePayload, MatterRow } from '../../delivery/contract.ts'
import type { Timers } from '../../delivery/courier.ts'
import { matterViews } from '../../matter-kinds.ts'
import { type SetClock, sampleClock } from '../../sample-node.ts'
import { readPrivateTargets } from '../private-targets.ts'
import type { Resolve } from '../target-guard.ts'
import { type Webhooks, createWebhooks } from '../webhooks.ts'

const county = '411528'
const longestPoll = 2_000

/** Time that stands still until the test moves it. */
export interface HandTimers extends Timers {
  /** Runs what looks through the queue. */
  look(): void
  /** Ends what has a deadline of this many milliseconds. */
  expire(milliseconds: number): void
  /** Whether something waits for so long. */
  waits(milliseconds: number): boolean
}

/** Webhooks of a county over a real database and a real network, without a node around them. */
export interface WebhookWorld {
  clock: SetClock
  database: OpenDatabase
  timers: HandTimers
  webhooks: Webhooks
  /** What was logged. */
  lines: string[]
  metrics: Registry
  context: (agency?: string, from?: string) => RequestContext
  /** Takes up an envelope, the `number`th of the matter that is numbered so too, in a transaction of its own. */
  happens: (number: number, matter?: number, within?: Database) => Promise<void>
  /** Starts the process again over the same records, under another pepper where one is given. */
  restart: (pepper?: string) => Promise<void>
  /** Moves the clock on. */
  pass: (milliseconds: number) => void
  /** Ends it, and leaves the database empty. */
  close: () => Promise<void>
}

/** The `number`th test matter. */
export function matterOf(number: number): MatterRow {
  const id = `${county}:clue:00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  const parties = [county, '411729']
  const openedAt = new Date('2026-03-01T00:00:00Z')
  return {
    id,
    kind: 'CLUE_TRANSFER',
    parties,
    pen: '411729',
    penFrom: county,
    penSequence: 1,
    openedAt,
    frozenAt: null,
    frozenReason: null,
    frozenBy: null,
  }
}

/** The hash of the `number`th test envelope. */
export function hashOf(number: number): string {
  return String(number).padStart(64, '0')
}

/** Starts webhooks that may go to `targets`. */
export async function startWebhooks(
  database: OpenDatabase,
  options: { targets?: string; resolve?: Resolve } = {},
): Promise<WebhookWorld> {
  const clock = sampleClock()
  const { db } = database
  const timers = handTimers()
  const lines: string[] = []
  const logger = createLogger({ name: 'test', level: 'debug', write: (line) => void lines.push(line) })
  const directory = fixedDirectory({ ...sampleSnapshot(), expiresAt: '2099-01-01T00:00:00Z' }, clock)
  const parts = { county, db, clock, authoriser: new Authoriser(county, directory, clock) }
  const metrics = new Registry()
  const begin = async (pepper = 'a pepper for tests only'): Promise<Webhooks> => {
    metrics.clear()
    const targets = readPrivateTargets(options.targets ?? '')
    const { resolve } = options
    const given = { parts, views: matterViews, pepper, targets, logger, metrics, timers, ...(resolve && { resolve }) }
    const webhooks = createWebhooks(given)
    await webhooks.start({ refreshDays: async () => {} })
    return webhooks
  }
  const world: WebhookWorld = {
    clock,
    database,
    timers,
    lines,
    metrics,
    webhooks: await begin(),
    context: (agency = 'xixian-enforcement', from = county) => ({
      viewer: { agency, county: from, scopes: new Set(['matter:read', 'matter:write']) },
      transaction: { id: clock.uuid(), purpose: { kind: 'CASE', number: '1' }, officer: '01', deadline: 0 },
      signal: new AbortController().signal,
      shown: new Set(),
    }),
    happens: (number, matter = number, within = db) =>
      within.transaction((tx) =>
        world.webhooks.listener.applied(
          tx,
          { payload: payloadOf(number, matter), hash: hashOf(number), jws: '' },
          matterOf(matter),
        ),
      ),
    async restart(pepper) {
      await world.webhooks.stop()
      world.webhooks = await begin(pepper)
    },
    pass: (milliseconds) => clock.set(new Date(clock.now().getTime() + milliseconds).toISOString()),
    async close() {
      await world.webhooks.stop()
      await db.execute(
        sql`truncate webhook_endpoint, webhook_event, webhook_deadline, matter_due, matter restart identity cascade`,
      )
    },
  }
  return world
}

function payloadOf(number: number, matter: number): EnvelopePayload {
  return {
    v: 1,
    id: '00000000-0000-4000-8000-000000000000',
    matter: matterOf(matter).id,
    kind: 'CLUE_TRANSFER',
    sender: county,
    recipients: ['411729'],
    sequence: number,
    previous: '',
    seen: {},
    event: 'SEND',
    body: { subject: '91411528MADE000117', facts: '虚构事实', name: '虚构安心示例食品有限公司' },
    attachments: [],
    at: '2026-03-01T03:59:00.000Z',
    actor: { agency: 'xixian-enforcement', officer: '41152801', name: '虚构甲' },
  }
}

function handTimers(): HandTimers {
  const waiting = new Map<object, { milliseconds: number; run: () => void }>()
  const fire = (wanted: (milliseconds: number) => boolean): void => {
    const due = [...waiting].filter(([, { milliseconds }]) => wanted(milliseconds))
    for (const [key] of due) waiting.delete(key)
    for (const [, { run }] of due) run()
  }
  return {
    after(milliseconds, run) {
      const key = {}
      waiting.set(key, { milliseconds, run })
      return () => void waiting.delete(key)
    },
    look: () => fire((each) => each <= longestPoll),
    expire: (milliseconds) => fire((each) => each === milliseconds),
    waits: (milliseconds) => [...waiting.values()].some((each) => each.milliseconds === milliseconds),
  }
}
