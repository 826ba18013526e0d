import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** A request as an agency's system received it. */
export interface Taken {
  id: string
  headers: Record<string, string>
  body: string
  event: { type: string; timestamp: string; data: Record<string, unknown> }
}

/** How the receiver answers a request; ends `response`, or leaves it open. */
export type Answering = (taken: Taken, response: ServerResponse) => void

/** An agency's own system: a real HTTP server on the loopback address. */
export interface Receiver {
  url: string
  /** `127.0.0.1:<port>`, as WEBHOOK_PRIVATE_TARGETS lists it. */
  host: string
  /** Every request so far. */
  taken: Taken[]
  /** Answers from now on; 204 at first. */
  answer: (answering: Answering) => void
  close: () => Promise<void>
}

/** Starts a receiver. */
export async function startReceiver(): Promise<Receiver> {
  const taken: Taken[] = []
  let answering: Answering = answerWith(204)
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      const body = await bodyOf(request)
      const headers = request.headers as Record<string, string>
      const event = JSON.parse(body) as Taken['event']
      const one = { id: headers['webhook-id'] ?? '', headers, body, event }
      taken.push(one)
      answering(one, response)
    }
    void take()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/events`,
    host: `127.0.0.1:${port}`,
    taken,
    answer: (next) => (answering = next),
    close: () => closeServer(server),
  }
}

/** Answers with a status. */
export function answerWith(status: number, headers: Record<string, string> = {}): Answering {
  return (_taken, response) => response.writeHead(status, headers).end()
}

/** Whether the official library takes the request as signed with this secret. */
export function isSignedWith({ body, headers }: Taken, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
