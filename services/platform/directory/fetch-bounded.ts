/** A fetch from a peer that is not trusted to be quick, small or there at all. */
export interface BoundedFetch {
  url: string
  /** Milliseconds until the whole exchange, body included, is given up. */
  deadlineMs: number
  /** Bytes of body after which the answer is refused. */
  maxBytes: number
  accept: string
  signal?: AbortSignal
}

/**
 * The body of a GET as UTF-8 text. Throws an Error whose message says what went wrong with which host; redirects are
 * refused, since the address is part of what was configured or signed.
 */
export async function fetchBounded({ url, deadlineMs, maxBytes, accept, signal }: BoundedFetch): Promise<string> {
  const host = new URL(url).host
  const deadline = AbortSignal.timeout(deadlineMs)
  try {
    const response = await fetch(url, {
      headers: { accept },
      redirect: 'error',
      signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
    })
    if (!response.ok || !response.body) {
      await response.body?.cancel()
      throw new Error(`${host} answered with HTTP status ${response.status}`)
    }
    return await readBounded(response.body, maxBytes, host)
  } catch (error) {
    if (deadline.aborted) throw new Error(`${host} did not answer within ${deadlineMs} ms`, { cause: error })
    if (error instanceof TypeError) throw new Error(`${host} could not be reached`, { cause: error })
    throw error
  }
}

async function readBounded(body: ReadableStream<Uint8Array>, maxBytes: number, host: string): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  // Leaving the loop by a throw cancels the stream, so the rest is never read.
  for await (const part of body) {
    size += part.byteLength
    if (size > maxBytes) throw new Error(`${host} sent more than ${maxBytes} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
