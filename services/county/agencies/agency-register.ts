import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { ExchangeError } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { newRecordId } from '../db/record-id.ts'
import { AgencyRepository, type AgencyRow } from './agency.repository.ts'

/** The register as the county's IT office writes it: bodies with their officers. */
export const registerSchema = z.object({
  agencies: z.array(
    z.object({
      name: z.string().min(1),
      code: z.string().nullish(),
      /** Agency id in the exchange directory. */
      exchangeAgency: z.string().nullish(),
      officers: z
        .array(
          z.object({
            name: z.string().min(1),
            certificate: z.string().min(1),
            certificateUntil: z.iso.date().nullish(),
          }),
        )
        .default([]),
    }),
  ),
})
/** The register as the county's IT office writes it. */
export type RegisterFile = z.infer<typeof registerSchema>

/** The county's register of enforcement bodies and officers. */
export class AgencyRegister {
  readonly #parts: Pick<NodeParts, 'county' | 'clock' | 'directory' | 'db'>
  readonly #repository = new AgencyRepository()

  constructor(parts: Pick<NodeParts, 'county' | 'clock' | 'directory' | 'db'>) {
    this.#parts = parts
  }

  /** Enters what the file holds and corrects what is known, in one transaction; nothing is taken out. */
  async load(file: RegisterFile): Promise<void> {
    const { county, clock, db } = this.#parts
    const updatedAt = clock.now()
    await db.transaction(async (tx) => {
      for (const { officers, name, code, exchangeAgency } of file.agencies) {
        const agency = await this.#repository.upsertAgency(tx, {
          id: newRecordId(county, 'agency', clock),
          name,
          code: code ?? null,
          exchangeAgency: exchangeAgency ?? null,
          updatedAt,
        })
        for (const officer of officers) {
          const id = newRecordId(county, 'officer', clock)
          const certificateUntil = officer.certificateUntil ?? null
          await this.#repository.upsertOfficer(tx, { ...officer, id, agencyId: agency.id, certificateUntil, updatedAt })
        }
      }
    })
  }

  /** The asking agency's own body, entered with the directory's name for it when the register does not hold it yet. */
  async ofAsker(tx: NodeParts['db'], context: RequestContext): Promise<AgencyRow> {
    const { county, clock, directory } = this.#parts
    const { agency } = context.viewer
    const known = await this.#repository.byExchangeAgency(tx, agency)
    if (known) return known
    const entry = directory.agency(agency)
    if (!entry) throw new ExchangeError('AGENCY_UNKNOWN', `The directory has no agency ${agency}.`)
    const id = newRecordId(county, 'agency', clock)
    const row = { id, name: entry.name, code: null, exchangeAgency: agency, updatedAt: clock.now() }
    return this.#repository.upsertAgency(tx, row)
  }
}

/** Reads the register's file; the error names the file and what is wrong in it. */
export async function readRegisterFile(path: string): Promise<RegisterFile> {
  try {
    return registerSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : ''
    throw new Error(`The register of bodies and officers ${path} cannot be used: ${reason}`, { cause: error })
  }
}
