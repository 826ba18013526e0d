import { z } from 'zod'
import { attachmentsPath } from '../../platform/attachments/attachment.ts'
import { readText, sendRequest } from '../../platform/attachments/send-request.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Directory } from '../../platform/directory/directory.ts'
import { formatPurpose } from '../../platform/purpose.ts'
import { createCountyClientMinter, nameOfCounty } from '../../platform/tokens/county-as-client.ts'
import type { SigningKey } from '../../platform/tokens/keys.ts'
import { headers } from '../../platform/viewer.ts'

/** A file at the county that sent the document which names it. */
export interface RemoteFile {
  /** The sender. */
  county: string
  matter: string
  hash: string
}

/** Another county will not give the file: to ask again at once is of no use. */
export class FileRefused extends Error {}

/** The way to files of other counties. */
export interface FileSource {
  /** The file's bytes from `from` on, or all of them: `from` of the answer says which. Throws {@link FileRefused}. */
  open(
    file: RemoteFile,
    from: number,
    signal: AbortSignal,
  ): Promise<{ from: number; body: AsyncIterable<Buffer>; close: () => void }>
}

const purpose = formatPurpose({ kind: 'CASE', number: '跨县事项附件调取' })
/** For the first byte of the answer. */
const answerMs = 30_000
const mostErrorBytes = 65_536
const errorSchema = z.object({
  errors: z.array(z.object({ extensions: z.object({ code: z.string().max(60) }) })).min(1),
})
/** Statuses that say nothing of the next attempt; 401 is a token that ended on the way. */
const passing = new Set([401, 408, 429])

/** The way through the exchange's gateways, in the name of this county's node. */
export function createGatewayFileSource(options: {
  county: string
  key: SigningKey
  clock: Clock
  directory: Pick<Directory, 'snapshot'>
  /** GraphQL endpoint of the gateway; without it the directory's gateways are used, in turn when one fails. */
  url?: string | undefined
}): FileSource {
  const { county, directory, url } = options
  const mint = createCountyClientMinter(options)
  let turn = 0

  function addressOf({ county: sender, matter, hash }: RemoteFile): URL {
    const urls = url === undefined ? directory.snapshot().gateways.map((gateway) => gateway.url) : [url]
    const base = urls[turn % Math.max(1, urls.length)]
    if (base === undefined) throw new Error('The directory names no gateway.')
    const address = new URL(`${attachmentsPath}/${hash}`, base)
    address.searchParams.set('matter', matter)
    address.searchParams.set('county', sender)
    return address
  }

  return {
    async open(file, from, signal) {
      const address = addressOf(file)
      turn += 1
      const answer = await sendRequest(address, {
        method: 'GET',
        signal,
        answerMs,
        headers: {
          authorization: `Bearer ${await mint(directory.snapshot().issuers[0]?.audience ?? '')}`,
          [headers.purpose]: purpose,
          [headers.officer]: nameOfCounty(county),
          ...(from > 0 && { range: `bytes=${from}-`, 'if-range': `"${file.hash}"` }),
        },
      })
      const { status: statusCode, body } = answer
      const close = (): void => void body.destroy()
      if (statusCode === 200) return keptTurn({ from: 0, body, close })
      const [, start] = /^bytes (\d{1,15})-/.exec(String(answer.headers['content-range'])) ?? []
      if (statusCode === 206 && Number(start) === from) return keptTurn({ from, body, close })
      const code = codeIn(await readText(body, mostErrorBytes))
      if (statusCode >= 500 || passing.has(statusCode)) throw new Error(`HTTP status ${statusCode} ${code}`)
      throw new FileRefused(`HTTP status ${statusCode} ${code}`)
    },
  }

  /** The gateway that answered is asked again. */
  function keptTurn<Answer>(answer: Answer): Answer {
    turn -= 1
    return answer
  }
}

function codeIn(text: string): string {
  try {
    return errorSchema.safeParse(JSON.parse(text)).data?.errors[0]?.extensions.code ?? ''
  } catch {
    return ''
  }
}
