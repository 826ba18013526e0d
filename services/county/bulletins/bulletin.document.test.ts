import { describe, expect, it } from 'vitest'
import { readBulletinMessage } from './bulletin.document.ts'
import { sampleBulletin } from './testing/bulletin-steps.ts'

const fromAgency = { id: 'xixian-enforcement', name: '虚构机关' }
const bulletin = { ...sampleBulletin({ replyBy: '2026-12-31' }).content, fromAgency }
const good: Record<string, Record<string, unknown>> = {
  SEND: bulletin,
  CORRECT: { title: '更正', text: '更正正文', reason: '数据有误' },
  CLOSE: { note: null },
  WITHDRAW: { reason: '误发' },
  READ: { version: 1 },
  REPLY: { version: 1, text: '已核查' },
  FURTHER_INFORMATION: { text: '补充' },
  COMMENT: { text: '说明' },
}

describe('what the documents of a bulletin say [A12]', () => {
  it.each(Object.entries(good))('%s is read as it was written, and not with a member more or less', (event, body) => {
    expect(readBulletinMessage(event, body)).toEqual({ event, body })
    expect(() => readBulletinMessage(event, { ...body, more: 1 })).toThrow(/is not what/)
    for (const member of Object.keys(body)) {
      const { [member]: left, ...rest } = body
      expect(left).toBeDefined()
      expect(() => readBulletinMessage(event, rest)).toThrow(`"${member}`)
    }
  })

  it('has a number where it is a formal document, and needs none by another channel', () => {
    const unnumbered = { ...bulletin, documentNumber: null }
    expect(() => readBulletinMessage('SEND', unnumbered)).toThrow('"documentNumber" is missing')
    for (const channel of ['EMAIL', 'NETWORK', 'THIS_SYSTEM']) {
      expect(() => readBulletinMessage('SEND', { ...unnumbered, channel })).not.toThrow()
    }
    expect(() => readBulletinMessage('SEND', { ...bulletin, channel: 'PIGEON' })).toThrow('"channel"')
  })

  it.each([0, -1, 1.5, '1', null])('is not read in wording %j', (version) => {
    expect(() => readBulletinMessage('READ', { version })).toThrow('"version"')
  })
})
