import { beforeEach, describe, expect, it } from 'vitest'
import { ModelCounty, dayAfter, modelKey } from './testing/model-county.ts'
import { MemoryStore, ModelWorld, modelEpoch } from './testing/model-world.ts'

const day = 86_400_000
let world: ModelWorld
let one: ModelCounty
let two: ModelCounty

function build(skew = 0): void {
  one = new ModelCounty('411528', modelKey(), skew)
  two = new ModelCounty('411729', modelKey(), 0)
  world = new ModelWorld([one, two])
}

async function pollAll(): Promise<void> {
  for (const county of [one, two]) expect(['FULL', 'DELTA', 'RENEWAL']).toContain(await world.poll(county))
}

/** Puts a subject on a list for two days, from so many days on. */
function list(county: ModelCounty, subject: string, from = 0): void {
  world.now += 1
  const today = world.now + county.skew
  const entry = { subject, from: dayAfter(today, from), until: dayAfter(today, from + 2), removedOn: null }
  county.change(world.now, [...county.listings, entry])
}

/** Codes of the counties that the check of a subject asked live. */
async function asked(subject: string, maxStaleness?: string): Promise<readonly string[]> {
  await world.check(two, subject, maxStaleness)
  return world.asked
}

async function restart(withDisk = true): Promise<void> {
  await world.restart({ withDisk })
}

beforeEach(async () => {
  build()
  list(one, 'A')
  await pollAll()
})

describe('a check with the hit index', () => {
  it('asks nobody for a subject that no county lists, and only those that may list it otherwise', async () => {
    expect(await asked('B')).toEqual([])
    expect(await asked('A')).toEqual([one.code])
    list(two, 'A')
    await world.poll(two)
    expect(await asked('A')).toEqual([one.code, two.code])
    const { judgement } = await world.check(two, 'A')
    expect(judgement.verdict).toBe('CONSIDER')
  })

  it('is CLEAR from what a county that is down said last until that runs out, then INCONCLUSIVE', async () => {
    one.isUp = false
    world.now += 290_000
    await world.poll(two)
    const before = await world.check(two, 'B')
    expect(before.judgement.verdict).toBe('CLEAR')
    expect(world.asked).toEqual([])
    world.now += 6_000
    expect((await world.check(two, 'B')).judgement.verdict).toBe('INCONCLUSIVE')
    expect(world.asked).toEqual([one.code])
  })

  it('asks live whoever is older than was asked for, tolerance included, and all when nothing may be old', async () => {
    world.now += 10_000
    await world.poll(two)
    expect(await asked('B', 'PT15S')).toEqual([])
    expect(await asked('B', 'PT14S')).toEqual([one.code])
    expect(await asked('B', 'PT0S')).toEqual([one.code, two.code])
  })
})

describe('on the way', () => {
  it('a delta that was lost is not missed: the state stands for what it says, and the next delta has both', async () => {
    const link = world.link(one)
    list(one, 'B')
    world.frameFor(one, link.request())
    const { plan } = await world.check(two, 'B')
    expect(plan.vouched.find(({ county }) => county === one.code)?.asOf.getTime()).toBeLessThan(world.now)
    list(one, 'C')
    expect(await world.poll(one)).toBe('DELTA')
    expect(await asked('B')).toEqual([one.code])
    expect(await asked('C')).toEqual([one.code])
  })

  it('a delta that arrives after a later one is refused, and changes nothing', async () => {
    const link = world.link(one)
    list(one, 'B')
    const late = link.request()
    const frame = world.frameFor(one, late)
    list(one, 'C')
    expect(await world.poll(one)).toBe('DELTA')
    expect(frame && (await link.receive(late, frame, world.now))).toBe('GAP')
    expect(await asked('B')).toEqual([one.code])
    expect(await asked('C')).toEqual([one.code])
    expect(await world.poll(one)).toBe('FULL')
  })

  it('an old statement does not pass for a new one', async () => {
    const [old] = world.bag
    list(one, 'B')
    await world.poll(one)
    expect(old && (await world.link(one).receive(world.link(one).request(), old, world.now))).toBe('REPLAYED')
    expect(await asked('B')).toEqual([one.code])
  })

  it('a frame of another county, for another gateway, cut off or altered is refused', async () => {
    const link = world.link(one)
    const request = link.request()
    const epoch = modelEpoch(1, 0)
    const publish = (county: ModelCounty, changes = {}) =>
      county.publish({ ...request, gateway: 'gateway', now: world.now, epoch, changes })
    const receive = (frame: Uint8Array) => link.receive(request, frame, world.now)
    expect(await receive(publish(two))).toBe('SIGNATURE')
    expect(await receive(publish(one, { iss: two.code }))).toBe('WRONG_COUNTY')
    expect(await receive(publish(one, { aud: 'another' }))).toBe('WRONG_GATEWAY')
    expect(await asked('Z')).toEqual([])
    expect(await receive(publish(one, { count: 7 }))).toBe('MISMATCH')
    // Either may be wrong: the frame, or what is held.
    expect(await asked('Z')).toEqual([one.code])
    const whole = one.publish({ ...request, query: {}, gateway: 'gateway', now: world.now, epoch })
    expect(await receive(whole.slice(0, -8))).toBe('ALTERED')
    expect(await receive(whole.slice(0, -1))).toBe('MALFORMED')
    whole[whole.length - 1] = (whole.at(-1) ?? 0) ^ 1
    expect(await receive(whole)).toBe('ALTERED')
  })
})

