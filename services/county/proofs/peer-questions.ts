import { z } from 'zod'
import type { CountyAsker } from '../delivery/gateway-courier.ts'
import type { ComparedJournal, ComparedMatter } from './matter-comparison.ts'

const mattersDocument = `query ComparedMatters($county: NodeCode!, $after: String, $ids: [ID!]) {
  comparedMatters(county: $county, after: $after, ids: $ids) {
    matters {
      matter kind parties pen frozen state deadline
      envelopes { hash sender sequence at status }
      receipts { envelope recipient hash receivedAt }
    }
    next
  }
}`
const journalDocument = `query ComparedJournal($county: NodeCode!, $after: Int!) {
  comparedJournal(county: $county, after: $after) {
    accesses { sequence at transaction agency officer purpose fields }
    before since sequence hash broken more
  }
}`

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const moment = z.iso.datetime().transform((text) => new Date(text))
const matterSchema = z.object({
  matter: z.string(),
  kind: z.string(),
  parties: z.array(z.string()),
  pen: z.string().nullable(),
  frozen: z.string().nullable(),
  state: z.string().nullable(),
  deadline: z.string().nullable(),
  envelopes: z.array(
    z.object({ hash: z.string(), sender: z.string(), sequence: z.int(), at: moment, status: z.string() }),
  ),
  receipts: z.array(
    z.object({
      envelope: z.string(),
      recipient: z.string(),
      hash: z.string().nullable(),
      receivedAt: moment.nullable(),
    }),
  ),
})
const mattersSchema = z.object({
  comparedMatters: z.object({ matters: z.array(matterSchema), next: z.string().nullable() }),
})
const journalSchema = z.object({
  comparedJournal: z.object({
    accesses: z.array(
      z.object({
        sequence: z.int(),
        at: moment,
        transaction: z.string(),
        agency: z.string(),
        officer: z.string().nullable(),
        purpose: z.string(),
        fields: z.array(z.string()),
      }),
    ),
    before: z.union([sha256, z.literal('')]),
    since: moment.nullable(),
    sequence: z.int(),
    hash: z.union([sha256, z.literal('')]),
    broken: z.int().nullable(),
    more: z.boolean(),
  }),
})

const deadlineMs = 30_000

/** What a county's node is asked when two counties compare; each question ends after 30 s. */
export interface Peer {
  page(after: string): Promise<{ matters: ComparedMatter[]; next: string | null }>
  some(ids: readonly string[]): Promise<ComparedMatter[]>
  journal(after: number): Promise<ComparedJournal>
}

/** Another county, asked through the gateway in the name of this county's node. */
export function peerThrough(ask: CountyAsker, county: string): Peer {
  const matters = async (which: { after: string } | { ids: readonly string[] }) =>
    (await ask(mattersDocument, { county, ...which }, mattersSchema, AbortSignal.timeout(deadlineMs))).comparedMatters
  return {
    page: (after) => matters({ after }),
    some: async (ids) => (await matters({ ids })).matters,
    journal: async (after) =>
      (await ask(journalDocument, { county, after }, journalSchema, AbortSignal.timeout(deadlineMs))).comparedJournal,
  }
}
