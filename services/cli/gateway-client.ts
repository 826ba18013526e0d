import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { headers } from '../platform/viewer.ts'
import { CommandFailed } from './exit-codes.ts'

const deadlineMs = 15_000
const answerSchema = z.looseObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.looseObject({ message: z.string(), extensions: z.looseObject({ code: z.string().optional() }).optional() }),
    )
    .optional(),
})

/** One operation to send. */
export interface GatewayQuestion {
  url: string
  token: string
  document: string
  variables: Record<string, unknown>
  purpose?: string | undefined
  officer?: string | undefined
}

/**
 * Sends an operation to the gateway and returns its data. An answer without the wanted root field ends the command with
 * the gateway's first error, or with `none` where it answered that there is none.
 */
export async function askGateway(question: GatewayQuestion, rootField: string, none?: string): Promise<unknown> {
  const answer = answerSchema.safeParse(await send(question))
  if (!answer.success) throw new CommandFailed(`What answers at ${question.url} is no GraphQL server.`)
  const { data, errors } = answer.data
  const value = data?.[rootField]
  if (value !== undefined && value !== null) return value
  const [error] = errors ?? []
  if (!error) throw new CommandFailed(none ?? `The gateway gave no answer to ${rootField} and no reason.`)
  throw new CommandFailed(`${error.message} (${error.extensions?.code ?? 'no code'})`)
}

async function send(question: GatewayQuestion): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(question.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${question.token}`,
        [headers.transaction]: randomUUID(),
        ...(question.purpose === undefined ? {} : { [headers.purpose]: encodePurpose(question.purpose) }),
        ...(question.officer === undefined ? {} : { [headers.officer]: encodeURIComponent(question.officer) }),
      },
      body: JSON.stringify({ query: question.document, variables: question.variables }),
      signal: AbortSignal.timeout(deadlineMs),
    })
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError'
    throw new CommandFailed(
      late
        ? `The gateway at ${question.url} did not answer within ${deadlineMs / 1_000} s.`
        : `No gateway answers at ${question.url}. Start it (npm start) or name another with --gateway.`,
    )
  }
  try {
    return await response.json()
  } catch {
    throw new CommandFailed(`The gateway at ${question.url} answered HTTP ${response.status} without JSON.`)
  }
}

/** `approval/<number>` with the number percent-encoded, as the header wants it. */
export function encodePurpose(purpose: string): string {
  const slash = purpose.indexOf('/')
  if (slash < 0) throw new CommandFailed('A purpose is written kind/number, e.g. approval/息审许2026-17.')
  return `${purpose.slice(0, slash)}/${encodeURIComponent(purpose.slice(slash + 1))}`
}
