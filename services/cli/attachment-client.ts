import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type FileClaim, attachmentsPath, mostAttachmentBytes } from '../platform/attachments/attachment.ts'
import {
  type StreamedAnswer,
  type StreamedRequest,
  readText,
  sendRequest,
} from '../platform/attachments/send-request.ts'
import { TransferWatch, transferLimits } from '../platform/attachments/transfer.ts'
import { errorCode } from '../platform/error-code.ts'
import { headers as names } from '../platform/viewer.ts'
import { CommandFailed } from './exit-codes.ts'
import { encodePurpose } from './gateway-client.ts'

/** Who asks which gateway, and for what. */
export interface FileAsker {
  /** GraphQL endpoint of the gateway. */
  url: string
  /** A new one for each attempt: a file may take longer than a token lives. */
  token: () => Promise<string>
  purpose: string
  officer: string
}

const attempts = 6
const firstPauseMs = 500
const longestPauseMs = 10_000
/** A node hashes what it was given, or waits for what it fetches, before it answers. */
const answerMs = 120_000
const mostErrorBytes = 65_536
const errorSchema = z.object({
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })).min(1),
})

/** SHA-256 of a file, hex. */
export async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Hands a file to the own county's node; whether it was new there. */
export async function upload(path: string, claim: FileClaim, asker: FileAsker): Promise<boolean> {
  const { hash, mediaType, size } = claim
  return watched(async (watch) => {
    const file = createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>
    const { status, body } = await send(asker, `${attachmentsPath}/${hash}`, watch, {
      method: 'PUT',
      headers: { 'content-type': mediaType, 'content-length': String(size) },
      body: Readable.from(watch.over(file, size)),
    })
    body.destroy()
    return status === 201
  })
}

/**
 * Fetches a file that a document of the matter names into `out`, continuing `<out>.part` where an earlier attempt broke off;
 * it gets its name once its contents are proven. `progress` is told the bytes there are, and of how many when that is known.
 */
export async function download(
  file: { matter: string; hash: string; out: string },
  asker: FileAsker,
  progress: (bytes: number, of?: number) => void,
): Promise<number> {
  const partial = `${file.out}.part`
  for (let failures = 0; ;) {
    const had = await sizeOf(partial)
    try {
      if (await attempt(file, partial, had, asker, progress)) break
      failures = 0
      await sleep(firstPauseMs)
    } catch (error) {
      if (error instanceof CommandFailed) throw error
      failures = (await sizeOf(partial)) > had ? 1 : failures + 1
      if (failures >= attempts) {
        throw new CommandFailed(`The connection broke ${attempts} times. Run the same command again to go on.`)
      }
      await sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** failures))
    }
  }
  const found = await hashOfFile(partial)
  if (found !== file.hash) {
    await rm(partial)
    throw new CommandFailed(`What came is not the file: its SHA-256 is ${found}. Run the same command again.`)
  }
  await rename(partial, file.out)
  return sizeOf(file.out)
}

/** One attempt; false while the county's node is still fetching the file from its sender. */
function attempt(
  { hash, matter }: { hash: string; matter: string },
  partial: string,
  had: number,
  asker: FileAsker,
  progress: (bytes: number, of?: number) => void,
): Promise<boolean> {
  return watched(async (watch) => {
    const { status, headers, body } = await send(
      asker,
      `${attachmentsPath}/${hash}?matter=${encodeURIComponent(matter)}`,
      watch,
      { method: 'GET', headers: had > 0 ? { range: `bytes=${had}-`, 'if-range': `"${hash}"` } : {} },
    )
    if (status !== 200 && status !== 206) {
      body.destroy()
      progress(had)
      // 416: all of it is there already, or more: the hash will tell.
      return status === 416
    }
    let bytes = status === 206 ? had : 0
    const total = bytes + Number(headers['content-length'] ?? 0)
    const file = await open(partial, bytes === 0 ? 'w' : 'a')
    try {
      for await (const chunk of watch.over(body, mostAttachmentBytes)) {
        await file.writeFile(chunk)
        bytes += chunk.length
        progress(bytes, total)
      }
    } finally {
      await file.close()
    }
    return true
  })
}

async function watched<Result>(work: (watch: TransferWatch) => Promise<Result>): Promise<Result> {
  const watch = new TransferWatch(transferLimits, [])
  try {
    return await work(watch)
  } finally {
    watch.end()
  }
}

async function send(
  asker: FileAsker,
  path: string,
  { signal }: TransferWatch,
  request: Pick<StreamedRequest, 'method' | 'headers' | 'body'>,
): Promise<StreamedAnswer> {
  const own = {
    authorization: `Bearer ${await asker.token()}`,
    [names.purpose]: encodePurpose(asker.purpose),
    [names.officer]: encodeURIComponent(asker.officer),
  }
  const headers = { ...request.headers, ...own }
  const answer = await sendRequest(new URL(path, asker.url), { ...request, headers, signal, answerMs }).catch(
    (error: unknown) => {
      if (errorCode(error) !== 'ECONNREFUSED') throw error
      throw new CommandFailed(
        `No gateway answers at ${asker.url}. Start it (npm start) or name another with --gateway.`,
      )
    },
  )
  if (answer.status < 400 || answer.status === 416) return answer
  throw new CommandFailed(reasonIn(answer.status, await readText(answer.body, mostErrorBytes)))
}

function reasonIn(status: number, text: string): string {
  try {
    const [error] = errorSchema.parse(JSON.parse(text)).errors
    if (error) return `${error.message} (${error.extensions.code})`
  } catch {
    // Whatever answers is no gateway.
  }
  return `The gateway answered HTTP ${status} without a reason.`
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}
