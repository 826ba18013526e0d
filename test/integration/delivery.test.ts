import { SignJWT, importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import type { HistoryEntry } from '../../services/county/delivery/contract.ts'
import { createGatewayCourier } from '../../services/county/delivery/gateway-courier.ts'
import { parley, parleyTables } from '../../services/county/delivery/testing/parley.ts'
import { systemClock } from '../../services/platform/clock.ts'
import { journalEntries } from '../../services/platform/journal/journal.table.ts'
import { createCountyClientMinter, nameOfCounty } from '../../services/platform/tokens/county-as-client.ts'
import { type SigningKey, generateSigningKey } from '../../services/platform/tokens/keys.ts'
import { type TestCounties, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, audience, createTrust } from '../support/trust.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const actor = { agency: agencyOf(xixian), officer: '41152801' }
const deliver =
  'mutation($county: NodeCode!, $envelopes: [String!]!) { deliver(county: $county, envelopes: $envelopes) }'

describe('documents between counties, through the gateway', () => {
  let trust: Trust
  let counties: TestCounties
  let gateway: TestGateway
  beforeAll(async () => {
    trust = await createTrust([xixian, xincai, wuzhi])
    counties = await startCounties(trust, [xixian, xincai], { delivery: { kinds: [parley], bounds: { pollMs: 500 } } })
    for (const { database } of counties.list)
      for (const table of parleyTables) await database.db.execute(sql.raw(table))
    gateway = await startGateway({
      trust,
      snapshot: counties.snapshot,
      directory: counties.directory,
      env: { OPERATIONS: 'safelist', DEADLINE_MS: '20000' },
    })
    const [entry] = counties.snapshot.gateways
    if (!entry) throw new Error('The directory names no gateway.')
    counties.directory.set({
      ...counties.snapshot,
      serial: counties.snapshot.serial + 1,
      gateways: [{ ...entry, url: `${gateway.url}/graphql` }],
    })
  })
  afterAll(async () => {
    await gateway.close()
    await counties.close()
    await trust.close()
  })

  const deliveryOf = (code: string) => counties.at(code).node().delivery
  const history = (code: string, matter: string) => deliveryOf(code).history(counties.at(code).database.db, matter)
  const open = (text: string) =>
    deliveryOf(xixian).act((tx) =>
      deliveryOf(xixian).open(tx, {
        kind: 'PARLEY',
        event: 'OPEN',
        body: { text, first: xincai },
        recipients: [xincai],
        actor,
      }),
    )
  const until = async <Value>(look: () => Promise<Value>, good: (value: Value) => boolean): Promise<Value> => {
    for (const end = Date.now() + 100_000; ;) {
      const value = await look()
      if (good(value) || Date.now() > end) return value
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const settled = (entries: HistoryEntry[]) =>
    entries.length > 0 && entries.every((each) => each.acknowledgements.every(({ state }) => state === 'ACCEPTED'))
  const order = (entries: HistoryEntry[]) => entries.map(({ hash, status }) => `${status} ${hash}`)

  it('[A04–A07] a matter goes there and back: both ends hold the same history, and each the other’s signature', async () => {
    const { payload } = await open('there')
    const { matter } = payload
    await until(() => history(xincai, matter), settled)
    const at = deliveryOf(xincai)
    await at.act((tx) => at.send(tx, { matter, event: 'PASS', body: { text: 'and back', to: xixian }, actor }))
    const here = await until(
      () => history(xixian, matter),
      (entries) => entries.length === 2 && settled(entries),
    )
    const there = await until(() => history(xincai, matter), settled)
    expect(order(here)).toEqual(order(there))
    expect(here.map(({ acknowledgements }) => acknowledgements.map(({ jws }) => jws))).toEqual(
      there.map(({ acknowledgements }) => acknowledgements.map(({ jws }) => jws)),
    )
    expect((await deliveryOf(xixian).matter(counties.at(xixian).database.db, matter))?.pen).toBe(xixian)
  })

  it('what is sent while the other county’s node is down arrives when it is back', async () => {
    await counties.at(xincai).stop()
    const { payload } = await open('later')
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect((await history(xixian, payload.matter))[0]?.acknowledgements).toMatchObject([{ state: 'PENDING' }])
    await counties.at(xincai).start()
    expect(settled(await until(() => history(xixian, payload.matter), settled))).toBe(true)
    expect(order(await history(xincai, payload.matter))).toEqual(order(await history(xixian, payload.matter)))
  })

  it('each handing over stands in the gateway’s and the recipient’s journal, in the name of the sender’s node', async () => {
    const fields = (rows: { agency: string; fields: unknown }[]) =>
      rows.filter(({ agency }) => agency === nameOfCounty(xixian)).map((row) => row.fields)
    expect(fields(await gateway.database.db.select().from(journalEntries))).toContainEqual(['deliver'])
    expect(fields(await counties.at(xincai).database.db.select().from(journalEntries))).toContainEqual(['deliver'])
  })

  it('a county that lost what it had received gets it back, with its own acknowledgement; a stranger gets nothing', async () => {
    const { payload, jws } = await open('kept for you')
    await until(() => history(xixian, payload.matter), settled)
    const courier = (county: string) =>
      createGatewayCourier({
        county,
        key: trust.countyKeys.get(county) as SigningKey,
        clock: systemClock,
        directory: counties.directory,
      })
    const signal = AbortSignal.timeout(60_000)
    const question = { matters: [{ matter: payload.matter, heads: [] }], direct: true }
    const [own] = (await history(xincai, payload.matter))[0]?.acknowledgements ?? []
    expect(await courier(xincai).missing(xixian, question, signal)).toEqual({
      envelopes: [{ jws, acknowledgement: own?.jws }],
      more: false,
    })
    const page = await courier(xincai).heads(xixian, null, signal)
    expect(page.matters.map(({ matter }) => matter)).toContain(payload.matter)
    expect(await courier(wuzhi).missing(xixian, question, signal)).toEqual({ envelopes: [], more: false })
    expect(await courier(wuzhi).heads(xixian, null, signal)).toEqual({ matters: [], next: null })
  })

  it('figures say how many envelopes are on their way, and since when the oldest waits', async () => {
    const answer = await fetch(counties.at(xixian).url.replace('/graphql', '/metrics'))
    const text = await answer.text()
    expect(text).toMatch(/liandong_outgoing_envelopes\{state="ACCEPTED"\} [1-9]/)
    expect(text).toMatch(/liandong_outgoing_envelopes\{state="PENDING"\} 0/)
    expect(text).toMatch(/liandong_oldest_unacknowledged_seconds 0/)
  })

  it('no agency may hand documents over, whatever its token says', async () => {
    const token = await trust.token(agencyOf(xixian), ['matter:deliver', 'query:adhoc'])
    const { body } = await gateway.ask(token, deliver, { county: xincai, envelopes: [] })
    expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE')
    const posing = await trust.token(nameOfCounty(xixian), ['matter:deliver'])
    const answer = await gateway.ask(posing, deliver, { county: xincai, envelopes: [] })
    expect(answer.body.errors?.[0]?.extensions.code).toBe('AGENCY_UNKNOWN')
  })

  it('a county’s node may do nothing else', async () => {
    const key = trust.countyKeys.get(xixian) as SigningKey
    const token = await createCountyClientMinter({ county: xixian, key, clock: systemClock })(audience)
    const { body } = await gateway.ask(token, '{ penalties(first: 1) { edges { node { id } } coverage { complete } } }')
    expect(body.errors?.[0]?.extensions.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE')
    const own = await gateway.ask(token, deliver, { county: xixian, envelopes: [] })
    expect(own.body.errors).toHaveLength(1)
  })

  it.each([
    ['by a key that the directory does not list', 'TOKEN_UNKNOWN_KEY', {}],
    ['for another audience', 'TOKEN_WRONG_AUDIENCE', { aud: 'elsewhere' }],
    ['for several audiences', 'TOKEN_WRONG_AUDIENCE', { aud: [audience, 'elsewhere'] }],
    ['for another county', 'TOKEN_MALFORMED', { sub: xincai }],
    ['that lives longer than a minute', 'TOKEN_MALFORMED', { exp: Math.floor(Date.now() / 1_000) + 600 }],
    ['that has expired', 'TOKEN_EXPIRED', { iat: 1, exp: 2 }],
    ['with further scopes', 'TOKEN_MALFORMED', { scope: 'matter:deliver case:read' }],
  ])('a county’s token %s is refused with %s', async (_, code, claims) => {
    const good = trust.countyKeys.get(xixian) as SigningKey
    const key = code === 'TOKEN_UNKNOWN_KEY' ? await generateSigningKey() : good
    const now = Math.floor(Date.now() / 1_000)
    const content = {
      iss: xixian,
      sub: xixian,
      aud: audience,
      scope: 'matter:deliver',
      jti: '1',
      iat: now,
      exp: now + 30,
    }
    const token = await new SignJWT({ ...content, ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt' })
      .sign(await importJWK(key, key.alg))
    const { body } = await gateway.ask(token, deliver, { county: xincai, envelopes: [] })
    expect(body.errors?.[0]?.extensions.code).toBe(code)
  })
})
