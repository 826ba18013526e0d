/**
 * The floor: what a program pays that asks every county itself, with undici, and parses the answers. It is its own
 * driver: there is no HTTP server in front of it, no GraphQL, no token and no receipt. Its processor time per check
 * holds the asking and the reading, nothing else.
 */
import { Pool } from 'undici'
import { answerCalls } from '../run/commands.ts'
import { matter, subjectCode } from '../world/codes.ts'
import { peerCheckField, peerCheckFragment } from '../world/peer-schema.ts'
import { type Phase, type PhaseResult, summarise } from './question.ts'

interface Standings {
  data: Record<string, [{ asOf: string; listVersion: string; standings: { listings: unknown[] }[] }]>
}

const connectionsPerCounty = 16
const answerMs = 30_000

let counties: { code: string; pool: Pool; before: string }[] = []
let serial = 400_000_000 + Math.floor(Math.random() * 400_000_000)

function start(targets: { code: string; origin: string }[]): void {
  counties = targets.map(({ code, origin }) => {
    const query = `query Check($questions: [CreditQuestion!]!) { c${code}: ${peerCheckField(code)} } ${peerCheckFragment}`
    const before = `{"query":${JSON.stringify(query)},"variables":{"questions":[{"matter":"${matter}","subject":"`
    return {
      code,
      pool: new Pool(origin, { connections: connectionsPerCounty, headersTimeout: answerMs, bodyTimeout: answerMs }),
      before,
    }
  })
}

const headers = { 'content-type': 'application/json' }

async function askOne({ code, pool, before }: (typeof counties)[number], subject: string): Promise<number> {
  const { statusCode, body } = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers,
    body: `${before}${subject}"}]}}`,
  })
  const answer = (await body.json()) as Standings
  const standing = answer.data[`c${code}`]?.[0]
  if (statusCode !== 200 || !standing?.asOf || !standing.listVersion) throw new Error(`no standing of ${code}`)
  return standing.standings[0]?.listings.length ?? 0
}

async function checkAll(subject: string): Promise<void> {
  const listings = await Promise.all(counties.map((county) => askOne(county, subject)))
  if (listings.some((count) => count !== 0)) throw new Error('a listing that nobody made')
}

async function run({ phase }: { phase: Phase }): Promise<PhaseResult> {
  const latencies: number[] = []
  const wrong: string[] = []
  let failures = 0
  const started = performance.now()
  const until = started + phase.ms
  const loop = async (): Promise<void> => {
    while (performance.now() < until) {
      const sent = performance.now()
      serial += 1
      try {
        // One after the other is what a closed loop is.
        // oxlint-disable-next-line no-await-in-loop
        await checkAll(subjectCode(serial))
        latencies.push(performance.now() - sent)
      } catch (error) {
        failures += 1
        if (wrong.length < 5) wrong.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  await Promise.all(Array.from({ length: phase.concurrency }, loop))
  const seconds = (performance.now() - started) / 1_000
  return summarise({ latencies, failures, seconds, bytes: 0, sampled: latencies.length, wrong })
}

answerCalls({ start, run })
