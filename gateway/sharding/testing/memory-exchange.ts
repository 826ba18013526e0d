import type {
  AskerContext,
  CountyRequest,
  CountyTransport,
  Delivery,
  OutageReason,
  RegisteredCounty,
} from '../contract.ts'
import { readRoutingTable } from '../routing-table.ts'
import { createScatter, type Scatter } from '../scatter.ts'
import { membersOf } from '../json.ts'
import { MemoryCounty, thing } from './memory-county.ts'
import { testSdl } from './schema.ts'

/** Changes what a county answers, or makes it fail. */
export type Behaviour = OutageReason | ((body: Record<string, unknown>) => Record<string, unknown>)

/** The core over counties in memory: everything real but the wire. */
export interface MemoryExchange {
  scatter: Scatter<AskerContext>
  counties: Map<string, MemoryCounty>
  /** What is wrong with a county, by code. */
  behaviours: Map<string, Behaviour>
  /** Faults that were logged. */
  faults: string[]
  registry: RegisteredCounty[]
}

/** The context of an asker in a county. */
export function asker(county = '100001'): AskerContext {
  return { viewer: { county }, transaction: { deadline: Date.now() + 60_000 }, signal: new AbortController().signal }
}

const table = readRoutingTable(testSdl)

/** Puts counties together; codes are in the order of the directory. */
export function memoryExchange(counties: readonly MemoryCounty[]): MemoryExchange {
  const byCode = new Map(counties.map((county) => [county.code, county]))
  const behaviours = new Map<string, Behaviour>()
  const faults: string[] = []
  const registry: RegisteredCounty[] = counties.map(({ code }) => ({
    code,
    url: `http://${code}.invalid/`,
    status: 'ACTIVE',
  }))
  const transport: CountyTransport<AskerContext> = {
    async send({ code }: RegisteredCounty, request: CountyRequest): Promise<Delivery> {
      const behaviour = behaviours.get(code)
      const county = byCode.get(code)
      if (county === undefined) return { outage: 'UNREACHABLE', detail: 'no such county' }
      if (typeof behaviour === 'string') {
        county.requests.push(request)
        return { outage: behaviour, detail: 'made to fail', sent: behaviour !== 'UNREACHABLE' }
      }
      const body = await county.answer(request)
      return { body: behaviour === undefined ? body : behaviour(body) }
    },
  }
  const logger = {
    warn: (details: Record<string, unknown>) => void faults.push(String(details['detail'])),
    error: (details: Record<string, unknown>) => void faults.push(String(details['error'])),
  }
  const limits = { documents: 100, listLength: 10_000 }
  const scatter = createScatter({ table, counties: { list: () => registry }, transport, limits, logger })
  return { scatter, counties: byCode, behaviours, faults, registry }
}

/** Three counties with four things each, whose times interleave: the newest is the last county's fourth. */
export function threeCounties(): MemoryExchange {
  const codes = ['100001', '200002', '300003']
  return memoryExchange(
    codes.map(
      (code, hour) =>
        new MemoryCounty(
          code,
          [0, 1, 2, 3].map((n) => thing(code, n, `2026-01-0${n + 1}T0${hour}`)),
        ),
    ),
  )
}

/** An error as it leaves the gateway. */
export interface PlainError {
  message: string
  path?: (string | number)[]
  extensions: Record<string, unknown>
}

/** Runs a document, and gives the errors as they leave the gateway. */
export async function run(
  x: MemoryExchange,
  document: string,
  variables: Record<string, unknown> = {},
  context: AskerContext = asker(),
): Promise<{ data: Record<string, unknown> | null; errors: PlainError[] }> {
  const { data, errors } = await x.scatter.execute({ document, variables, context })
  const plain = errors.map(({ message, path, extensions }) => ({
    message,
    ...(path && { path: [...path] }),
    extensions,
  }))
  return { data, errors: plain }
}

/** How many requests each county was sent. */
export function requests(x: MemoryExchange): number[] {
  return [...x.counties.values()].map((county) => county.requests.length)
}

/** A county that changes the text of its answers. */
export function rewriting(change: (text: string) => string): Behaviour {
  return (body) => membersOf(JSON.parse(change(JSON.stringify(body))))
}
