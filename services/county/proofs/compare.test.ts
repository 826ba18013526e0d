import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matterViews } from '../matter-kinds.ts'
import { type Handover, missingHandovers, walkJournal } from './compare-journals.ts'
import { compareMatter } from './compare-matters.ts'
import type { ComparedAccess, ComparedJournal, ComparedMatter } from './matter-comparison.ts'
import type { Peer } from './peer-questions.ts'
import { reconcile } from './reconcile.ts'

const [one, two] = ['411528', '411729'] as const
const hash = (letter: string): string => letter.repeat(64)
const at = new Date('2026-03-02T02:00:00.000Z')
const received = new Date('2026-03-02T02:00:05.000Z')

/** A matter of two envelopes, each received, as both counties hold it. */
function matter(changes: Partial<ComparedMatter> = {}, id = `${one}:clue:1`): ComparedMatter {
  return {
    matter: id,
    kind: 'CLUE_TRANSFER',
    parties: [one, two],
    pen: two,
    frozen: null,
    state: 'SENT',
    deadline: '{}',
    envelopes: [
      { hash: hash('a'), sender: one, sequence: 1, at, status: 'APPLIED' },
      { hash: hash('b'), sender: two, sequence: 1, at, status: 'APPLIED' },
    ],
    receipts: [
      { envelope: hash('a'), recipient: two, hash: hash('1'), receivedAt: received },
      { envelope: hash('b'), recipient: one, hash: hash('2'), receivedAt: received },
    ],
    ...changes,
  }
}

const whole = matter()
const [first, second] = whole.envelopes
const [receipt, answer] = whole.receipts
if (!first || !second || !receipt || !answer) throw new Error('The matter has two envelopes.')
const pending = { ...receipt, hash: null, receivedAt: null }

/** Codes of what differs when the second county holds it so, with the county that lacks something. */
const found = (changes: Partial<ComparedMatter>, ours: Partial<ComparedMatter> = {}) =>
  compareMatter({ county: one, matter: matter(ours) }, { county: two, matter: matter(changes) }).map(
    ({ code, county }) => `${code} ${county ?? '–'}`,
  )

describe('[A17] two counties’ records of one matter', () => {
  it('are equal when they are', () => expect(found({})).toEqual([]))

  it.each([
    ['KIND_DIFFERS', { kind: 'BULLETIN' }],
    ['PARTIES_DIFFER', { parties: [one, two, '410823'] }],
    ['PEN_DIFFERS', { pen: null }],
    ['FROZEN_DIFFERS', { frozen: `FORK ${one}` }],
    ['STATE_DIFFERS', { state: 'ACCEPTED' }],
    ['DEADLINE_DIFFERS', { deadline: null }],
    ['ENVELOPE_STATUS_DIFFERS', { envelopes: [first, { ...second, status: 'REFUSED' }] }],
    ['RECEIPT_DIFFERS', { receipts: [{ ...receipt, hash: hash('9') }, answer] }],
  ])('differ: %s', (code, changes) => expect(found(changes)).toEqual([`${code} –`]))

  it('name the county that lacks an envelope, and say when it is only on its way', () => {
    expect(found({ envelopes: [second] })).toEqual([`ENVELOPE_MISSING ${two}`])
    expect(found({}, { envelopes: [second] })).toEqual([`ENVELOPE_MISSING ${one}`])
    expect(found({ envelopes: [second] }, { receipts: [pending, answer] })).toEqual([`ENVELOPE_ON_ITS_WAY ${two}`])
  })

  it('name the county that lacks a receipt: its sender may still get it, its signer has lost it', () => {
    expect(found({}, { receipts: [pending, answer] })).toEqual([`RECEIPT_PENDING ${one}`])
    expect(found({ receipts: [pending, answer] })).toEqual([`RECEIPT_MISSING ${two}`])
    expect(found({ receipts: [receipt] })).toEqual([`RECEIPT_PENDING ${two}`])
  })

  it('of which one county has none: the matter and each of its envelopes is missing there', () => {
    const none = compareMatter({ county: one, matter: undefined }, { county: two, matter: whole })
    expect(none.map(({ code, county }) => `${code} ${county ?? '–'}`)).toEqual([
      `MATTER_MISSING ${one}`,
      `ENVELOPE_MISSING ${one}`,
      `ENVELOPE_MISSING ${one}`,
    ])
  })

  it('differ as much from either side', () => {
    const envelopes = fc.subarray([first, second, { ...first, hash: hash('c'), sequence: 2 }])
    const receipts = fc.subarray([receipt, answer, pending])
    const side = fc.record({ envelopes, receipts, pen: fc.constantFrom(one, two, null) })
    fc.assert(
      fc.property(side, side, (ours, theirs) => {
        const [here, there] = [matter(ours), matter(theirs)]
        const forth = compareMatter({ county: one, matter: here }, { county: two, matter: there })
        const back = compareMatter({ county: two, matter: there }, { county: one, matter: here })
        const codes = (list: typeof forth) => list.map(({ code, county }) => `${code} ${county ?? ''}`).toSorted()
        return codes(forth).join() === codes(back).join() && (here === there ? forth.length === 0 : true)
      }),
    )
  })
})

