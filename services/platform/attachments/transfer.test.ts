import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { mostAttachmentBytes, readClaim } from './attachment.ts'
import { Slots, TransferWatch } from './transfer.ts'

async function* bytes(count: number): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index += 1) yield Buffer.alloc(10)
}

async function drained(source: AsyncIterable<Buffer>): Promise<number> {
  let size = 0
  for await (const chunk of source) size += chunk.length
  return size
}

const unhurried = { idleMs: 600_000, totalMs: 600_000 }

describe('a transfer', () => {
  it('goes on as long as bytes move, and not beyond its size', async () => {
    const watch = new TransferWatch(unhurried, [])
    expect(await drained(watch.over(bytes(5), 50))).toBe(50)
    await expect(drained(watch.over(bytes(6), 50))).rejects.toThrow('More than 50 bytes came.')
    watch.end()
  })

  it('is broken off when nothing moves, when it takes too long, and when somebody stops it', async () => {
    const stop = new AbortController()
    const watches = [
      new TransferWatch({ idleMs: 5, totalMs: 600_000 }, []),
      new TransferWatch({ idleMs: 600_000, totalMs: 5 }, []),
      new TransferWatch(unhurried, [stop.signal]),
    ]
    stop.abort()
    for (const { signal } of watches) {
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      expect(signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    }
    for (const watch of watches) watch.end()
  })

  it('is broken off while it waits for what never comes', async () => {
    const stop = new AbortController()
    const silent = new Readable({ read() {} })
    const chunks = new TransferWatch(unhurried, [stop.signal]).over(silent, mostAttachmentBytes)
    const next = chunks.next()
    stop.abort()
    await expect(next).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    silent.destroy()
  })

  it('that is broken off destroys its stream, whether anybody reads it or not', async () => {
    const stop = new AbortController()
    const stream = new TransferWatch(unhurried, [stop.signal]).stream(
      Readable.from(bytes(1_000_000)),
      mostAttachmentBytes,
    )
    const closed = new Promise((resolve) => stream.once('error', resolve))
    stop.abort()
    expect(await closed).toMatchObject({ code: 'DEADLINE_EXCEEDED' })
    expect(stream.destroyed).toBe(true)
  })

  it('that is over leaves no source open of which nothing was read', async () => {
    const stop = new AbortController()
    const source = Readable.from(bytes(1))
    const closed = new Promise((resolve) => source.once('close', resolve))
    stop.abort()
    new TransferWatch(unhurried, [stop.signal]).stream(source, mostAttachmentBytes).on('error', () => {})
    await closed
    expect(source.destroyed).toBe(true)
  })

  it('reads no further ahead than is taken', async () => {
    let made = 0
    async function* counted(): AsyncGenerator<Buffer> {
      for (;;) {
        made += 1
        yield Buffer.alloc(1)
      }
    }
    const watch = new TransferWatch(unhurried, [])
    const stream = watch.stream(Readable.from(counted(), { highWaterMark: 1 }), mostAttachmentBytes)
    stream.read()
    await sleep(20)
    expect(made).toBeLessThan(50)
    stream.destroy()
  })

  it('gets a slot while there is one, of all and of its asker’s', () => {
    const slots = new Slots({ atOnce: 3, eachAtOnce: 2 })
    const [free] = [slots.take('a'), slots.take('a')]
    expect(() => slots.take('a')).toThrow('Too many files')
    slots.take('b')
    expect(() => slots.take('c')).toThrow('Too many files')
    free?.()
    slots.take('c')
    expect(() => slots.take('a')).toThrow('Too many files')
  })
})

describe('what an upload claims', () => {
  const hash = 'a'.repeat(64)
  it('is its hash, its length and its type without parameters', () => {
    expect(readClaim(hash, { 'content-length': '209715200', 'content-type': 'Text/Plain; charset=utf-8' })).toEqual({
      hash,
      size: 209_715_200,
      mediaType: 'text/plain',
    })
  })

  it.each([
    [hash.toUpperCase(), '1', 'hash'],
    ['../../etc/passwd', '1', 'hash'],
    [hash, undefined, 'content-length'],
    [hash, '0', 'content-length'],
    [hash, '209715201', 'content-length'],
    [hash, '1e3', 'content-length'],
  ])('is refused as %s of %s bytes, naming the %s', (name, length, argument) => {
    expect(() => readClaim(name, { 'content-length': length })).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', argument } }),
    )
  })
})
