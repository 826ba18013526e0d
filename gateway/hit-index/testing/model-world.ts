import { randomUUID } from 'node:crypto'
import { type Directory, directoryOver, hold } from '../../../services/platform/directory/directory.ts'
import { sampleSnapshot } from '../../../services/platform/directory/sample-snapshot.ts'
import type { HitIndexEpoch, Snapshot } from '../../../services/platform/directory/snapshot.ts'
import { shanghaiDay } from '../../../services/platform/directory/snapshot-lookups.ts'
import type { RequestContext } from '../../../services/platform/viewer.ts'
import type { CountyQuestions, CountyReply } from '../../exchange/county-questions.ts'
import { type CreditCheckResult, checkCredit } from '../../exchange/credit-check.ts'
import type { SigningKey } from '../../exchange/receipt.ts'
import { CountyLink, type FrameRequest, type FrameStore, type LinkState, type Outcome } from '../county-link.ts'
import { type FedHitIndex, createHitIndex } from '../hit-index.ts'
import { type ModelCounty, type ModelKey, hasEffect, modelKey } from './model-county.ts'

export const matter = 'FOOD_BUSINESS_LICENCE'
/** The gateway's identifier in these tests. */
export const gatewayName = 'gateway'
const signer = gatewaySigner(modelKey())

/** A disk that tests can damage. */
export class MemoryStore implements FrameStore {
  frames: Uint8Array[] = []
  state: LinkState | undefined
  isWhole = true

  load(): ReturnType<FrameStore['load']> {
    return Promise.resolve({ frames: [...this.frames], isWhole: this.isWhole, state: this.state })
  }
  replace(frames: readonly Uint8Array[]): Promise<void> {
    this.frames = [...frames]
    this.isWhole = true
    return Promise.resolve()
  }
  append(frame: Uint8Array): Promise<void> {
    this.frames.push(frame)
    return Promise.resolve()
  }
  saveState(state: LinkState): Promise<void> {
    this.state = structuredClone(state)
    return Promise.resolve()
  }
  size(): { first: number; further: number } {
    return { first: 1, further: 0 }
  }
}

/** An epoch with a key that differs by its number. */
export function modelEpoch(number: number, from: number): HitIndexEpoch {
  const key = Buffer.alloc(32, number).toString('base64url')
  return { id: `epoch-${number}`, key, from: new Date(from).toISOString() }
}

/** The directory of these counties; all have signed one agreement, for years. */
export function modelSnapshot(counties: readonly ModelCounty[], changes: Partial<Snapshot> = {}): Snapshot {
  const codes = counties.map(({ code }) => code)
  const [sample] = sampleSnapshot().agreements
  if (!sample) throw new Error('The sample directory has no agreement.')
  return sampleSnapshot({
    expiresAt: '2036-01-01T00:00:00Z',
    counties: counties.map(({ code, key }) => ({
      code,
      name: code,
      codeSystem: 'GBT2260',
      status: 'ACTIVE',
      url: 'http://127.0.0.1:1/graphql',
      keys: [key.jwk],
    })),
    agreements: [{ ...sample, parties: codes, signedBy: codes }],
    hitIndexEpochs: [modelEpoch(1, 0)],
    ...changes,
  })
}

/** The real gateway code over model counties, in simulated time. */
export class ModelWorld {
  now = Date.parse('2026-03-01T12:00:00Z')
  readonly stores = new Map<string, MemoryStore>()
  /** Every frame that ever travelled. */
  readonly bag: Uint8Array[] = []
  readonly clock = { now: () => new Date(this.now), uuid: () => randomUUID() }
  readonly directory: Pick<Directory, 'snapshot' | 'agreementFor' | 'keysOf' | 'county' | 'matter' | 'measuresFor'>
  asked: string[] = []
  #held: ReturnType<typeof hold>
  #index: FedHitIndex
  #links = new Map<string, CountyLink>()