const access = (sequence: number, fields: string[], moment: Date, agency = `county:${one}`): ComparedAccess => ({
  sequence,
  at: moment,
  transaction: `t${sequence}`,
  agency,
  officer: null,
  purpose: 'CASE 1',
  fields,
})
const page = (changes: Partial<ComparedJournal> = {}): ComparedJournal => ({
  accesses: [],
  before: '0'.repeat(64),
  since: null,
  sequence: 3,
  hash: hash('c'),
  broken: null,
  more: false,
  ...changes,
})
const walked = (pages: ComparedJournal[], note?: { sequence: number; hash: string }, county: string = two) => {
  const left = [...pages]
  return walkJournal(() => Promise.resolve(left.shift() ?? page()), { county, other: one, note })
}

describe('[A17] a county’s journal', () => {
  it('is walked to its end, stretch by stretch, and tells where it stands', async () => {
    const next = page({ before: hash('c'), sequence: 5, hash: hash('e') })
    const walk = await walked([page({ more: true }), next])
    expect(walk).toMatchObject({ note: { sequence: 5, hash: hash('e') }, differences: [] })
  })

  it.each([
    ['a stretch that does not follow the one before', [page({ more: true }), page({ before: hash('f') })], undefined],
    ['an entry that is not as it was noted', [page({ before: hash('f') })], { sequence: 2, hash: hash('b') }],
    ['an entry that is gone', [page({ before: '', sequence: 2 })], { sequence: 2, hash: hash('b') }],
  ])('was rewritten: %s', async (_, pages, note) => {
    const { differences } = await walked(pages, note)
    expect(differences.map(({ code, county }) => [code, county])).toEqual([['JOURNAL_REWRITTEN', two]])
  })

  it('is broken where it says so itself', async () => {
    const { differences } = await walked([page({ broken: 2 })])
    expect(differences.map(({ code, en }) => [code, /entry 2/.test(en)])).toEqual([['JOURNAL_BROKEN', true]])
  })

  const handover: Handover = {
    matter: whole.matter,
    envelope: hash('a'),
    sender: one,
    recipient: two,
    sequence: 1,
    at,
    receivedAt: received,
  }

  it.each([
    ['by the sender’s node in that time', [access(1, ['deliver'], received)], []],
    ['an agency of its, at most', [access(1, ['deliver'], received, 'someone')], ['JOURNAL_ENTRY_MISSING']],
    ['by it long before', [access(1, ['deliver'], new Date('2026-03-01T00:00:00Z'))], ['JOURNAL_ENTRY_MISSING']],
    ['by it long after', [access(1, ['deliver'], new Date('2026-03-03T00:00:00Z'))], ['JOURNAL_ENTRY_MISSING']],
    ['nobody', [], ['JOURNAL_ENTRY_MISSING']],
  ])('has the handing over of what was acknowledged: %s', async (_, accesses, codes) => {
    const missing = missingHandovers([handover], [await walked([page({ accesses })])])
    expect(missing.map(({ code }) => code)).toEqual(codes)
  })

  it('of the sender has the fetching instead, when the recipient came for it', async () => {
    const accesses = [access(1, ['missing'], received, `county:${two}`)]
    const left = [page({ accesses })]
    const sender = await walkJournal(() => Promise.resolve(left.shift() ?? page()), { county: one, other: two })
    expect(missingHandovers([handover], [await walked([page()]), sender])).toEqual([])
  })
})

