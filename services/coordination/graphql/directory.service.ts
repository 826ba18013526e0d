import type { Snapshot } from '../../platform/directory/snapshot.ts'
import { badInput } from '../../platform/errors.ts'
import type { Publisher } from '../directory/publisher.ts'
import { applicationLabels, effectLabels, purposeLabels, recordLabels, targetLabels } from './directory.enums.ts'
import type {
  AgreementType,
  ApprovalMatterType,
  CatalogueMeasureType,
  DirectoryReleaseType,
  RegisteredAgencyType,
  UnlawfulActType,
  WorkingDayCalendarType,
} from './directory.type.ts'

/** Answers questions about the directory from what is published. Unknown codes are BAD_USER_INPUT, never an empty list. */
export class DirectoryService {
  readonly #publisher: Publisher

  constructor(publisher: Publisher) {
    this.#publisher = publisher
  }

  /** What is published now. */
  async release(): Promise<DirectoryReleaseType> {
    const { serial, office, issuedAt, expiresAt, measuresVersion } = await this.#snapshot()
    return { serial, office, measuresVersion, issuedAt: new Date(issuedAt), expiresAt: new Date(expiresAt) }
  }

  /** Agreements that a county is party to, or all. */
  async agreements(county: string | undefined): Promise<AgreementType[]> {
    const snapshot = await this.#snapshot()
    if (county !== undefined) requireCounty(snapshot, county)
    return snapshot.agreements
      .filter(({ parties }) => county === undefined || parties.includes(county))
      .map((agreement) => ({
        ...agreement,
        parties: agreement.parties.map((code) => ({ code })),
        signedBy: agreement.signedBy.map((code) => ({ code })),
        recordLabels: agreement.records.map((kind) => recordLabels[kind]),
        purposeLabels: agreement.purposes.map((kind) => purposeLabels[kind]),
      }))
  }

  /** Rows of the catalogue that apply to a matter, or all. */
  async measures(matter: string | undefined): Promise<CatalogueMeasureType[]> {
    const snapshot = await this.#snapshot()
    if (matter !== undefined && !snapshot.matters.some(({ code }) => code === matter)) {
      throw badInput(
        `The directory lists no approval matter with this code. "approvalMatters" gives all codes.`,
        'matter',
      )
    }
    return snapshot.measures
      .filter(({ matters }) => matter === undefined || matters === null || matters.includes(matter))
      .map((measure) => ({
        ...measure,
        effectLabel: effectLabels[measure.effect],
        appliesToLabel: targetLabels[measure.appliesTo],
        applicationLabel: applicationLabels[measure.application],
      }))
  }

  /** Approval matters. */
  async approvalMatters(): Promise<ApprovalMatterType[]> {
    return (await this.#snapshot()).matters
  }

  /** Types of unlawful act. */
  async acts(): Promise<UnlawfulActType[]> {
    return (await this.#snapshot()).acts
  }

  /** Agencies of a county, or all. */
  async agencies(county: string | undefined): Promise<RegisteredAgencyType[]> {
    const snapshot = await this.#snapshot()
    if (county !== undefined) requireCounty(snapshot, county)
    return snapshot.agencies
      .filter((agency) => county === undefined || agency.county === county)
      .map(({ id, name, county: code, scopes }) => ({ agency: id, name, county: { code }, scopes }))
  }

  /** Working-day calendars. */
  async calendars(): Promise<WorkingDayCalendarType[]> {
    return (await this.#snapshot()).calendars.map(({ id, ...calendar }) => ({ code: id, ...calendar }))
  }

  async #snapshot(): Promise<Snapshot> {
    return (await this.#publisher.current()).snapshot
  }
}

function requireCounty(snapshot: Snapshot, county: string): void {
  if (snapshot.counties.some(({ code }) => code === county)) return
  throw badInput(`No county with the code ${county} takes part in the exchange.`, 'county')
}
