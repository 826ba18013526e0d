import type { Clock } from '../../platform/clock.ts'
import type { Directory } from '../../platform/directory/directory.ts'
import type { RecordKind } from '../../platform/directory/snapshot.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import { requirePurpose } from '../../platform/purpose.ts'
import type { RequestContext } from '../../platform/viewer.ts'

/** What an access turned out to be. */
export interface Access {
  /** The asker is an agency of this county. */
  own: boolean
  /** Code of the asker's county. */
  county: string
}

/** Decides who may do what at this county's node. Every public method of a service calls it first. */
export class Authoriser {
  readonly #directory: Directory
  readonly #clock: Clock
  /** Code of this county. */
  readonly county: string

  constructor(county: string, directory: Directory, clock: Clock) {
    this.county = county
    this.#directory = directory
    this.#clock = clock
  }

  /**
   * Lets the asker read records of this kind: its own county always, another one under an agreement in force, signed by
   * both, that names the kind and the stated purpose. Refused with AGREEMENT_MISSING; with PURPOSE_MISSING or
   * OFFICER_MISSING when anything but the credit standing is asked for without them.
   */
  toRead(context: RequestContext, record: RecordKind): Access {
    if (record !== 'CREDIT_STANDING') demandPurpose(context)
    const access = this.#access(context)
    if (!access.own && !this.#agreementFor(context, record)) {
      throw new ExchangeError(
        'AGREEMENT_MISSING',
        `No agreement in force lets agencies of ${access.county} read ${record} of ${this.county} for this purpose.`,
        { county: this.county },
      )
    }
    return access
  }

  /** Whether {@link toRead} would succeed. */
  mayRead(context: RequestContext, record: RecordKind): boolean {
    if (record !== 'CREDIT_STANDING' && (!context.transaction.purpose || !context.transaction.officer)) return false
    return this.#access(context).own || this.#agreementFor(context, record)
  }

  /** Lets an agency of this county write; refused with AGREEMENT_MISSING for any other. */
  toWrite(context: RequestContext): void {
    demandPurpose(context)
    if (this.#access(context).own) return
    throw new ExchangeError(
      'AGREEMENT_MISSING',
      `Only agencies of ${this.county} change its records; this one is of ${context.viewer.county}.`,
      { county: this.county },
    )
  }

  /** Lets agencies of this county deal with its matters between counties; refused with AGREEMENT_MISSING for any other. */
  toHandle(context: RequestContext): void {
    demandPurpose(context)
    if (this.#access(context).own) return
    throw new ExchangeError(
      'AGREEMENT_MISSING',
      `Only agencies of ${this.county} deal with its matters; this one is of ${context.viewer.county}.`,
      { county: this.county },
    )
  }

  /** Lets any county that is party to a matter deal with it; which it is, the service checks on the matter itself. */
  asParty(context: RequestContext): Access {
    demandPurpose(context)
    return this.#access(context)
  }

  /** Refuses a `counties` argument that does not name this county: it must not look like an empty result. */
  asked(counties: readonly string[] | null | undefined): void {
    if (!counties || counties.includes(this.county)) return
    throw badInput(
      counties.length === 0
        ? '"counties" is empty. Leave it out to ask every county, or name some.'
        : `"counties" does not name ${this.county}, the county that was asked.`,
      'counties',
    )
  }

  #access(context: RequestContext): Access {
    return { own: context.viewer.county === this.county, county: context.viewer.county }
  }

  #agreementFor(context: RequestContext, record: RecordKind): boolean {
    const purpose = context.transaction.purpose?.kind ?? 'APPROVAL'
    const question = { reader: context.viewer.county, holder: this.county, record, purpose, on: this.#clock.now() }
    return this.#directory.agreementFor(question) !== undefined
  }
}

/** Whatever goes beyond the credit check states its purpose and its officer. */
function demandPurpose(context: RequestContext): void {
  requirePurpose(context.transaction, ['beyond credit:check'])
}
