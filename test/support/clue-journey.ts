import { expect, vi } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { type ShiftedClock, type TestCounties, officersOf, shiftedClock, startCounties } from './counties.ts'
import { type TestGateway, startGateway } from './test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from './trust.ts'

const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))
/** Each county's clues are about another enterprise: a clue is never passed on. */
const subjects: Readonly<Record<string, string>> = { '411729': '91411729MADE0002XP', '410823': '91410823MADE000705' }
const subjectOf = (county: string) => ({
  subject: subjects[county] ?? '91411528MADE000117',
  subjectName: '虚构安心示例食品有限公司',
  act: 'FALSE_ADVERTISING',
})

/** Counties and a gateway on sockets, and the steps by which clues go between the first two. */
export interface ClueJourney {
  trust: Trust
  counties: TestCounties
  gateway: TestGateway
  clock: ShiftedClock
  /** An access token of the county's agency. */
  token(county: string): Promise<string>
  /** Runs a registered document in the name of the county's agency; its one root field. */
  run<Data>(county: string, name: string, variables?: Record<string, unknown>): Promise<Data>
  /** Files a case at the county. */
  filed(county: string, number: string): Promise<string>
  /** Sends a clue from the first county to the second, or from `from` to `to`; resolves when it has arrived. */
  sent(number: string, from?: string, to?: string): Promise<string>
  step(county: string, id: string, event: string, given?: Record<string, unknown>): Promise<void>
  /** Waits until the county's own node shows the state. */
  arrived(county: string, id: string, state: string): Promise<void>
  clue(county: string, id: string): Promise<Record<string, unknown> | null>
  close(): Promise<void>
}

/** Starts a node for each county, and a gateway before them; their clock is `ahead` of the machine's by so many ms. */
export async function startClueJourney(
  codes: readonly string[],
  options: Parameters<typeof startCounties>[2] = {},
  ahead = 0,
): Promise<ClueJourney> {
  const [first = '', second = ''] = codes
  const clock = shiftedClock()
  clock.advance(ahead)
  const trust = await createTrust(codes)
  const counties = await startCounties(trust, codes, { clock, delivery: { bounds: { pollMs: 500 } }, ...options })
  const { directory, snapshot } = counties
  const gateway = await startGateway({ trust, snapshot, directory, clock, env: { DEADLINE_MS: '20000' } })
  const gateways = snapshot.gateways.map((entry) => ({ ...entry, url: `${gateway.url}/graphql` }))
  directory.set({ ...snapshot, serial: snapshot.serial + 1, gateways })

  const token = (county: string): Promise<string> => {
    const now = Math.floor(clock.now().getTime() / 1_000)
    return trust.token(agencyOf(county), allScopes, { iat: now, exp: now + 600 })
  }
  const run: ClueJourney['run'] = async <Data>(county: string, name: string, variables = {}) => {
    const [officer] = officersOf(county)
    const document = documents.get(name) ?? ''
    const { body } = await gateway.ask(await token(county), document, variables, { 'exchange-officer': officer })
    expect(body.errors).toBeUndefined()
    return Object.values(body.data ?? {})[0] as Data
  }
  const clue: ClueJourney['clue'] = (county, id) => run(county, 'clue', { id })
  const arrived: ClueJourney['arrived'] = async (county, id, state) => {
    const there = async (): Promise<boolean> => (await clue(county, id))?.['state'] === state
    await vi.waitUntil(there, { timeout: 60_000, interval: 50 })
  }
  const filed: ClueJourney['filed'] = async (county, number) => {
    const input = {
      ...subjectOf(county),
      number,
      title: '虚假广告案',
      field: 'FOOD_AND_DRUGS',
      officers: officersOf(county),
    }
    return (await run<{ id: string }>(county, 'file-case', { input })).id
  }
  return {
    trust,
    counties,
    gateway,
    clock,
    token,
    run,
    filed,
    clue,
    arrived,
    async sent(number, from = first, to = second) {
      const input = {
        ...subjectOf(from),
        recipient: to,
        title: '涉嫌发布虚假广告线索',
        source: 'INSPECTION',
        field: 'FOOD_AND_DRUGS',
        facts: '检查发现其在新蔡县的门店发布虚假广告。',
        originCase: await filed(from, `示例立〔2026〕${clock.uuid()}号`),
        items: [{ kind: 'GOODS', name: '宣传册', quantity: '3箱' }],
      }
      const { id } = await run<{ id: string }>(from, 'draft-clue', { input })
      await run(from, 'send-clue', { id, letter: { number } })
      await arrived(to, id, 'SENT')
      return id
    },
    async step(county, id, event, given = {}) {
      await run(county, 'advance-clue', { id, event, step: given })
    },
    async close() {
      for (const { code } of counties.list) await counties.at(code).stop()
      await gateway.close()
      await counties.close()
      await trust.close()
    },
  }
}
