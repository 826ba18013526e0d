import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateSigningKey, publicKeyOf } from '../../platform/tokens/keys.ts'
import { decodePayload } from '../delivery/envelope-jws.ts'
import { rewritten } from '../delivery/testing/rewritten.ts'
import { inCausalOrder } from './causal-order.ts'
import { type MatterFile, readMatterFile, writeMatterFile } from './matter-file.ts'
import {
  type Signed,
  type SignedMatter,
  matterId,
  opener,
  other,
  signedMatter,
  stranger,
} from './testing/signed-matter.ts'
import { verifyMatterFile } from './verify-matter-file.ts'

let matter: SignedMatter
beforeAll(async () => {
  matter = await signedMatter()
})

/** What is wrong with the file when it is changed so: codes with the envelope, `sender/sequence`. */
async function wrong(changes: Partial<MatterFile>, { snapshot, file } = matter): Promise<string[]> {
  const { problems } = await verifyMatterFile({ ...file, ...changes }, [snapshot])
  return problems.map(({ code, envelope }) =>
    envelope === null ? code : `${code} ${envelope.sender ?? '?'}/${envelope.sequence ?? '?'}`,
  )
}

const envelope = (index: number): Signed => {
  const found = matter.envelopes[index]
  if (!found) throw new Error(`There is no envelope ${index}.`)
  return found
}
const without = (list: readonly string[], index: number): string[] => list.filter((_, each) => each !== index)
const instead = (list: readonly string[], index: number, jws: string): string[] => list.with(index, jws)

/** The same JWS with another payload under the old signature. */
function reworded(jws: string, change: Record<string, unknown>): string {
  const [header, , signature] = jws.split('.')
  const payload = Buffer.from(JSON.stringify({ ...decodePayload(jws), ...change })).toString('base64url')
  return `${header}.${payload}.${signature}`
}

describe('[A17] a matter’s file', () => {
  it('that nobody touched is verified: who sent what when, and when the other county signed to have received it', async () => {
    const proof = await verifyMatterFile(matter.file, [matter.snapshot])
    expect(proof).toMatchObject({ matter: matterId, kind: 'CLUE_TRANSFER', parties: [opener, other], problems: [] })
    expect(proof.entries.map(({ status, payload: { sender, sequence } }) => [status, sender, sequence])).toEqual([
      ['APPLIED', opener, 1],
      ['APPLIED', other, 1],
      ['APPLIED', other, 2],
      ['APPLIED', opener, 2],
    ])
    expect(proof.entries[0]?.acknowledgements).toMatchObject([
      { recipient: other, state: 'ACCEPTED', receivedAt: new Date('2026-03-01T02:01:01.000Z') },
    ])
  })

  it('says of an envelope without a receipt that none is held, and of a refused one so, and both are verified', async () => {
    const refusal = { outcome: 'REFUSED', code: 'RULE_BROKEN', reason: 'not so' } as const
    const { acknowledgements } = matter.file
    const refused = await matter.acknowledgement(envelope(1), refusal)
    const proof = await verifyMatterFile(
      { ...matter.file, acknowledgements: [refused, ...acknowledgements.slice(2)] },
      [matter.snapshot],
    )
    expect(proof.problems).toEqual([])
    expect(proof.entries[0]?.acknowledgements).toMatchObject([{ recipient: other, jws: null, state: 'PENDING' }])
    expect(proof.entries[1]).toMatchObject({ status: 'REFUSED', refusal: { code: 'RULE_BROKEN', reason: 'not so' } })
  })

  it('comes back from its text as it was; damaged it is unreadable, and anything else is no matter’s file', () => {
    const text = writeMatterFile(matter.file)
    expect(readMatterFile(text)).toEqual({ format: 'liandong-matter-proof/1', ...matter.file })
    expect(readMatterFile(text.slice(0, -20))).toHaveProperty('unreadable')
    expect(readMatterFile(text.replace('"keys"', '"locks"'))).toHaveProperty('unreadable')
    expect(readMatterFile('{"format":"liandong-receipt-bundle/1"}')).toBeUndefined()
    expect(readMatterFile('ey.ey.ey')).toBeUndefined()
  })
})

