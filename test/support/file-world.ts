import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { expect, vi } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import type { CountyDeps } from '../../services/county/server.ts'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { journalEntries } from '../../services/platform/journal/journal.table.ts'
import { type BreakingWay, breakingWay, referenceTo } from './attachments.ts'
import {
  type ShiftedClock,
  type TestCounties,
  officersOf,
  openTestDatabase,
  shiftedClock,
  startCounties,
} from './counties.ts'
import { type GatewayAnswer, type TestGateway, startGateway } from './test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from './trust.ts'

/** 息县, 新蔡县 and 武陟县. */
export const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const codes = [xixian, xincai, wuzhi]
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))

/** How a document names a file. */
export type Reference = ReturnType<typeof referenceTo>

/** A file as a matter's history shows it. */
export interface ShownFile extends Reference {
  held: boolean
  path: string
}

/** An answer about a file. */
export interface FileAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: Buffer
  json: { errors?: { message: string; extensions: Record<string, unknown> }[] } & Record<string, unknown>
}

/** Three counties' nodes, a gateway, and a way between them that can be broken. */
export interface FileWorld {
  clock: ShiftedClock
  trust: Trust
  counties: TestCounties
  gateway: TestGateway
  /** The gateway's own journal. */
  journal: OpenDatabase
  /** The counties' nodes come to the gateway this way. */
  way: BreakingWay
  /** Headers by which the county's agency asks. */
  headersOf(county: string, scopes?: readonly string[]): Promise<Record<string, string>>
  /** Runs a registered document in the name of the county's agency. */
  asked(county: string, name: string, variables: Record<string, unknown>): Promise<GatewayAnswer>
  /** Hands a file over, by 息县 unless other headers are given. */
  put(contents: Buffer, given?: Reference, headers?: Record<string, string>): Promise<FileAnswer>
  get(path: string, headers: Record<string, string>): Promise<FileAnswer>
  /** A clue's draft in 息县. */
  drafted(): Promise<string>
  /** A clue of 息县 with these files, arrived in 新蔡县. */
  sent(...attachments: Reference[]): Promise<string>
  filesAt(county: string, matter: string): Promise<ShownFile[]>
  /** Where a county keeps a file. */
  storedAt(county: string, hash: string): string
  /** What lies in `incoming` or `fetching` of a county. */
  left(county: string, folder: string): string[]
  /** `<agency> <field>` of the entries about a file. */
  journalled(database: OpenDatabase, hash: string): Promise<string[]>
  close(): Promise<void>
}

/** Reads an answer. */
export async function answered(answer: Awaited<ReturnType<typeof request>>): Promise<FileAnswer> {
  const body = Buffer.from(await answer.body.arrayBuffer())
  const isJson = String(answer.headers['content-type']).includes('json')
  const json = (isJson ? JSON.parse(body.toString('utf8')) : {}) as FileAnswer['json']
  return { status: answer.statusCode, headers: answer.headers, body, json }
}

/** The codes of an answer's errors. */
export const codesOf = ({ json }: FileAnswer): unknown[] =>
  (json.errors ?? []).map(({ extensions }) => extensions['code'])

/** Starts it all; `attachments` as a node takes it. */
export async function startFileWorld(attachments: NonNullable<CountyDeps['attachments']>): Promise<FileWorld> {
  const clock = shiftedClock()
  const trust = await createTrust(codes)
  const counties = await startCounties(trust, codes, { clock, attachments })
  const journal = await openTestDatabase('gateway/journal/migrations')
  const { directory, snapshot } = counties
  const env = { DEADLINE_MS: '20000' }
  const gateway = await startGateway({ trust, snapshot, directory, clock, database: journal, env })
  const way = await breakingWay(Number(new URL(gateway.url).port))
  const gateways = snapshot.gateways.map((entry) => ({ ...entry, url: `http://127.0.0.1:${way.port}/graphql` }))
  directory.set({ ...snapshot, serial: snapshot.serial + 1, gateways })

  const headersOf: FileWorld['headersOf'] = async (county, scopes = allScopes) => {
    const now = Math.floor(clock.now().getTime() / 1_000)
    const token = await trust.token(agencyOf(county), scopes, { iat: now, exp: now + 600 })
    const [officer] = officersOf(county)
    return { authorization: `Bearer ${token}`, 'exchange-purpose': 'case/T-1', 'exchange-officer': officer }
  }
  const asked: FileWorld['asked'] = async (county, name, variables) => {
    const { authorization = '', ...more } = await headersOf(county)
    return gateway.ask(authorization.slice('Bearer '.length), documents.get(name) ?? '', variables, more)
  }
  async function run<Data>(county: string, name: string, variables: Record<string, unknown>): Promise<Data> {
    const { body } = await asked(county, name, variables)
    expect(body.errors).toBeUndefined()
    return Object.values(body.data ?? {})[0] as Data
  }
  const drafted = async (): Promise<string> => {
    const input = {
      recipient: xincai,
      title: '涉嫌发布虚假广告线索',
      source: 'INSPECTION',
      field: 'FOOD_AND_DRUGS',
      subject: '91411528MADE000117',
      subjectName: '虚构安心示例食品有限公司',
      act: 'FALSE_ADVERTISING',
      facts: '检查发现其在新蔡县的门店发布虚假广告。',
      items: [{ kind: 'PAPERS', name: '现场检查笔录', quantity: '1份' }],
    }
    return (await run<{ id: string }>(xixian, 'draft-clue', { input })).id
  }
  const filesAt: FileWorld['filesAt'] = async (county, id) => {
    const { body } = await asked(county, 'matter-attachments', { id })
    const matter = body.data?.['matter'] as { history: { attachments: ShownFile[] }[] } | null
    return matter?.history.flatMap((line) => line.attachments) ?? []
  }
  return {
    clock,
    trust,
    counties,
    gateway,
    journal,
    way,
    headersOf,
    asked,
    async put(contents, given = referenceTo(contents), headers) {
      const own = headers ?? (await headersOf(xixian))
      const url = `${gateway.url}/attachments/${given.hash}`
      return answered(
        await request(url, { method: 'PUT', headers: { ...own, 'content-type': given.mediaType }, body: contents }),
      )
    },
    get: async (path, headers) => answered(await request(`${gateway.url}${path}`, { headers })),
    drafted,
    async sent(...given) {
      const id = await drafted()
      await run(xixian, 'send-clue', {
        id,
        letter: { number: `息示例移〔2026〕${clock.uuid()}号`, attachments: given },
      })
      const waiting = { timeout: 30_000, interval: 20 }
      await vi.waitFor(async () => expect(await filesAt(xincai, id)).toHaveLength(given.length), waiting)
      return id
    },
    filesAt,
    storedAt: (county, hash) => join(counties.at(county).folder, 'files', hash.slice(0, 2), hash.slice(2, 4), hash),
    left: (county, folder) => readdirSync(join(counties.at(county).folder, folder)),
    async journalled(database, hash) {
      const rows = await database.db.select().from(journalEntries)
      return rows.filter(({ fields }) => fields.includes(hash)).map(({ fields, agency }) => `${agency} ${fields[0]}`)
    },
    async close() {
      for (const { code } of counties.list) await counties.at(code).stop()
      await way.close()
      await gateway.close()
      await journal.close()
      await counties.close()
      await trust.close()
    },
  }
}
