/**
 * The light process: one port for each county, no database, no check of tokens, the same for every contestant. It counts
 * the questions it was asked.
 */
import type { SigningKey } from '../../services/platform/tokens/keys.ts'
import { answerCalls } from '../run/commands.ts'
import { lightCounty } from './answers.ts'
import { execute } from './executor.ts'
import { lightIndex } from './light-index.ts'
import { listenRaw, requestIdOf, serveRaw } from './raw-http.ts'

/** What the light process is started with. */
export interface LightOptions {
  codes: string[]
  keys: SigningKey[]
  epoch: { id: string; key: string }
  gatewayId: string
}

let calls = 0

async function start({ codes, keys, epoch, gatewayId }: LightOptions): Promise<number[]> {
  const ports: number[] = []
  for (const [place, code] of codes.entries()) {
    const key = keys[place]
    if (!key) throw new Error(`no key of ${code}`)
    const root = lightCounty(codes, code)
    const index = lightIndex({ code, place, key, epoch, gatewayId })
    const head = `content-type: application/json\r\nexchange-county: ${code}\r\nexchange-request-id: `
    const server = serveRaw((request) => {
      if (request.method !== 'POST') return index(request)
      calls += 1
      const { query, variables } = JSON.parse(request.body) as { query: string; variables?: Record<string, unknown> }
      const body = JSON.stringify({ data: execute(query, variables ?? {}, root) })
      return { status: 200, head: `${head}${requestIdOf(request.head)}\r\n`, body }
    })
    ports.push(await listenRaw(server))
  }
  return ports
}

answerCalls({ start, calls: () => calls })