describe('clocks', () => {
  it('may differ by the tolerance; a county further ahead is not taken, nor one that is a minute behind', async () => {
    const outcomes = []
    for (const skew of [5_000, 5_001, -60_000, -60_001]) {
      build(skew)
      outcomes.push(await world.poll(one))
    }
    expect(outcomes).toEqual(['FULL', 'CLOCK_AHEAD', 'FULL', 'STALE'])
  })

  it('that are ahead by the tolerance do not make a statement last longer or look younger', async () => {
    build(5_000)
    await pollAll()
    one.isUp = false
    world.now += 10_000
    await world.poll(two)
    // Ten seconds old; by the clock that is ahead it would be five.
    expect(await asked('B', 'PT9S')).toEqual([one.code])
    world.now += 289_999
    await world.poll(two)
    expect(await asked('B')).toEqual([])
    world.now += 1
    expect(await asked('B')).toEqual([one.code])
  })

  it('of the gateway may be set back: a statement from later than now vouches for nobody', async () => {
    await pollAll()
    world.now -= 5_000
    expect(await asked('B')).toEqual([])
    world.now -= 3_595_000
    expect(await asked('B')).toEqual([one.code, two.code])
    expect(await world.poll(one)).toBe('RENEWAL')
    expect(await asked('B')).toEqual([two.code])
  })

  it('a day that begins between two statements brings nobody on a list: who comes tomorrow is asked today', async () => {
    world.now = Date.parse('2026-03-01T23:58:00+08:00')
    list(one, 'B', 1)
    await pollAll()
    expect((await world.check(two, 'B')).judgement.verdict).toBe('CLEAR')
    expect(world.asked).toEqual([one.code])
    world.now += 121_000
    expect((await world.check(two, 'B')).judgement.verdict).toBe('CONSIDER')
    // Who lapses with the day is asked until the county says so.
    world.now += day
    one.sweep(world.now)
    expect(await world.poll(one)).toBe('DELTA')
    expect(await asked('A')).not.toContain(one.code)
  })
})

