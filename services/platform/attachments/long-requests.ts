import type { FastifyInstance, FastifyRequest } from 'fastify'

/** For how long what is left of a request is still read once it has been answered. */
const lingerMs = 5_000

/**
 * Lets requests whose path begins with `prefix` take `ms` to arrive. All others are cut off after the time that the server
 * has for requests, as before.
 */
export function allowLongRequests(app: FastifyInstance, prefix: string, ms: number): void {
  const usual = app.server.requestTimeout
  app.server.requestTimeout = ms
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.complete || raw.url?.startsWith(prefix) === true) return
    destroyLater(raw, usual)
  })
}

/**
 * The body as it comes. It may be left before its end: the connection then lives long enough for the answer to be read,
 * and no longer.
 */
export function bodyOf({ raw }: FastifyRequest): AsyncIterable<Buffer> {
  return raw.iterator({ destroyOnReturn: false })
}

/** Reads and throws away what still comes of a request that has been answered, for five seconds at most. */
export function leave({ raw }: FastifyRequest): void {
  if (raw.complete) return
  raw.resume()
  destroyLater(raw, lingerMs)
}

/** Ends the connection of a request that has not arrived by then. */
function destroyLater(raw: FastifyRequest['raw'], ms: number): void {
  const timer = setTimeout(() => {
    if (!raw.complete) raw.destroy()
  }, ms).unref()
  raw.once('close', () => clearTimeout(timer))
}
