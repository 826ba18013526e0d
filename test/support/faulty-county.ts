import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { headers } from '../../services/platform/viewer.ts'
import { closeServer, listen } from './trust.ts'

/** Ways of a county to answer a credit check, good and bad. */
export const behaviours = [
  'NOT_LISTED',
  'LISTED',
  'REFUSES_CONNECTION',
  'HANGS',
  'STATUS_500',
  'CLOSES_HALF_WAY',
  'BROKEN_JSON',
  'HTML',
  'GRAPHQL_ERROR',
  'NULL_WHERE_FORBIDDEN',
  'RECORDS_OF_ANOTHER_COUNTY',
  'FIFTY_MEGABYTES',
  'ANSWER_TO_ANOTHER_REQUEST',
  'ANSWER_ABOUT_ANOTHER_SUBJECT',
  'ANSWER_AS_ANOTHER_COUNTY',
  'EMPTY_LIST',
  'TOO_FEW_STANDINGS',
  'REFUSED',
  'STALE',
] as const

/** One of {@link behaviours}. */
export type Behaviour = (typeof behaviours)[number]

/** A process that answers for one county, well or badly; which, the stated purpose's number decides. */
export interface FaultyCounty {
  url: string
  /** Requests that reached it. */
  received: number
  close(): Promise<void>
}

const chunk = Buffer.alloc(65_536, 0x20)
const chunks = 800

/** Starts a county whose answer to the request with purpose `approval/<number>` is `behaviourOf(number)`. */
export async function startFaultyCounty(
  code: string,
  behaviourOf: (number: string) => Behaviour,
): Promise<FaultyCounty> {
  const server = createServer((request, response) => {
    county.received += 1
    answer(code, request, response, behaviourOf).catch(() => response.destroy())
  })
  await listen(server)
  const county: FaultyCounty = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    received: 0,
    close: () => closeServer(server),
  }
  return county
}

async function answer(
  code: string,
  request: IncomingMessage,
  response: ServerResponse,
  behaviourOf: (number: string) => Behaviour,
): Promise<void> {
  const asked = JSON.parse(await text(request)) as { query: string; variables: Record<string, unknown> }
  // The gateway renames root fields, so that several questions can travel in one request.
  const key = /(\w+)\s*:\s*creditStandings/.exec(asked.query)?.[1] ?? 'creditStandings'
  const questions = Object.values(asked.variables).find(Array.isArray) as { subject: string; matter: string }[]
  const subject = questions[0]?.subject ?? ''
  const behaviour = behaviourOf(String(request.headers[headers.purpose]).split('/')[1] ?? '')
  const standing = (over: Record<string, unknown> = {}, first: Record<string, unknown> = {}) => ({
    county: { code },
    asOf: new Date().toISOString(),
    listVersion: '7',
    standings: questions.map((question, index) => ({ ...question, listings: [], ...(index === 0 ? first : {}) })),
    ...over,
  })
  const send = (data: unknown, over: Record<string, string> = {}, status = 200): void => {
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      [headers.county]: code,
      [headers.request]: String(request.headers[headers.request]),
      ...over,
    })
    response.end(JSON.stringify(data))
  }
  const good = (element: unknown) => send({ data: { [key]: [element] } })

  switch (behaviour) {
    case 'NOT_LISTED':
      return good(standing())
    case 'LISTED':
      return good(standing({}, { listings: [listing(code, subject)] }))
    case 'HANGS':
      return
    case 'STATUS_500':
      return send({ data: { [key]: [standing()] } }, {}, 500)
    case 'REFUSES_CONNECTION':
      response.destroy()
      return
    case 'CLOSES_HALF_WAY': {
      const whole = JSON.stringify({ data: { [key]: [standing()] } })
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(whole)),
        [headers.county]: code,
        [headers.request]: String(request.headers[headers.request]),
      })
      response.write(whole.slice(0, 30), () => response.destroy())
      return
    }
    case 'BROKEN_JSON':
      response.writeHead(200, {
        'content-type': 'application/json',
        [headers.county]: code,
        [headers.request]: String(request.headers[headers.request]),
      })
      response.end(`{"data":{"${key}":[${JSON.stringify(standing())}`)
      return
    case 'HTML':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>维护中</body></html>')
      return
    case 'GRAPHQL_ERROR':
      return send({ data: { [key]: null }, errors: [{ message: 'boom', path: [key] }] })
    case 'NULL_WHERE_FORBIDDEN':
      return good(standing({}, { listings: null }))
    case 'RECORDS_OF_ANOTHER_COUNTY':
      return good(standing({}, { listings: [listing('999999', subject)] }))
    case 'FIFTY_MEGABYTES':
      response.writeHead(200, {
        'content-type': 'application/json',
        [headers.county]: code,
        [headers.request]: String(request.headers[headers.request]),
      })
      await flood(response)
      response.end(JSON.stringify({ data: { [key]: [standing()] } }))
      return
    case 'ANSWER_TO_ANOTHER_REQUEST':
      return send({ data: { [key]: [standing()] } }, { [headers.request]: 'another-request' })
    case 'ANSWER_ABOUT_ANOTHER_SUBJECT':
      return good(
        standing({}, { subject: subject === '91411528MAX00004X0' ? '91110000600037341L' : '91411528MAX00004X0' }),
      )
    case 'ANSWER_AS_ANOTHER_COUNTY':
      return send({ data: { [key]: [standing({ county: { code: '999999' } })] } })
    case 'EMPTY_LIST':
      return send({ data: { [key]: [] } })
    case 'TOO_FEW_STANDINGS':
      return good(standing({ standings: [] }))
    case 'REFUSED':
      return send({ data: { [key]: null }, errors: [{ message: 'no', extensions: { code: 'AGREEMENT_MISSING' } }] }, {})
    case 'STALE':
      return good(standing({ asOf: new Date(Date.now() - 3_600_000).toISOString() }))
  }
}

function listing(county: string, subject: string): Record<string, unknown> {
  return {
    id: `${county}:listing:00000000-0000-4000-8000-000000000001`,
    relation: 'LISTED_SUBJECT',
    documentNumber: '示例列字〔2026〕1号',
    subjectCode: subject,
    subjectName: '虚构示例食品有限公司',
    category: 'FOOD_SAFETY',
    categoryLabel: '食品安全领域',
    state: 'PUBLISHED',
    stateLabel: '已公示',
    facts: '示例事由',
    basis: '第五条',
    organ: '示例县市场监督管理局',
    listedOn: '2026-01-01',
    effectUntil: '2029-01-01',
    imposedMeasures: [],
    restrictionUntil: null,
  }
}

async function flood(response: ServerResponse): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    response.once('close', resolve)
  })
  for (let i = 0; i < chunks && !response.destroyed; i++) {
    if (response.write(chunk)) continue
    const drained = new Promise<void>((resolve) => {
      response.once('drain', resolve)
    })
    await Promise.race([drained, closed])
  }
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
