import { describe, expect, it } from 'vitest'
import { showProgress } from './progress.ts'

function record(isTTY: boolean, columns = 80) {
  const written: string[] = []
  return { written, stream: { isTTY, columns, write: (text: string) => written.push(text) } }
}

describe('showProgress', () => {
  it('writes one plain line each so many rows when nobody watches', () => {
    const { written, stream } = record(false)
    const progress = showProgress(stream, 'penalties.csv', 1000)
    for (let read = 500; read <= 3000; read += 500)
      progress.onProgress({ done: read / 4000, read, rejected: 2, seconds: read / 100 })
    progress.end()
    expect(written).toEqual([
      'penalties.csv: 25% · 1000 rows, 2 rejected, 100 rows/s\n',
      'penalties.csv: 50% · 2000 rows, 2 rejected, 100 rows/s\n',
      'penalties.csv: 75% · 3000 rows, 2 rejected, 100 rows/s\n',
    ])
  })

  it('redraws one line on a terminal, at most ten times a second, and ends it', () => {
    const { written, stream } = record(true)
    const progress = showProgress(stream, 'penalties.csv')
    for (let tick = 0; tick <= 100; tick++)
      progress.onProgress({ done: tick / 100, read: tick, rejected: 0, seconds: tick / 100 })
    progress.end()
    expect(written.length).toBeLessThan(15)
    expect(written.slice(0, -1).every((text) => text.startsWith('\r\u001b[K') && !text.includes('\n'))).toBe(true)
    expect(written.at(-2)).toContain('100%')
    expect(written.at(-1)).toBe('\n')
  })

  it('keeps the bar within a narrow terminal', () => {
    const { written, stream } = record(true, 50)
    showProgress(stream, 'x').onProgress({ done: 0.5, read: 500, rejected: 0, seconds: 1 })
    expect((written[0] ?? '').replace('\r\u001b[K', '').length).toBeLessThanOrEqual(50)
  })
})
