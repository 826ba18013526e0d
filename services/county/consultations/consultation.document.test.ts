import { describe, expect, it } from 'vitest'
import { readConsultationMessage } from './consultation.document.ts'
import { sampleOpening, sampleStandard, sampleTier, sampleView } from './testing/consultation-steps.ts'

const { question, standard } = sampleOpening()
const opening = { question: { ...question, fromAgency: { id: 'xixian-enforcement', name: '虚构机关' } }, standard }
const good: Record<string, Record<string, unknown>> = {
  OPEN: opening,
  HAND_OVER: { to: '411729', note: null },
  PROPOSE: { ...sampleView(), without: [] },
  CONCLUDE: { proposal: 1, without: ['411729'], note: null },
  CLOSE: { differences: '幅度未能一致' },
  ENTER_STANDARD: { ...sampleStandard() },
  AGREE: { proposal: 1, note: '同意' },
  OBJECT: { proposal: 1, reason: '过低' },
  COMMENT: { text: '说明' },
  REMIND: { text: '请尽快' },
}
const withFine = (fine: unknown) => ({ document: null, tiers: [{ ...sampleTier(), fine }] })

describe('what the documents of a consultation say [A11]', () => {
  it.each(Object.entries(good))('%s is read as it was written, and not with a member more or less', (event, body) => {
    expect(readConsultationMessage(event, body)).toEqual({ event, body })
    expect(() => readConsultationMessage(event, { ...body, more: 1 })).toThrow(/is not what/)
    for (const member of Object.keys(body)) {
      const { [member]: left, ...rest } = body
      expect(left).toBeDefined()
      expect(() => readConsultationMessage(event, rest)).toThrow(`"${member}`)
    }
  })

  it('knows no other event', () => {
    expect(() => readConsultationMessage('VOTE', {})).toThrow('A consultation knows no event VOTE.')
    expect(() => readConsultationMessage('toString', {})).toThrow(/knows no event/)
  })

  it.each([
    { basis: 'AMOUNT', min: '2', max: '1' },
    { basis: 'AMOUNT', min: '0', max: '1.001' },
    { basis: 'AMOUNT', min: '01', max: '2' },
    { basis: 'AMOUNT', min: '-1', max: '2' },
    { basis: 'AMOUNT', min: '1e3', max: '2e3' },
    { basis: 'AMOUNT', min: 1, max: 2 },
    { basis: 'GOODS_VALUE', min: '1', max: '1.00001' },
    { basis: 'DAYS', min: '1', max: '2' },
    { basis: 'AMOUNT', min: '1' },
  ])('refuses the range of fines $basis $min to $max', (fine) => {
    expect(() => readConsultationMessage('ENTER_STANDARD', withFine(fine))).toThrow('"tiers.0.fine')
  })

  it.each([
    { basis: 'AMOUNT', min: '0', max: '999999999999.99' },
    { basis: 'TURNOVER', min: '0.01', max: '0.1' },
    { basis: 'GOODS_VALUE', min: '10', max: '10.0000' },
    null,
  ])('takes the range of fines %j', (fine) => {
    expect(() => readConsultationMessage('ENTER_STANDARD', withFine(fine))).not.toThrow()
  })

  it.each(['\u0000', '\u0007', '\ud800', ' '])(
    'refuses the text %j, which no table could hold or which says nothing',
    (text) => {
      const criteria = text === ' ' ? text : `认定${text}标准`
      const read = () =>
        readConsultationMessage('ENTER_STANDARD', { document: null, tiers: [sampleTier('1000000', { criteria })] })
      expect(read).toThrow('"tiers.0.criteria"')
    },
  )

  it('takes characters beyond the basic plane', () => {
    const tiers = [sampleTier('1000000', { criteria: '𠮷某某食品' })]
    expect(() => readConsultationMessage('ENTER_STANDARD', { document: null, tiers })).not.toThrow()
  })

  it('never repeats in a refusal what was written: it may be a person’s number', () => {
    const wrong = { ...opening, question: { ...opening.question, subject: '11010519491231002Y' } }
    const read = () => readConsultationMessage('OPEN', wrong)
    expect(read).toThrow('"question.subject" is missing, or is not what OPEN needs.')
    expect(read).not.toThrow(/11010519491231002/)
  })
})
