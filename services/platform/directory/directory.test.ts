import { CompactSign, importJWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { generateSigningKey, publicKeyOf, type SigningKey } from '../tokens/keys.ts'
import { fixedDirectory } from './directory.ts'
import { sampleSnapshot } from './sample-snapshot.ts'

const at = (moment: string) => ({ now: () => new Date(moment), uuid: () => '00000000-0000-4000-8000-000000000000' })
async function sign(by: SigningKey, typ: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode('{"link":"x"}'))
    .setProtectedHeader({ alg: by.alg, kid: by.kid, typ })
    .sign(await importJWK(by, by.alg))
}
const on = new Date('2026-03-01T08:00:00Z')
const asked = { reader: '411729', holder: '411528', record: 'PENALTY', purpose: 'CASE', on } as const

describe('agreements', () => {
  const agreement = sampleSnapshot().agreements[0]
  const withAgreement = (changes: object) =>
    fixedDirectory(
      sampleSnapshot({ agreements: agreement ? [{ ...agreement, ...changes }] : [] }),
      at('2026-03-01T08:00:00Z'),
    )

  test('an agreement in force lets either party read the other', () => {
    const directory = withAgreement({})
    expect(directory.agreementFor(asked)?.id).toBe('sample-agreement')
    expect(directory.agreementFor({ ...asked, reader: '411528', holder: '411729' })?.id).toBe('sample-agreement')
  })
  test('a county that is no party has no agreement', () => {
    expect(withAgreement({}).agreementFor({ ...asked, reader: '410823' })).toBeUndefined()
  })
  test('an agreement that one of the two has not signed does not hold between them', () => {
    expect(withAgreement({ signedBy: ['411528'] }).agreementFor(asked)).toBeUndefined()
  })
  test('an agreement covers only the record kinds and purposes that it names', () => {
    expect(withAgreement({ records: ['CREDIT_LISTING'] }).agreementFor(asked)).toBeUndefined()
    expect(withAgreement({ purposes: ['APPROVAL'] }).agreementFor(asked)).toBeUndefined()
  })
  test('an agreement holds from its first day in Asia/Shanghai until the day before validUntil', () => {
    const directory = withAgreement({ validFrom: '2026-03-01', validUntil: '2026-03-03' })
    const holdsAt = (moment: string) => directory.agreementFor({ ...asked, on: new Date(moment) }) !== undefined
    expect(holdsAt('2026-02-28T15:59:59Z')).toBe(false)
    expect(holdsAt('2026-02-28T16:00:00Z')).toBe(true)
    expect(holdsAt('2026-03-02T15:59:59Z')).toBe(true)
    expect(holdsAt('2026-03-02T16:00:00Z')).toBe(false)
  })
})

describe('measures', () => {
  const directory = fixedDirectory(sampleSnapshot(), at('2026-03-01T08:00:00Z'))
  const question = { matter: 'FOOD_BUSINESS_LICENCE', category: 'FOOD_SAFETY', relation: 'LISTED_SUBJECT', on } as const
  const codes = (changes: object) =>
    directory.measuresFor({ ...question, imposed: [], ...changes }).map((measure) => measure.code)

  test('an automatic measure follows from every listing, an imposed one only where the decision names it', () => {
    expect(codes({})).toEqual(['IMPORTANT_CONSIDERATION'])
    expect(codes({ relation: 'LEGAL_REPRESENTATIVE' })).toEqual([])
    expect(codes({ relation: 'LEGAL_REPRESENTATIVE', imposed: ['FOOD_FIVE_YEAR_BAR'] })).toEqual(['FOOD_FIVE_YEAR_BAR'])
  })
  test('a measure does not reach matters or categories that it does not name', () => {
    const imposed = { relation: 'LEGAL_REPRESENTATIVE', imposed: ['FOOD_FIVE_YEAR_BAR'] }
    expect(codes({ ...imposed, matter: 'DRUG_RETAIL_LICENCE' })).toEqual([])
    expect(codes({ ...imposed, category: 'CONSUMER_RIGHTS' })).toEqual([])
  })
  test('a measure follows only while its row of the catalogue is in force', () => {
    expect(codes({ on: new Date('2021-08-31T15:59:59Z') })).toEqual([])
  })
})

describe('expiry', () => {
  test('every lookup is refused from the moment of expiry', () => {
    const directory = fixedDirectory(sampleSnapshot(), at('2026-03-02T00:00:00Z'))
    const refused = expect.objectContaining({ code: 'DIRECTORY_EXPIRED' })
    expect(() => directory.snapshot()).toThrow(refused)
    expect(() => directory.county('411528')).toThrow(refused)
    expect(() => directory.agreementFor(asked)).toThrow(refused)
    expect(directory.status().state).toBe('EXPIRED')
  })
  test('one millisecond before, it is used', () => {
    const directory = fixedDirectory(sampleSnapshot(), at('2026-03-01T23:59:59.999Z'))
    expect(directory.county('411528')?.name).toBe('息县')
    expect(directory.matter('FOOD_BUSINESS_LICENCE')?.label).toBe('食品经营许可')
    expect(directory.agency('nobody')).toBeUndefined()
  })
})

describe('documents signed by a county', async () => {
  const key = await generateSigningKey('EdDSA')
  const counties = sampleSnapshot().counties.map((county) =>
    county.code === '411528' ? { ...county, keys: [publicKeyOf(key)] } : county,
  )
  const directory = fixedDirectory(sampleSnapshot({ counties }), at('2026-03-01T08:00:00Z'))
  const refused = { code: 'BAD_USER_INPUT' }

  test('the payload is given when the county has signed it', async () => {
    const jws = await sign(key, 'case-link+jws')
    expect(await directory.verifyJws(jws, { county: '411528' }, 'case-link+jws')).toEqual({ link: 'x' })
  })
  test('a document of another type, of another county, of an unknown county, or altered is refused', async () => {
    const jws = await sign(key, 'case-link+jws')
    await expect(directory.verifyJws(jws, { county: '411528' }, 'receipt+jws')).rejects.toMatchObject(refused)
    await expect(directory.verifyJws(jws, { county: '411729' }, 'case-link+jws')).rejects.toMatchObject(refused)
    await expect(directory.verifyJws(jws, { county: '999999' }, 'case-link+jws')).rejects.toMatchObject(refused)
    const [header, , signature] = jws.split('.')
    const altered = `${header}.${Buffer.from('{"link":"y"}').toString('base64url')}.${signature}`
    await expect(directory.verifyJws(altered, { county: '411528' }, 'case-link+jws')).rejects.toMatchObject(refused)
  })
})