  constructor(readonly counties: readonly ModelCounty[]) {
    this.#held = hold(modelSnapshot(counties))
    this.directory = directoryOver(() => this.#held, this.clock)
    this.#index = this.#newIndex()
    this.#newLinks()
  }

  get snapshot(): Snapshot {
    return this.#held.snapshot
  }

  get index(): FedHitIndex {
    return this.#index
  }

  publishDirectory(changes: Partial<Snapshot>): void {
    this.#held = hold({ ...this.#held.snapshot, ...changes, serial: this.#held.snapshot.serial + 1 })
  }

  link(county: ModelCounty): CountyLink {
    const link = this.#links.get(county.code)
    if (!link) throw new Error(`No link to ${county.code}.`)
    return link
  }

  /** Stops the gateway and starts it anew, with its disk or without. */
  async restart({ withDisk }: { withDisk: boolean }): Promise<void> {
    if (!withDisk) this.stores.clear()
    await this.#index.close()
    this.#index = this.#newIndex()
    this.#newLinks()
    await Promise.all([...this.#links.values()].map((link) => link.restore()))
  }

  /** What the county answers; undefined when it does not. */
  frameFor(county: ModelCounty, request: FrameRequest): Uint8Array | undefined {
    if (!county.isUp || county.declines) return undefined
    const epoch = this.#epochAt(this.now + county.skew)
    if (!epoch) return undefined
    const { query, nonce } = request
    const frame = county.publish({ query, nonce, gateway: gatewayName, now: this.now, epoch })
    this.bag.push(frame)
    return frame
  }

  /** One request and its answer, without faults. */
  async poll(county: ModelCounty): Promise<Outcome | undefined> {
    const link = this.link(county)
    if (county.isUp && county.declines) await link.declined()
    const request = link.request()
    const frame = this.frameFor(county, request)
    return frame && link.receive(request, frame, this.now)
  }

  /** The real credit check, whose live questions the model answers. */
  check(
    asker: ModelCounty,
    subject: string,
    maxStaleness?: string,
    kind: 'APPROVAL' | 'ANALYSIS' = 'APPROVAL',
  ): Promise<CreditCheckResult> {
    this.asked = []
    const context: RequestContext = {
      viewer: { agency: 'agency', county: asker.code, scopes: new Set(['credit:check']) },
      transaction: { id: randomUUID(), deadline: this.now + 2_000, purpose: { kind, number: '1' } },
      signal: new AbortController().signal,
      shown: new Set(),
    }
    return checkCredit(
      {
        directory: this.directory as Directory,
        counties: this.#questions(),
        hitIndex: this.#index,
        statements: { keep: () => Promise.resolve() },
        clock: this.clock,
        gatewayId: gatewayName,
        signer,
      },
      { subject, matter, maxStaleness },
      context,
    )
  }

  #questions(): CountyQuestions {
    return {
      targets: () => this.snapshot.counties.filter(({ status }) => status !== 'LEFT').map(({ code }) => code),
      ask: ({ variables, counties = [] }) => {
        this.asked.push(...counties)
        const [question] = variables['questions'] as { subject: string; matter: string }[]
        return Promise.resolve(new Map(counties.map((code) => [code, this.#live(code, question?.subject ?? '')])))
      },
      execute: () => Promise.reject(new Error('Not asked by a credit check.')),
    }
  }

  #live(code: string, subject: string): CountyReply {
    const county = this.counties.find((each) => each.code === code)
    const status = this.directory.county(code)?.status
    if (!county?.isUp || status !== 'ACTIVE') return { outage: 'UNREACHABLE' }
    const asOf = this.now + county.skew
    const isListed = hasEffect(county.listings, subject, shanghaiDay(new Date(asOf)))
    return {
      data: {
        creditStandings: [
          {
            county: { code },
            asOf: new Date(asOf).toISOString(),
            listVersion: String(county.version),
            standings: [{ subject, matter, listings: isListed ? [listing(code, subject)] : [] }],
          },
        ],
      },
    }
  }

  #epochAt(now: number): HitIndexEpoch | undefined {
    return this.snapshot.hitIndexEpochs.filter(({ from }) => Date.parse(from) <= now).at(-1)
  }

  #newIndex(): FedHitIndex {
    // Small turns, so that loading one county's list mixes with what others do.
    return createHitIndex({
      directory: this.directory,
      clock: this.clock,
      pause: () => Promise.resolve(),
      hashesInOneTurn: 2,
      mostAtOnce: 4,
    })
  }

  #newLinks(): void {
    const silent = { warn: () => {}, error: () => {} }
    this.#links = new Map(
      this.counties.map(({ code }) => {
        const store = this.stores.get(code) ?? new MemoryStore()
        this.stores.set(code, store)
        const { directory, clock } = this
        const parts = { county: code, gateway: gatewayName, directory, index: this.#index, clock, store }
        return [code, new CountyLink({ ...parts, logger: silent })]
      }),
    )
  }
}

function listing(county: string, subject: string): Record<string, unknown> {
  return {
    id: `${county}:listing:${subject}`,
    relation: 'LISTED_SUBJECT',
    documentNumber: '1',
    subjectCode: subject,
    subjectName: 'x',
    category: 'FOOD_SAFETY',
    categoryLabel: 'x',
    state: 'LISTED',
    stateLabel: 'x',
    facts: 'x',
    basis: 'x',
    organ: 'x',
    listedOn: '2026-01-01',
    effectUntil: null,
    imposedMeasures: [],
    restrictionUntil: null,
  }
}

function gatewaySigner({ privateKey, jwk }: ModelKey): SigningKey {
  return { key: privateKey, kid: jwk.kid, alg: 'EdDSA' }
}
