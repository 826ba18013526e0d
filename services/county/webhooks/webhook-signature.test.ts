import { createHash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { createSecretBox } from './secret-box.ts'
import { newWebhookSecret, signatureHeaders } from './webhook-signature.ts'

describe('a signature of Standard Webhooks', () => {
  it('is the one of the specification’s published example', () => {
    const headers = signatureHeaders(
      {
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        at: new Date(1_614_265_330_000),
        body: '{"test": 2432232314}',
      },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    )
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  })

  it('is taken by the official library, with either secret while both sign, and with no other', () => {
    const [old, fresh, stranger] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()]
    const body = JSON.stringify({ type: 'webhook.test', data: { 事项: '测试' } })
    const headers = signatureHeaders({ id: 'msg_1', at: new Date(), body }, [fresh, old])
    for (const secret of [fresh, old]) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body))
    expect(() => new Webhook(stranger).verify(body, headers)).toThrow('No matching signature')
    expect(() => new Webhook(old).verify(body.replace('测', '侧'), headers)).toThrow('No matching signature')
  })

  it('rests on 32 random bytes', () => {
    const secrets = Array.from({ length: 20 }, newWebhookSecret)
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_/)
      expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32)
    }
    expect(new Set(secrets).size).toBe(20)
  })
})

describe('a stored secret', () => {
  const box = createSecretBox('a pepper for tests only', 'tests')

  it('is read again by its owner’s row, under the same configuration, and by nobody else', () => {
    const sealed = box.seal('whsec_abc', 'one')
    expect(sealed).not.toContain('whsec')
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('whsec')
    expect(box.open(sealed, 'one')).toBe('whsec_abc')
    expect(box.open(sealed, 'two')).toBeUndefined()
    expect(createSecretBox('another pepper for tests', 'tests').open(sealed, 'one')).toBeUndefined()
    expect(createSecretBox('a pepper for tests only', 'else').open(sealed, 'one')).toBeUndefined()
    expect(box.open('', 'one')).toBeUndefined()
    expect(box.seal('whsec_abc', 'one')).not.toBe(sealed)
  })

  it('is not read when a bit of it is changed', () => {
    const bytes = Buffer.from(box.seal('whsec_abc', 'one'), 'base64')
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(
        box.open(changed.toString('base64'), 'one'),
        createHash('sha256').update(changed).digest('hex'),
      ).toBeUndefined()
    }
  })
})
