import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../matters/testing/walk-pairs.ts'
import { readEvidenceMessage } from './evidence.document.ts'
import { evidenceKindLabels, legalityLabels } from './evidence.labels.ts'
import { checklist } from './testing/evidence-steps.ts'

const person = (serial: number) => ({ name: '虚构甲', certificate: `4115280${serial}` })
const caseId = '411528:case:00000000-0000-4000-8000-000000000001'
const hash = 'a'.repeat(64)
const share = {
  evidence: 'RECORD',
  document: 'SITE_RECORD',
  title: '现场检查笔录',
  number: null,
  description: null,
  hash,
  collectors: [person(1), person(2)],
  collectedAt: '2026-03-01T02:00:00.000Z',
  collectedPlace: '息县示例路1号',
  appraiser: null,
  checklist: checklist(),
  purpose: '证明虚假广告的发布',
  forCase: null,
  originCase: caseId,
  originCaseNumber: '息示例立〔2026〕1号',
  fromAgency: { id: 'xixian-enforcement', name: '息县市场监督管理局' },
  toAgency: null,
}
const examined = { version: 1, reviewer: person(1), reason: '符合规定' }
const read = (event: string, body: unknown) =>
  outcomeOf(() => {
    readEvidenceMessage(event, body)
    return 'READ'
  })

describe('[A10] what a document about evidence must say', () => {
  it.each(Object.keys(evidenceKindLabels))('shares evidence of the kind %s, which art. 46 names', (evidence) => {
    const more = { description: '宣传册3箱，封存', appraiser: '虚构检测中心' }
    expect(read('SHARE', { ...share, evidence, ...more })).toBe('READ')
  })

  it('names two officers who collected it, each with a certificate of their own (行政处罚法 art. 42)', () => {
    expect(read('SHARE', { ...share, collectors: [person(1)] })).toBe('BODY_INVALID')
    expect(read('SHARE', { ...share, collectors: [person(1), person(1)] })).toBe('BODY_INVALID')
  })

  it('answers every item of the checklist once, and says why where the answer is no', () => {
    const [first, ...rest] = checklist()
    expect(read('SHARE', { ...share, checklist: rest })).toBe('BODY_INVALID')
    expect(read('SHARE', { ...share, checklist: [first, first, ...rest.slice(1)] })).toBe('BODY_INVALID')
    const unsigned = checklist({ SIGNED: 'NO' })
    expect(read('SHARE', { ...share, checklist: unsigned })).toBe('READ')
    const silent = unsigned.map((each) => ({ ...each, note: null }))
    expect(read('SHARE', { ...share, checklist: silent })).toBe('BODY_INVALID')
  })

  it('neither shares nor recognises what was obtained by unlawful means (行政处罚法 art. 46)', () => {
    const unlawful = checklist({ LAWFUL_MEANS: 'NO' })
    expect(read('SHARE', { ...share, checklist: unlawful })).toBe('BODY_INVALID')
    expect(read('RECOGNISE', { ...examined, checklist: unlawful })).toBe('BODY_INVALID')
    expect(read('REJECT', { ...examined, checklist: unlawful, ground: 'UNLAWFUL_MEANS' })).toBe('READ')
  })

  it('describes a physical thing, and names the body behind a report or an opinion with its qualification', () => {
    expect(read('SHARE', { ...share, evidence: 'PHYSICAL', document: 'GOODS' })).toBe('BODY_INVALID')
    const report = { ...share, evidence: 'DOCUMENTARY', document: 'TEST_REPORT' }
    expect(read('SHARE', report)).toBe('BODY_INVALID')
    expect(read('SHARE', { ...report, appraiser: '虚构检测中心' })).toBe('READ')
    const unasked = checklist({ QUALIFIED_BODY: 'NOT_APPLICABLE' })
    expect(read('SHARE', { ...report, appraiser: '虚构检测中心', checklist: unasked })).toBe('BODY_INVALID')
    expect(read('SHARE', { ...share, checklist: unasked })).toBe('READ')
  })

  it('is decided with a reason and a legality review of the recipient’s own, and rejected with a ground', () => {
    const review = { ...examined, checklist: checklist() }
    expect(read('RECOGNISE', review)).toBe('READ')
    expect(read('RECOGNISE', examined)).toBe('BODY_INVALID')
    expect(read('RECOGNISE', { ...review, reason: ' ' })).toBe('BODY_INVALID')
    expect(read('REJECT', review)).toBe('BODY_INVALID')
    expect(read('REJECT', { ...review, ground: 'BECAUSE' })).toBe('BODY_INVALID')
    expect(read('VERIFY_ONSITE', examined)).toBe('READ')
    const verified = { verifiedAt: share.collectedAt, place: '息县', findings: '属实' }
    expect(read('VERIFY', { ...review, ...verified, verifiers: [person(1), person(2)] })).toBe('READ')
    expect(read('VERIFY', { ...review, ...verified, verifiers: [person(1)] })).toBe('BODY_INVALID')
  })

  it('reviews a case with a replacement exactly where the evidence is replaced', () => {
    const review = { case: caseId, reason: '另有证据', decided: false }
    expect(read('REVIEW', { ...review, outcome: 'REPLACED', replacement: '询问笔录' })).toBe('READ')
    expect(read('REVIEW', { ...review, outcome: 'REPLACED', replacement: null })).toBe('BODY_INVALID')
    expect(read('REVIEW', { ...review, outcome: 'KEPT', replacement: '询问笔录' })).toBe('BODY_INVALID')
  })

  it('says nothing that is not asked for, in no event that is not known, and repeats no value', () => {
    expect(read('SHARE', { ...share, subject: '91411528MADE000117' })).toBe('BODY_INVALID')
    expect(read('DESTROY', {})).toBe('EVENT_UNKNOWN')
    expect(() => readEvidenceMessage('SHARE', { ...share, title: '\u0000机密' })).toThrow(/"title" is missing/)
  })

  it('names for each item of the checklist the article that asks for it', () => {
    for (const label of Object.values(legalityLabels)) expect(label).toMatch(/（|\((行政处罚法|程序规定)第/)
  })
})
