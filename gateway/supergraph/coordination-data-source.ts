import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { Pool } from 'undici'
import { z } from 'zod'
import { ExchangeError } from '../../services/platform/errors.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.looseObject({ code: z.string() }).optional() }))
    .optional(),
})
const largestAnswer = 4 * 1024 * 1024

/** Asks the coordination node. Never throws: when it is away its fields are null and say so. */
export class CoordinationDataSource implements GraphQLDataSource {
  readonly #pool: Pool
  readonly #path: string
  constructor(
    private readonly options: {
      url: string
      credentials: (context: RequestContext) => Readonly<Record<string, string>> | Promise<Record<string, string>>
    },
  ) {
    const { origin, pathname } = new URL(options.url)
    this.#path = pathname
    this.#pool = new Pool(origin, { connections: 8, connect: { timeout: 1_500 } })
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions): ReturnType<GraphQLDataSource['process']> {
    try {
      const asker = context as unknown as RequestContext
      const response = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: { 'content-type': 'application/json', ...(await this.options.credentials(asker)) },
        body: JSON.stringify({ query: request.query, variables: request.variables }),
        signal: asker.signal,
      })
      return answerSchema.parse(JSON.parse(await readText(response.body))) as never
    } catch {
      const error = new ExchangeError(
        'DIRECTORY_UNAVAILABLE',
        'The coordination node does not answer. Checks and cases go on with the cached directory.',
      )
      return { data: null, errors: [error] } as never
    }
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#pool.destroy()
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > largestAnswer) throw new Error('The answer is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