describe('[A17] all that two counties share', () => {
  it('has a state to compare in every kind of matter', () => {
    expect(matterViews.filter((view) => !('states' in view)).map(({ label }) => label)).toEqual([])
  })

  const ids = Array.from({ length: 5 }, (_, index) => `${one}:clue:${index}`)
  const paged = (held: ComparedMatter[], size: number): Peer => ({
    page(after) {
      const rest = held.filter(({ matter: id }) => id > after)
      return Promise.resolve({
        matters: rest.slice(0, size),
        next: rest[size] ? (rest[size - 1]?.matter ?? null) : null,
      })
    },
    some: (wanted) => Promise.resolve(held.filter(({ matter: id }) => wanted.includes(id))),
    journal: () => Promise.resolve(page()),
  })

  it('is no difference any more when it has arrived a moment later', async () => {
    const late = { ...paged([], 2), some: () => Promise.resolve([whole]) }
    const held = paged([whole], 2)
    const holdings = {
      page: (_other: string, after: string) => held.page(after),
      some: (_other: string, wanted: readonly string[]) => held.some(wanted),
      journal: () => held.journal(0),
      accesses: () => Promise.resolve([]),
    }
    const waited: string[] = []
    const wait = () => Promise.resolve(void waited.push('once'))
    const { differences } = await reconcile({ county: one, other: two, holdings, peer: late, wait })
    expect([differences.filter(({ code }) => !code.startsWith('JOURNAL')), waited]).toEqual([[], ['once']])
  })

  it('is not read for ever from a county that gives page after page', async () => {
    const counted = (start: number) => String(start + 1).padStart(8, '0')
    const endless: Pick<Peer, 'page'> = {
      page: (after) => {
        const id = counted(Number(after))
        return Promise.resolve({ matters: [matter({}, id)], next: id })
      },
    }
    const empty: Pick<Peer, 'page'> = {
      page: (after) => Promise.resolve({ matters: [], next: counted(Number(after)) }),
    }
    const none = paged([], 2)
    const holdings = { ...none, page: () => none.page(''), journal: () => none.journal(0), accesses: async () => [] }
    const options = { county: one, other: two, holdings: { ...holdings, some: async () => [] }, wait: async () => {} }
    await expect(reconcile({ ...options, peer: { ...none, ...endless } })).rejects.toThrow('without end')
    await expect(reconcile({ ...options, peer: { ...none, ...empty } })).rejects.toThrow('an empty one')
    let entry = 0
    const journal = () =>
      Promise.resolve(page({ before: entry === 0 ? '0'.repeat(64) : hash('c'), sequence: (entry += 1), more: true }))
    await expect(walkJournal(journal, { county: two, other: one })).rejects.toThrow('without end')
  })

  it('is compared whole, whatever the pages', async () => {
    const subset = fc.subarray(ids)
    const size = fc.integer({ min: 1, max: 6 })
    await fc.assert(
      fc.asyncProperty(subset, subset, size, size, async (ours, theirs, few, many) => {
        const held = (list: string[]) => list.map((id) => matter({}, id))
        const here = paged(held(ours), few)
        const holdings = {
          page: (_other: string, after: string) => here.page(after),
          some: (_other: string, wanted: readonly string[]) => here.some(wanted),
          journal: () => here.journal(0),
          accesses: () => Promise.resolve([]),
        }
        const options = { county: one, other: two, holdings, peer: paged(held(theirs), many) }
        const { differences, matters } = await reconcile({ ...options, wait: () => Promise.resolve() })
        const missing = differences.filter(({ code }) => code === 'MATTER_MISSING').map((each) => each.matter)
        const wanted = ids.filter((id) => ours.includes(id) !== theirs.includes(id))
        expect([missing, matters]).toEqual([wanted, new Set([...ours, ...theirs]).size])
      }),
      { numRuns: 50 },
    )
  })
})
