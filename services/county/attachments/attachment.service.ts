import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FileClaim, demandScope } from '../../platform/attachments/attachment.ts'
import { ExchangeError } from '../../platform/errors.ts'
import { deliveryScope, isCountyName } from '../../platform/tokens/county-as-client.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AttachmentReference, Delivery } from '../delivery/contract.ts'
import type { AttachmentFetcher, Fetch } from './attachment-fetcher.ts'
import { AttachmentRepository } from './attachment.repository.ts'
import { type FileStore, type OpenFile, sizeOf } from './file-store.ts'
import { demandTaken, demandType } from './media-type.ts'

/** What the service is made of. */
export interface AttachmentServiceParts extends NodeParts {
  delivery: Pick<Delivery, 'matter' | 'history'>
  store: FileStore
  fetcher: AttachmentFetcher
  /** How long a request waits for a file that is being fetched, in milliseconds. */
  waitMs: number
}

/** How a document names a file, and whose document it is. */
interface Named {
  reference: AttachmentReference
  sender: string
}

/** A file to hand out. */
export interface ServedFile extends OpenFile {
  reference: AttachmentReference
}

/** The files of matters: taken from this county's agencies, handed to them and to the counties that are party. */
export class AttachmentService {
  readonly #parts: AttachmentServiceParts
  readonly #attachments = new AttachmentRepository()
  readonly #receiving = new Set<Promise<void>>()

  constructor(parts: AttachmentServiceParts) {
    this.#parts = parts
  }

  /**
   * Takes a file from an agency of this county, unless it is held: whether it came anew. Its source is read only after
   * `begin` has resolved. BAD_USER_INPUT when it is not what was claimed, or not of a type that is taken.
   */
  async put(
    context: RequestContext,
    claim: FileClaim,
    source: () => AsyncIterable<Buffer>,
    begin: () => Promise<void>,
  ): Promise<boolean> {
    this.#parts.authoriser.toHandle(context)
    demandScope(context, 'matter:write')
    demandTaken(claim.mediaType)
    await begin()
    if (await this.#isHeld(claim)) return false
    const receiving = this.#receive(context, claim, source)
    const settled = receiving.catch(() => {}).finally(() => this.#receiving.delete(settled))
    this.#receiving.add(settled)
    await receiving
    return true
  }

  /** Resolves when no file is being taken any more, and of broken ones nothing is left. */
  async settled(): Promise<void> {
    await Promise.all(this.#receiving)
  }

  async #receive(context: RequestContext, claim: FileClaim, source: () => AsyncIterable<Buffer>): Promise<void> {
    const { clock, db, store } = this.#parts
    const path = store.incoming(clock.uuid())
    try {
      await store.receive(path, claim, source())
      await demandType(path, claim.mediaType)
      await db.transaction(async (tx) => {
        // The entry first: against a sweep of the same file its lock decides who is first.
        await this.#attachments.put(tx, {
          ...claim,
          storedAt: clock.now(),
          agency: context.viewer.agency,
          origin: 'OWN',
        })
        await store.keep(path, claim.hash)
      })
    } finally {
      await rm(path, { force: true })
    }
  }