describe('a gateway that starts anew', () => {
  it('vouches by its disk alone, without any county, for as long as the statements do', async () => {
    list(one, 'B')
    await pollAll()
    world.now += 200_000
    await pollAll()
    await restart()
    one.isUp = false
    two.isUp = false
    expect(await asked('Z')).toEqual([])
    expect(await asked('B')).toEqual([one.code])
    world.now += 200_000
    expect(await asked('Z')).toEqual([])
    world.now += 100_000
    expect(await asked('Z')).toEqual([one.code, two.code])
  })

  it('uses what comes before a frame that was cut off or altered, at its own age, and then wants the whole list', async () => {
    for (const damage of ['CUT', 'ALTERED']) {
      build()
      await pollAll()
      world.now += 1_000
      list(one, 'B')
      await world.poll(one)
      const store = world.stores.get(one.code) ?? new MemoryStore()
      if (damage === 'CUT') {
        store.frames.pop()
        store.isWhole = false
      } else {
        const last = store.frames.at(-1) ?? new Uint8Array()
        last[last.length - 1] = (last.at(-1) ?? 0) ^ 1
      }
      await restart()
      const { plan } = await world.check(two, 'B')
      expect(plan.vouched.find(({ county }) => county === one.code)?.listVersion).toBe('0')
      expect(store.frames).toHaveLength(1)
      expect(await world.poll(one)).toBe('FULL')
      expect(await asked('B')).toEqual([one.code])
    }
  })

  it('does not take a statement for contents that it does not have', async () => {
    list(one, 'B')
    await world.poll(one)
    world.now += 250_000
    await pollAll()
    world.stores.get(one.code)?.frames.pop()
    await restart()
    world.now += 50_000
    // By the renewal one would vouch, had its contents been there; two does.
    expect(await asked('Z')).toEqual([one.code])
  })

  it('still knows how far it had seen a list, and what it had found to be set back', async () => {
    const backup = one.backup()
    list(one, 'B')
    await world.poll(one)
    one.restore(world.now, backup)
    await restart()
    expect(world.index.floor(one.code)).toBe(2)
    expect(await world.poll(one)).toBe('RESTORED')
    await restart()
    expect(await asked('Z')).toEqual([one.code])
    expect(await world.poll(one)).toBe('RESTORED')
  })

  it('without a disk asks live until it has the lists again', async () => {
    await restart(false)
    expect(await asked('Z')).toEqual([one.code, two.code])
    await pollAll()
    expect(await asked('Z')).toEqual([])
  })
})

describe('a county that was restored from a backup', () => {
  it.each([
    ['runs backwards', 0],
    ['has come to the same version by another way', 1],
    ['has overtaken what was seen of it', 2],
  ])('is out of the index when it %s, until it begins a new history', async (_, further) => {
    const backup = one.backup()
    list(one, 'B')
    await world.poll(one)
    one.restore(world.now, backup)
    for (let count = 0; count < further; count += 1) list(one, 'C')
    expect(await world.poll(one)).toBe('RESTORED')
    expect(await asked('Z')).toEqual([one.code])
    list(one, 'D')
    expect(await world.poll(one)).toBe('RESTORED')
    one.resume(world.now)
    expect(await world.poll(one)).toBe('FULL')
    expect(await asked('Z')).toEqual([])
    expect(await asked('D')).toEqual([one.code])
  })

  it('gives no live answer that counts before the gateway has seen as much of its list as before', async () => {
    const backup = one.backup()
    list(one, 'B')
    await world.poll(one)
    one.restore(world.now, backup)
    const { judgement } = await world.check(two, 'B')
    expect(judgement).toMatchObject({ verdict: 'INCONCLUSIVE', unanswered: [{ county: one.code, reason: 'STALE' }] })
  })

  it('is not believed when it takes up a history that it had left', async () => {
    const backup = one.backup()
    one.resume(world.now)
    expect(await world.poll(one)).toBe('FULL')
    one.restore(world.now, backup)
    list(one, 'B')
    expect(await world.poll(one)).toBe('RESTORED')
  })
})