describe('[A17] a matter’s file in which somebody changed something', () => {
  it.each([
    ['the text', { body: { text: '另一说明' } }],
    ['the time', { at: '2026-02-01T02:00:00.000Z' }],
    ['the number', { sequence: 7 }],
    ['the recipient', { recipients: ['410823'] }],
    ['who acted', { actor: { agency: 'x', officer: 'y' } }],
    ['the matter', { matter: matterId.replace('1', '2') }],
  ])('%s of an envelope: the signature does not fit, and the envelope is named', async (_, change) => {
    const found = await wrong({ envelopes: instead(matter.file.envelopes, 1, reworded(envelope(1).jws, change)) })
    expect(found).toContainEqual(expect.stringMatching(/^ENVELOPE_INVALID 411729\/[17]$/))
  })

  it.each(['hash', 'receivedAt', 'outcome', 'recipient', 'matter', 'envelope'])(
    'the %s of an acknowledgement: it is not valid any more',
    async (name) => {
      const values: Record<string, string> = {
        receivedAt: '2026-03-02T00:00:00.000Z',
        outcome: 'REFUSED',
        recipient: opener,
      }
      const forged = reworded(matter.file.acknowledgements[0] ?? '', { [name]: values[name] ?? 'a'.repeat(64) })
      const found = await wrong({ acknowledgements: instead(matter.file.acknowledgements, 0, forged) })
      expect(found.join()).toMatch(/^ACKNOWLEDGEMENT_INVALID( 411528\/1)?$/)
    },
  )

  it('how a signature is written: that is no second document of its signer, nor a second acknowledgement', async () => {
    const { envelopes, acknowledgements } = matter.file
    const copies = (list: readonly string[]) => [...list, ...list.slice(-1).map(rewritten)]
    expect(await wrong({ envelopes: copies(envelopes) })).toEqual(['ENVELOPE_INVALID 411528/2'])
    expect(await wrong({ acknowledgements: copies(acknowledgements) })).toEqual([
      expect.stringMatching(/^ACKNOWLEDGEMENT_INVALID/),
    ])
  })

  it('the matter’s id: no envelope belongs to it', async () => {
    const found = await wrong({ matter: matterId.replace(/1$/, '2') })
    expect(found.slice(0, 4)).toEqual(
      matter.envelopes.map(({ payload }) => `OTHER_MATTER ${payload.sender}/${payload.sequence}`),
    )
  })

  it('a key: nobody vouches for it, used or not', async () => {
    const strange = publicKeyOf(await generateSigningKey())
    const [first, second] = matter.file.keys
    if (!first || !second) throw new Error('Two keys were given.')
    expect(await wrong({ keys: [...matter.file.keys, { county: opener, key: strange }] })).toEqual(['KEY_NOT_VOUCHED'])
    expect(await wrong({ keys: [{ ...first, key: { ...first.key, x: strange.x } }, second] })).toEqual([
      'KEY_NOT_VOUCHED',
    ])
    expect(await wrong({ keys: [] })).toEqual([])
  })

  it.each([0, 1, 2])(
    'by leaving out envelope %i: it is missed by number, and its acknowledgement stands alone',
    async (index) => {
      const { sender, sequence } = envelope(index).payload
      const { problems } = await verifyMatterFile(
        { ...matter.file, envelopes: without(matter.file.envelopes, index) },
        [matter.snapshot],
      )
      const codes = problems.map(({ code }) => code)
      expect(codes).toContain('ACKNOWLEDGEMENT_STRAY')
      expect(codes.some((code) => code === 'ENVELOPE_MISSING' || code === 'SEEN_MISSING')).toBe(true)
      expect(problems.map(({ en }) => en).join()).toMatch(
        new RegExp(`nvelope ${sequence} of ${sender}|${envelope(index).hash}`),
      )
    },
  )

  it('by leaving out the last envelope with its acknowledgement: that cannot be seen, as the text says', async () => {
    const { envelopes, acknowledgements } = matter.file
    expect(await wrong({ envelopes: without(envelopes, 3), acknowledgements: without(acknowledgements, 3) })).toEqual(
      [],
    )
  })

  it('in any other order than the causal one: it was rearranged', async () => {
    const numbers = matter.file.envelopes.map((_, index) => index)
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(numbers, { minLength: 4 }), async (order) => {
        const envelopes = order.map((index) => envelope(index).jws)
        expect(await wrong({ envelopes })).toEqual(order.join() === numbers.join() ? [] : ['OUT_OF_ORDER'])
        const again = inCausalOrder(order.map(envelope)).map(({ hash }) => hash)
        expect(again).toEqual(matter.envelopes.map(({ hash }) => hash))
      }),
      { numRuns: 20 },
    )
  })

  it('by putting an envelope in twice', async () => {
    expect(await wrong({ envelopes: [...matter.file.envelopes, envelope(3).jws] })).toEqual([`REPEATED ${opener}/2`])
  })
})