  /**
   * A file that a document of a matter names: here, or the fetch that is under way when it takes longer than `waitMs`.
   * NOT_FOUND where there is no such matter, the asker is no party to it, or none of its documents names the file;
   * COUNTY_UNANSWERED when its sender does not hand it over; STORAGE_UNAVAILABLE when it is lost.
   */
  async get(context: RequestContext, hash: string, matter: string): Promise<ServedFile | Fetch> {
    const named = isCountyName(context.viewer.agency)
      ? await this.#namedForCounty(context, hash, matter)
      : await this.#namedForAgency(context, hash, matter)
    const held = await this.#openAny(named)
    if (held) return held
    const elsewhere = named.filter((each) => !this.#isOwn(each))
    if (elsewhere.length === 0)
      throw new ExchangeError('STORAGE_UNAVAILABLE', 'This file is no longer in the county’s store.')
    const late = await this.#fetch(context, elsewhere, matter)
    if (late) return late
    const fetched = await this.#openAny(named)
    if (fetched) return fetched
    throw new ExchangeError('STORAGE_UNAVAILABLE', 'The file was fetched and cannot be read.')
  }

  /**
   * Fetches a file from whoever names it, one after the other: the next one is asked when the one before has failed, or has
   * kept somebody waiting before. What is under way when it takes longer than `waitMs`; undefined when the file is here.
   */
  async #fetch(context: RequestContext, named: readonly Named[], matter: string): Promise<Fetch | undefined> {
    const { fetcher, waitMs } = this.#parts
    const waited = new AbortController()
    const signal = AbortSignal.any([context.signal, waited.signal])
    const end = sleep(waitMs, 'LATE' as const, { signal }).catch(() => 'LATE' as const)
    const begun: Fetch[] = []
    const failures: unknown[] = []
    try {
      for (const [index, { reference, sender }] of named.entries()) {
        try {
          begun.push(fetcher.fetch(reference, { county: sender, matter }, () => this.#enter(context, reference)))
        } catch (error) {
          failures.push(error)
        }
        const isLast = index === named.length - 1
        if (!isLast && (begun.at(-1)?.late ?? true)) continue
        const came = Promise.any(begun.map(({ done }) => done)).then(
          () => 'HERE' as const,
          (error: AggregateError) => void failures.push(...error.errors),
        )
        const outcome = await Promise.race([came, end])
        if (outcome === 'HERE') return undefined
        if (outcome === 'LATE') {
          for (const fetch of begun) fetch.late = true
          return begun.toSorted((one, other) => other.received - one.received)[0]
        }
      }
    } finally {
      waited.abort()
    }
    throw failures.at(-1)
  }

  /** For an agency of this county any document of the matter counts; of each county the first that names the file. */
  async #namedForAgency(context: RequestContext, hash: string, matter: string): Promise<Named[]> {
    this.#parts.authoriser.toHandle(context)
    demandScope(context, 'matter:read')
    const found = await this.#naming(hash, matter)
    if (found.length === 0) return notFound()
    return found.filter(({ sender }, index) => found.findIndex((each) => each.sender === sender) === index)
  }

  /**
   * For another county's node only this county's own documents count: else it could name in a document of its own the hash
   * of any file that it wants to see.
   */
  async #namedForCounty(context: RequestContext, hash: string, matter: string): Promise<Named[]> {
    const { own, county } = this.#parts.authoriser.asParty(context)
    demandScope(context, deliveryScope)
    const row = await this.#parts.delivery.matter(this.#parts.db, matter)
    if (own || !row?.parties.includes(county)) return notFound()
    const named = (await this.#naming(hash, matter)).find((each) => this.#isOwn(each)) ?? notFound()
    return [named]
  }

  #isOwn({ sender }: { sender: string }): boolean {
    return sender === this.#parts.county
  }

  async #naming(hash: string, matter: string): Promise<Named[]> {
    const history = await this.#parts.delivery.history(this.#parts.db, matter)
    return history
      .filter(({ status }) => status === 'APPLIED')
      .flatMap(({ payload }) => {
        const reference = payload.attachments.find((each) => each.hash === hash)
        return reference ? [{ reference, sender: payload.sender }] : []
      })
  }

  /** The file as one of these documents names it: another one may be wrong about its size. */
  async #openAny(named: readonly Named[]): Promise<ServedFile | undefined> {
    const own = named.toSorted((one, other) => Number(this.#isOwn(other)) - Number(this.#isOwn(one)))
    for (const { reference } of own) {
      const file = await this.#open(reference)
      if (file) return file
    }
    return undefined
  }

  /** The file, when it is here. One that only the folder knows, after a restore of the database, is verified and entered. */
  async #open(reference: AttachmentReference): Promise<ServedFile | undefined> {
    const { clock, county, db, store } = this.#parts
    const { hash, size, mediaType } = reference
    const file = await store.open(hash, size)
    if (!file) return undefined
    try {
      const row = (await this.#attachments.byHashes(db, [hash])).get(hash)
      if (row) return { ...file, reference: { ...reference, mediaType: row.mediaType } }
      if (await store.verify(store.path(hash), reference)) {
        await db.transaction(async (tx) => {
          // The entry first: it waits for a sweep of the same file, after which that is there no more.
          const entry = { hash, size, mediaType, storedAt: clock.now(), agency: county, origin: 'FETCHED' }
          await this.#attachments.put(tx, entry)
          if ((await sizeOf(store.path(hash))) !== size) throw new Error('The file was swept at the same time.')
        })
        return { ...file, reference }
      }
    } catch (error) {
      await file.handle.close()
      throw error
    }
    await file.handle.close()
    return undefined
  }

  async #enter({ viewer }: RequestContext, { hash, size, mediaType }: AttachmentReference): Promise<void> {
    const { clock, db } = this.#parts
    const { agency } = viewer
    await this.#attachments.put(db, { hash, size, mediaType, storedAt: clock.now(), agency, origin: 'FETCHED' })
  }

  /** Whether the file is held as claimed; it then counts as come anew. */
  async #isHeld({ hash, size, mediaType }: FileClaim): Promise<boolean> {
    const { clock, db, store } = this.#parts
    const row = (await this.#attachments.byHashes(db, [hash])).get(hash)
    if (row?.size !== size || row.mediaType !== mediaType) return false
    const file = await store.open(hash, size)
    await file?.handle.close()
    return file !== undefined && this.#attachments.touch(db, hash, clock.now())
  }
}

/** One answer, whatever is not there or not for the asker. */
function notFound(): never {
  throw new ExchangeError('NOT_FOUND', 'No document of this matter names such a file, or there is no such matter.')
}
