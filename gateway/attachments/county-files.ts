import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { attachmentsPath } from '../../services/platform/attachments/attachment.ts'
import { readText, sendRequest } from '../../services/platform/attachments/send-request.ts'
import { redactMessage } from '../../services/platform/codes/mask.ts'
import type { NodeEntry } from '../../services/platform/directory/snapshot.ts'
import { ExchangeError } from '../../services/platform/errors.ts'
import { isErrorCode } from '../access/error-codes.ts'

/** A request to a county's node about one file. */
export interface FileRequest {
  method: 'GET' | 'PUT'
  county: Pick<NodeEntry, 'code' | 'url'>
  hash: string
  query: Readonly<Record<string, string>>
  headers: Readonly<Record<string, string>>
  body?: Readable
  signal: AbortSignal
}

/** What a county's node answered; never an error. */
export interface FileAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Readable
}

/** For the answer's first byte: a county hashes what it was given, or fetches what it was asked for, before it answers. */
const answerMs = 60_000
const mostErrorBytes = 65_536
const good = new Set([200, 201, 202, 206, 416])
const errorSchema = z.object({
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({
          code: z.string(),
          argument: z.string().max(100).optional(),
          county: z
            .string()
            .regex(/^\d{6}$/)
            .optional(),
          reason: z
            .string()
            .regex(/^[A-Z]{1,20}$/)
            .optional(),
        }),
      }),
    )
    .min(1),
})

/** Asks a county's node. Throws the county's own error by its code and message, or COUNTY_UNANSWERED. */
export async function askForFile({ county, hash, query, ...more }: FileRequest): Promise<FileAnswer> {
  const url = new URL(`${attachmentsPath}/${hash}`, county.url)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const { status, headers, body } = await sendRequest(url, { ...more, answerMs }).catch((error: unknown) => {
    if (error instanceof ExchangeError) throw error
    more.signal.throwIfAborted()
    throw unanswered(county.code, 'UNREACHABLE')
  })
  if (good.has(status)) return { status, headers, body }
  throw errorOf(county.code, await readText(body, mostErrorBytes).catch(() => ''))
}

/** The county's error: a code that is known, its message without identity numbers, cut. */
function errorOf(county: string, text: string): ExchangeError {
  const error = parsed(text)?.errors[0]
  if (!error) return unanswered(county, 'FAULT')
  const { code, ...details } = error.extensions
  if (!isErrorCode(code) || code === 'INTERNAL') return unanswered(county, 'FAULT')
  if (code.startsWith('TOKEN_')) return unanswered(county, 'REFUSED')
  return new ExchangeError(code, redactMessage(error.message.slice(0, 500)), { county, ...defined(details) })
}

function parsed(text: string): z.infer<typeof errorSchema> | undefined {
  try {
    return errorSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function defined(details: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** COUNTY_UNANSWERED with the reason. */
export function unanswered(county: string, reason: 'UNREACHABLE' | 'REFUSED' | 'FAULT'): ExchangeError {
  return new ExchangeError('COUNTY_UNANSWERED', `The node of ${county} did not answer about the file: ${reason}.`, {
    county,
    reason,
  })
}