describe('the directory', () => {
  it('may change epochs: a county vouches by the old key until it has given its list by the new one', async () => {
    world.publishDirectory({ hitIndexEpochs: [modelEpoch(1, 0), modelEpoch(2, world.now)] })
    expect(await asked('Z')).toEqual([])
    expect(await world.poll(one)).toBe('FULL')
    expect(world.index.held(one.code)?.epoch.id).toBe('epoch-2')
    expect(await asked('A')).toEqual([one.code])
    expect(await asked('Z')).toEqual([])
    world.publishDirectory({ hitIndexEpochs: [modelEpoch(2, world.now)] })
    expect(await asked('Z')).toEqual([two.code])
    await world.poll(two)
    expect(await asked('Z')).toEqual([])
  })

  it('may put another key into an epoch of the same name: what was hashed with the old one vouches for nobody', async () => {
    world.publishDirectory({ hitIndexEpochs: [{ ...modelEpoch(2, 0), id: 'epoch-1' }] })
    expect(await asked('Z')).toEqual([one.code, two.code])
    expect(await world.poll(one)).toBe('GAP')
    expect(await world.poll(one)).toBe('FULL')
    expect(await asked('A')).toEqual([one.code, two.code])
    expect(await asked('Z')).toEqual([two.code])
  })

  it('may withdraw a county’s key: what it signed vouches no more, nor another key of the same name', async () => {
    const old = one.key
    one.key = modelKey()
    const replace = (jwk: (typeof old)['jwk']) =>
      world.publishDirectory({
        counties: world.snapshot.counties.map((each) => (each.code === one.code ? { ...each, keys: [jwk] } : each)),
      })
    replace({ ...one.key.jwk, kid: old.jwk.kid })
    expect(await asked('Z')).toEqual([one.code])
    replace(one.key.jwk)
    expect(await asked('Z')).toEqual([one.code])
    await world.poll(one)
    expect(await asked('Z')).toEqual([])
  })

  it.each(['SUSPENDED', 'LEFT'] as const)('may say that a county is %s: its digest vouches no more', async (status) => {
    const counties = world.snapshot.counties.map((each) => (each.code === one.code ? { ...each, status } : each))
    world.publishDirectory({ counties })
    const { state } = world.index.look({ subject: 'Z', asker: two.code, purpose: 'APPROVAL', targets: [] })
    expect(state?.counties.map(({ county }) => county)).toEqual([two.code])
    if (status === 'SUSPENDED') expect(await asked('Z')).toEqual([one.code])
  })

  it('may have no agreement for a county and a purpose, or one that ends tonight: who asks is told nothing of others', async () => {
    const [agreement] = world.snapshot.agreements
    if (!agreement) throw new Error('No agreement.')
    world.publishDirectory({ agreements: [{ ...agreement, purposes: ['APPROVAL'], validUntil: '2026-03-02' }] })
    expect(await asked('Z')).toEqual([])
    await world.check(two, 'Z', undefined, 'ANALYSIS')
    expect(world.asked).toEqual([one.code])
    world.now = Date.parse('2026-03-01T23:59:30+08:00')
    await pollAll()
    expect(await asked('Z')).toEqual([])
    world.now += 31_000
    expect(await asked('Z')).toEqual([one.code])
  })

  it('that has expired makes the index vouch for nobody; a question to it never throws', () => {
    world.publishDirectory({ expiresAt: '2026-02-01T00:00:00Z' })
    const targets = [one.code, two.code]
    const answer = world.index.look({ subject: 'Z', asker: two.code, purpose: 'APPROVAL', targets })
    expect(answer).toEqual({ state: undefined, ask: targets })
  })
})

describe('the index', () => {
  it('drops a county that declines, and takes it up again', async () => {
    one.declines = true
    await world.poll(one)
    expect(await asked('Z')).toEqual([one.code])
    await restart()
    expect(await asked('Z')).toEqual([one.code])
    one.declines = false
    expect(await world.poll(one)).toBe('FULL')
    expect(await asked('Z')).toEqual([])
  })

  it('keeps a hash that two counties have until both have taken it off', async () => {
    list(two, 'A')
    await pollAll()
    world.now += 1
    one.change(world.now, [])
    await world.poll(one)
    expect(await asked('A')).toEqual([two.code])
    two.change(world.now, [])
    await world.poll(two)
    expect(await asked('A')).toEqual([])
  })

  it('asks once too often for a hash that is there for another reason, and lets the county say', async () => {
    list(one, 'B')
    await world.poll(one)
    // As when B only shares its hash with somebody who is listed.
    world.now += 1
    one.change(world.now, [])
    const { judgement } = await world.check(two, 'B')
    expect(world.asked).toEqual([one.code])
    expect(judgement.verdict).toBe('CLEAR')
  })

  it('has one state for all questions until something changes, and at most one in ten seconds for mere renewals', async () => {
    const look = (asker = two) =>
      world.index.look({ subject: 'Z', asker: asker.code, purpose: 'APPROVAL', targets: [one.code] }).state
    const first = look()
    expect(look(one)).toBe(first)
    world.now += 5_000
    await world.poll(one)
    expect(look()).toBe(first)
    world.now += 5_000
    expect(look()?.hash).not.toBe(first?.hash)
    const second = look()
    list(one, 'B')
    await world.poll(one)
    expect(look()?.hash).not.toBe(second?.hash)
    expect(JSON.parse(look()?.text ?? '')).toMatchObject([{ county: one.code, listVersion: '2' }, { county: two.code }])
  })
})
