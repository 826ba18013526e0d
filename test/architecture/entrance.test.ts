import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('the proxy of the production topology lets in what agencies use, and nothing else', () => {
  const config = readFileSync('docs/deployment/haproxy.cfg', 'utf8')
  const entrance = /^frontend entrance$([^]*?)^\S/m.exec(config)?.[1] ?? ''
  const rules = entrance.split('\n').filter((line) => line.includes('http-request deny'))
  expect(rules.map((rule) => rule.trim())).toEqual([
    'http-request deny deny_status 404 unless { path /graphql /token /jwks /.well-known/oauth-authorization-server }',
  ])
})
