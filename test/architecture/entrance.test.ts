import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('the proxy of the production topology lets in what agencies use, and nothing else', () => {
  const config = readFileSync('docs/deployment/haproxy.cfg', 'utf8')
  const entrance = /^frontend entrance$([^]*?)^\S/m.exec(config)?.[1] ?? ''
  // Names of conditions too: one that is given twice holds when either does.
  const rules = entrance.split('\n').filter((line) => /^ *(acl|http-request (?!set-header))/.test(line))
  expect(rules.map((rule) => rule.trim())).toEqual([
    'acl file path_reg ^/attachments/[0-9a-f]{64}$',
    'http-request deny deny_status 404 unless { path /graphql /token /jwks /.well-known/oauth-authorization-server } or file',
  ])
})
