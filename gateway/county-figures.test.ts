import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createCountyFigures } from './county-figures.ts'

test('each request to a county is counted once, with its outcome, time and size, however often the figures are read', async () => {
  const registry = new Registry()
  const figures = createCountyFigures(registry)
  figures.countyRequest('411528', 'ANSWERED', 12, 100)
  figures.countyRequest('411528', 'ANSWERED', 30, 50)
  figures.countyRequest('411528', 'TIMEOUT', 700, 0)
  await registry.metrics()
  figures.countyRequest('411729', 'FAULT', 1, 7)
  figures.countyRequest('411528', 'ANSWERED', 3, 1)
  figures.breakerChanged('411729', 'OPEN')
  for (let read = 0; read < 2; read++) {
    const lines = (await registry.metrics()).split('\n')
    expect(lines).toEqual(
      expect.arrayContaining([
        'liandong_county_requests_total{county="411528",outcome="ANSWERED"} 3',
        'liandong_county_requests_total{county="411528",outcome="TIMEOUT"} 1',
        'liandong_county_requests_total{county="411729",outcome="FAULT"} 1',
        'liandong_county_answer_bytes_total{county="411528"} 151',
        'liandong_county_answer_bytes_total{county="411729"} 7',
        'liandong_county_request_seconds_count{county="411528"} 4',
        'liandong_county_request_seconds_bucket{le="0.025",county="411528"} 2',
        'liandong_county_breaker{county="411729"} 2',
      ]),
    )
  }
})
