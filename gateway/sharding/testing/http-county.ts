import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { pipeline } from 'node:stream/promises'
import { headers as names } from '../../../services/platform/viewer.ts'
import { membersOf } from '../json.ts'
import type { MemoryCounty } from './memory-county.ts'

/** What is wrong with a county that is reached over HTTP. */
export type Illness =
  | 'HANGS'
  | 'SLOW'
  | 'HANGS_UP'
  | 'HTTP_500'
  | 'HTTP_401'
  | 'HTTP_403_PURPOSE'
  | 'HTTP_500_WITH_CODE'
  | 'HTML'
  | 'JSON_AS_HTML'
  | 'BROKEN_JSON'
  | 'LIST_FOR_BODY'
  | 'CLOSES_HALF_WAY'
  | 'HUGE'
  | 'HUGE_AND_SAYS_SO'
  | 'DRIPS'
  | 'ANOTHER_REQUEST'
  | 'ANOTHER_COUNTY'
  | 'NO_HEADERS'
  | 'REDIRECT'
  | 'GRAPHQL_ERROR'

/** A county in memory behind a real socket. */
export interface HttpCounty {
  url: string
  county: MemoryCounty
  /** Undefined while it is well. */
  illness: Illness | undefined
  /** Headers of the requests it got. */
  seen: IncomingMessage['headers'][]
  /** Bytes of answers that were handed to the socket. */
  written: number
  /** Requests whose sender went away before the answer. */
  abandoned: number
  /** Connections made to it. */
  connections: number
  close(): Promise<void>
}

/** Starts a county on a free port. */
export async function startHttpCounty(county: MemoryCounty): Promise<HttpCounty> {
  const server: Server = createServer()
  const started: HttpCounty = {
    url: '',
    county,
    illness: undefined,
    seen: [],
    written: 0,
    abandoned: 0,
    connections: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  server.on('connection', () => (started.connections += 1))
  server.on('request', (request, response) => {
    started.seen.push(request.headers)
    response.on('close', () => {
      if (!response.writableFinished) started.abandoned += 1
    })
    void answer(started, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  if (typeof address === 'string' || address === null) throw new Error('no port')
  started.url = `http://127.0.0.1:${address.port}/graphql`
  return started
}

async function answer(started: HttpCounty, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const { query, variables } = membersOf(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  const { county, illness } = started
  if (illness === 'HANGS') return
  if (illness === 'HANGS_UP') {
    request.socket.destroy()
    return
  }
  if (illness === 'SLOW') await setTimeout(300)
  const body = JSON.stringify(
    await county.answer({ query: String(query), variables: membersOf(variables), mutation: false }),
  )
  const own = {
    'content-type': 'application/json; charset=utf-8',
    [names.request]: request.headers[names.request],
    [names.county]: county.code,
  }
  if (illness === 'NO_HEADERS') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(body)
  } else if (illness === 'CLOSES_HALF_WAY') {
    response.writeHead(200, { ...own, 'content-length': body.length })
    response.write(body.slice(0, body.length / 2), () => request.socket.destroy())
  } else if (illness === 'HUGE' || illness === 'HUGE_AND_SAYS_SO') {
    response.writeHead(200, { ...own, ...(illness === 'HUGE_AND_SAYS_SO' && { 'content-length': 50_000_000 }) })
    await flood(started, response)
  } else if (illness === 'DRIPS') {
    response.writeHead(200, own)
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  } else {
    const { status = 200, text = body, headers = {} } = illness === undefined ? {} : (spoken[illness] ?? {})
    const rewritten = illness === 'BROKEN_JSON' ? body.slice(0, -1) : illness === 'LIST_FOR_BODY' ? `[${body}]` : text
    response.writeHead(status, { ...own, ...headers }).end(rewritten)
  }
}

/** Illnesses that are another status, text or header. */
const spoken: { [I in Illness]?: { status?: number; text?: string; headers?: Record<string, string> } } = {
  HTTP_500: { status: 500 },
  HTTP_500_WITH_CODE: { status: 500, text: '{"errors":[{"message":"no","extensions":{"code":"INTERNAL"}}]}' },
  JSON_AS_HTML: { headers: { 'content-type': 'text/html' } },
  HTTP_401: { status: 401, text: 'who are you?', headers: { 'content-type': 'text/plain' } },
  HTTP_403_PURPOSE: {
    status: 403,
    text: '{"errors":[{"message":"Say what for.","extensions":{"code":"PURPOSE_MISSING"}}]}',
  },
  HTML: { text: '<html>', headers: { 'content-type': 'text/html' } },
  REDIRECT: { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
  GRAPHQL_ERROR: { text: '{"errors":[{"message":"a secret"}]}' },
  ANOTHER_REQUEST: { headers: { [names.request]: 'another' } },
  ANOTHER_COUNTY: { headers: { [names.county]: '999999' } },
}

/** Writes 50 MB as fast as the reader takes them. */
async function flood(started: HttpCounty, response: ServerResponse): Promise<void> {
  const chunk = Buffer.alloc(50_000, ' ')
  const chunks = function* () {
    for (let i = 0; i < 1_000; i++) {
      started.written += chunk.length
      yield chunk
    }
  }
  // The reader goes away before the end: that is what is tested.
  await pipeline(Readable.from(chunks()), response).catch(() => {})
}
