import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import type { Database, OpenDatabase } from '../../../platform/database.ts'
import { fixedDirectory } from '../../../platform/directory/directory.ts'
import { sampleSnapshot } from '../../../platform/directory/sample-snapshot.ts'
import { type Snapshot, snapshotSchema } from '../../../platform/directory/snapshot.ts'
import { createLogger } from '../../../platform/log.ts'
import { packageRoot } from '../../../platform/package-root.ts'
import { generateSigningKey, publicKeyOf } from '../../../platform/tokens/keys.ts'
import type { RequestContext } from '../../../platform/viewer.ts'
import { Authoriser } from '../../access/authoriser.ts'
import { AgencyRegister } from '../../agencies/agency-register.ts'
import { EnforcementCaseService } from '../../cases/enforcement-case.service.ts'
import type { NodeParts } from '../../db/node-parts.ts'
import type { Courier } from '../../delivery/courier.ts'
import { type DeliveryNode, createDeliveryNode } from '../../delivery/delivery-node.ts'
import { outgoing } from '../../delivery/delivery.table.ts'
import { matterKinds, matterViews } from '../../matter-kinds.ts'
import { sampleEngines } from '../../sample-database.ts'
import { type SetClock, memoryDatabase, sampleClock } from '../../sample-node.ts'
import { createCountySigner } from '../../signing/county-signer.ts'
import { MatterService } from '../matter.service.ts'

/** One county of a small exchange without gateway and sockets. */
export interface ExchangeCounty {
  code: string
  db: Database
  delivery: DeliveryNode
  parts: NodeParts
  matters: MatterService
  cases: EnforcementCaseService
  /** A request of the county's own enforcement agency, unless another county's is meant. */
  context: (from?: string) => RequestContext
  /** Files a case of the county and gives its id. */
  fileCase: (number: string, act?: string) => Promise<string>
}

/** Several counties that deliver to each other directly. */
export interface Exchange {
  clock: SetClock
  snapshot: Snapshot
  at(county: string): ExchangeCounty
  /** Counties that cannot be reached. */
  cut: Set<string>
  /** Counties to which no answer gets back. */
  deaf: Set<string>
  /** Resolves when nothing is under way any more between the counties that can be reached. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** The calendars that the coordination office publishes. */
const publishedCalendars = snapshotSchema.shape.calendars.parse(
  JSON.parse(readFileSync(join(packageRoot(), 'services/coordination/catalogue/calendars.json'), 'utf8')),
)

/**
 * Starts these counties, with every kind of matter, on databases in memory, or on PostgreSQL where `TEST_DATABASE_URL` names
 * one. `change` adds to the directory.
 */
export async function startExchange(
  codes: readonly string[],
  change: (snapshot: Snapshot) => Snapshot = (snapshot) => snapshot,
): Promise<Exchange> {
  const clock = sampleClock('2026-03-02T02:00:00.000Z')
  const keys = new Map(await Promise.all(codes.map(async (code) => [code, await generateSigningKey()] as const)))
  const base = sampleSnapshot()
  const changed = change({ ...base, expiresAt: '2099-01-01T00:00:00Z', calendars: publishedCalendars })
  const snapshot: Snapshot = {
    ...changed,
    counties: changed.counties.flatMap((county) => {
      const key = keys.get(county.code)
      return key ? [{ ...county, keys: [publicKeyOf(key)] }] : []
    }),
    superiors: changed.superiors.map(({ node, ...superior }) => {
      const key = node && keys.get(node.code)
      return { ...superior, node: node && key ? { ...node, keys: [publicKeyOf(key)] } : null }
    }),
  }
  const directory = fixedDirectory(snapshot, clock)
  const open = sampleEngines().at(-1)?.open ?? memoryDatabase
  const cut = new Set<string>()
  const deaf = new Set<string>()
  const counties = new Map<string, ExchangeCounty>()
  const databases: OpenDatabase[] = []
  const at = (code: string): ExchangeCounty => {
    const county = counties.get(code)
    if (!county) throw new Error(`No county ${code} was started.`)
    return county
  }
  const reach = (from: string, to: string): DeliveryNode => {
    if (cut.has(from) || cut.has(to)) throw new Error('nobody there')
    return at(to).delivery
  }
  const courierOf = (from: string): Courier => ({
    deliver: async (to, envelopes) => {
      const answers = await reach(from, to).receive(envelopes, from)
      if (deaf.has(from)) throw new Error('the answer is lost')
      return answers
    },
    missing: async (to, question) => reach(from, to).archive.missing(from, question),
    heads: async (to, after) => reach(from, to).archive.heads(from, after),
  })
  for (const [code, key] of keys) {
    const database = await open()
    databases.push(database)
    const { db } = database
    const signer = await createCountySigner(key)
    const authoriser = new Authoriser(code, directory, clock)
    const parts: NodeParts = { county: code, db, clock, directory, authoriser, signer, reference: (text) => text }
    const logger = createLogger({ name: code, level: 'silent' })
    const delivery = createDeliveryNode({ ...parts, kinds: matterKinds, courier: courierOf(code), logger })
    const matters = new MatterService({ parts, delivery, views: matterViews })
    const cases = new EnforcementCaseService(parts)
    const agency = snapshot.agencies.find(({ county }) => county === code)?.id ?? ''
    await new AgencyRegister(parts).load({
      agencies: [
        {
          name: `${code}市场监督管理局`,
          exchangeAgency: agency,
          officers: [
            { name: '虚构甲', certificate: `${code}01` },
            { name: '虚构乙', certificate: `${code}02` },
          ],
        },
      ],
    })
    const context = (from = code): RequestContext => ({
      viewer: { agency, county: from, scopes: new Set(['matter:read', 'matter:write']) },
      transaction: { id: clock.uuid(), purpose: { kind: 'CASE', number: '1' }, officer: `${code}01`, deadline: 0 },
      signal: new AbortController().signal,
      shown: new Set(),
    })
    counties.set(code, {
      code,
      db,
      delivery,
      parts,
      matters,
      cases,
      context,
      fileCase: async (number, act = 'FALSE_ADVERTISING') => {
        const about = { subject: '91411528MADE000117', subjectName: '虚构安心示例食品有限公司' }
        const officers = [`${code}01`, `${code}02`]
        const input = {
          number,
          title: '虚假广告案',
          act,
          field: 'OTHER',
          officers,
          ...about,
        } as const
        return (await cases.register(context(), { ...input, officers }, true)).id
      },
    })
  }
  for (const county of counties.values()) await county.delivery.start()
  return {
    clock,
    snapshot,
    at,
    cut,
    deaf,
    async settled() {
      for (;;) {
        const waiting = await Promise.all([...counties.values()].map((county) => underWay(county.db, cut)))
        if (waiting.every((each) => each === 0)) return
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    async close() {
      for (const county of counties.values()) await county.delivery.stop()
      for (const database of databases) await database.close()
    },
  }
}

/** Envelopes on their way to counties that can be reached. */
async function underWay(db: Database, cut: ReadonlySet<string>): Promise<number> {
  const waiting = await db.select({ recipient: outgoing.recipient }).from(outgoing).where(eq(outgoing.state, 'PENDING'))
  return waiting.filter(({ recipient }) => !cut.has(recipient)).length
}
