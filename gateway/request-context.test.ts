import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, it } from 'vitest'
import { systemClock } from '../services/platform/clock.ts'
import type { TokenRequest } from '../services/platform/tokens/access-token.ts'
import { requestContext } from './request-context.ts'

/** The address that a proof of possession is checked against. */
async function addressSeen(host: string, publicUrl?: string): Promise<string> {
  const request = {
    headers: {},
    method: 'POST',
    url: '/graphql?x=1',
    protocol: 'http',
    host,
  } as unknown as FastifyRequest
  const reply = { header: () => reply, raw: { once: () => undefined } } as unknown as FastifyReply
  let seen = ''
  const verify = (_token: string | undefined, asked: TokenRequest) => {
    seen = asked.url
    return Promise.resolve({ agency: 'a', county: '411528', scopes: new Set<string>() })
  }
  await requestContext({ verifier: { verify }, clock: systemClock, deadlineMs: 1, publicUrl }, request, reply)
  return seen
}

it('takes the address from the Host header, or from the configuration behind a proxy', async () => {
  expect(await addressSeen('exchange.example:4000')).toBe('http://exchange.example:4000/graphql')
  expect(await addressSeen('gateway-1', 'https://exchange.example')).toBe('https://exchange.example/graphql')
})

it('refuses a Host header that is no host name as bad input', async () => {
  await expect(addressSeen('a b')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
})