describe('[A17] what counties sign and is not so', () => {
  const add = (more: Signed, file = matter.file) => ({ envelopes: [...file.envelopes, more.jws] })

  it('two histories are shown as such, with both envelopes', async () => {
    const rival = await matter.envelope(opener, matter.envelopes.slice(0, 3), { body: { text: '另一部历史' } })
    const all = inCausalOrder([...matter.envelopes, rival])
    const proof = await verifyMatterFile({ ...matter.file, envelopes: all.map(({ jws }) => jws) }, [matter.snapshot])
    expect(proof.problems.map(({ code }) => code)).toEqual(['FORK'])
    expect(proof.problems[0]?.zh).toContain(rival.hash)
    expect(proof.entries.filter(({ status }) => status === 'FORK').map(({ payload }) => payload.sequence)).toEqual([
      2, 2,
    ])
  })

  it('a chain that denies what its sender had sent before', async () => {
    const liar = await matter.envelope(opener, matter.envelopes, { previous: 'f'.repeat(64) })
    expect(await wrong(add(liar))).toEqual([`CHAIN_BROKEN ${opener}/3`])
  })

  it('an envelope that names one of the other county that there is not', async () => {
    const seen = { [other]: { sequence: 2, hash: 'e'.repeat(64) } }
    expect(await wrong(add(await matter.envelope(opener, matter.envelopes, { seen })))).toEqual([
      `SEEN_MISSING ${opener}/3`,
    ])
  })

  it('an envelope by a county that is no party, or of another kind, or under an id that was used', async () => {
    const kind = await matter.envelope(opener, matter.envelopes, { kind: 'BULLETIN' })
    expect(await wrong(add(kind))).toEqual([`OTHER_MATTER ${opener}/3`])
    expect(await wrong(add(await matter.envelope(stranger, matter.envelopes)))).toEqual([`NOT_PARTY ${stranger}/1`])
    const { id } = envelope(0).payload
    expect(await wrong(add(await matter.envelope(opener, matter.envelopes, { id })))).toEqual([`REPEATED ${opener}/3`])
  })

  it('an acknowledgement of an envelope that is not there, by somebody else, too early, or a second one', async () => {
    const absent = await matter.envelope(opener, matter.envelopes)
    const { acknowledgements } = matter.file
    const given = (jws: string) => wrong({ acknowledgements: [...acknowledgements, jws] })
    expect(await given(await matter.acknowledgement(absent))).toEqual(['ACKNOWLEDGEMENT_STRAY'])
    const named = { envelope: envelope(3).payload.id }
    expect(await given(await matter.acknowledgement(envelope(0), named))).toEqual([`ACKNOWLEDGEMENT_STRAY ${opener}/1`])
    expect(await given(await matter.acknowledgement(envelope(0), { recipient: opener }))).toEqual([
      `ACKNOWLEDGEMENT_STRAY ${opener}/1`,
    ])
    const early = { receivedAt: '2026-03-01T01:00:00.000Z' }
    expect(await given(await matter.acknowledgement(envelope(0), early))).toEqual([`ACKNOWLEDGEMENT_STRAY ${opener}/1`])
    const later = { receivedAt: '2026-03-05T00:00:00.000Z' }
    expect(await given(await matter.acknowledgement(envelope(0), later))).toEqual([
      `ACKNOWLEDGEMENT_CONTRADICTED ${opener}/1`,
    ])
  })

  it('a key that no directory lists: with the file’s own key it fits, but nobody vouches', async () => {
    const key = await generateSigningKey()
    const strange = await matter.envelope(opener, matter.envelopes, {}, key)
    expect(await wrong(add(strange))).toEqual([`ENVELOPE_INVALID ${opener}/3`])
    const keys = [...matter.file.keys, { county: opener, key: publicKeyOf(key) }]
    expect(await wrong({ ...add(strange), keys })).toEqual(['KEY_NOT_VOUCHED', `KEY_NOT_VOUCHED ${opener}/3`])
  })

  it('a key that left the directory is good by an earlier signed directory, for what it signed while it held', async () => {
    const [first] = matter.snapshot.counties
    const now = {
      ...matter.snapshot,
      serial: 9,
      counties: matter.snapshot.counties.filter((county) => county !== first),
    }
    const { problems } = await verifyMatterFile(matter.file, [now])
    expect(problems.length).toBeGreaterThan(0)
    expect((await verifyMatterFile(matter.file, [now, matter.snapshot])).problems).toEqual([])
  })

  it('a key that had expired at the time that the envelope or the acknowledgement bears', async () => {
    const exp = Date.parse('2026-03-01T02:02:30.000Z') / 1_000
    const expired = await signedMatter((county, key) => ({ ...publicKeyOf(key), ...(county === opener && { exp }) }))
    expect(await wrong({}, expired)).toEqual([
      `ENVELOPE_INVALID ${opener}/2`,
      `ACKNOWLEDGEMENT_INVALID ${other}/2`,
      'ACKNOWLEDGEMENT_STRAY',
    ])
  })
})
