import { readFile } from 'node:fs/promises'
import { AgencyRepository } from '../../county/agencies/agency.repository.ts'
import { CaseLinkRepository } from '../../county/cases/case-link.repository.ts'
import { decideCase, type CaseFacts } from '../../county/cases/enforcement-case.machine.ts'
import { EnforcementCaseRepository } from '../../county/cases/enforcement-case.repository.ts'
import { importedId } from '../../county/import/content-hash.ts'
import { SubjectRepository } from '../../county/registry/subject.repository.ts'
import type { Database } from '../../platform/database.ts'
import { type DemoCase, type DemoCasesFile, demoCasesFileSchema } from './demo-cases-file.ts'

/** What was loaded; what the county held already is not counted. */
export interface LoadedCases {
  cases: number
  links: number
}

/**
 * Loads a county's `cases.json` through the case machine into the county's tables, in one transaction. Cases and links
 * that the county holds already stay as they are, so loading twice changes nothing.
 */
export async function loadDemoCases(database: Database, path: string): Promise<LoadedCases> {
  const file = demoCasesFileSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  return database.transaction(async (tx) => {
    const bodies = await enterRegister(tx, file)
    let cases = 0
    for (const demo of file.cases) if (await enterCase(tx, demo, bodies)) cases += 1
    const repository = new CaseLinkRepository()
    let links = 0
    for (const link of file.links) {
      const row = {
        ...link,
        proposedAt: new Date(link.proposedAt),
        settledAt: link.settledAt === null ? null : new Date(link.settledAt),
      }
      if ((await repository.insert(tx, row)) !== undefined) links += 1
    }
    return { cases, links }
  })
}

/** What a case needs to know of the body that handles it. */
interface Body {
  id: string
  exchangeAgency: string
  /** Ids of the officers by 执法证号. */
  officers: ReadonlyMap<string, string>
}

async function enterRegister(tx: Database, { county, register }: DemoCasesFile): Promise<Map<string, Body>> {
  const repository = new AgencyRepository()
  const bodies = new Map<string, Body>()
  const updatedAt = new Date(0)
  for (const { name, code = null, exchangeAgency = null, officers } of register.agencies) {
    const id = importedId(county, 'agency', name)
    const agency = await repository.upsertAgency(tx, { id, name, code, exchangeAgency, updatedAt })
    const ids = new Map<string, string>()
    for (const { certificateUntil = null, ...officer } of officers) {
      const officerId = importedId(county, 'officer', officer.certificate)
      const row = { ...officer, id: officerId, agencyId: agency.id, certificateUntil, updatedAt }
      ids.set(officer.certificate, (await repository.upsertOfficer(tx, row)).id)
    }
    bodies.set(name, { id: agency.id, exchangeAgency: exchangeAgency ?? agency.id, officers: ids })
  }
  return bodies
}

async function enterCase(tx: Database, demo: DemoCase, bodies: ReadonlyMap<string, Body>): Promise<boolean> {
  const body = bodies.get(demo.agency)
  if (body === undefined) throw new Error(`${demo.number} names a body that the register does not hold.`)
  const { steps, state } = walk(demo)
  const registeredAt = new Date(demo.registeredAt)
  const { name: legalRepresentative, code: legalRepresentativeCode } = demo.legalRepresentative
  await new SubjectRepository().note(tx, demo.subject, demo.subjectName, registeredAt, {
    legalRepresentative,
    legalRepresentativeCode,
  })
  const repository = new EnforcementCaseRepository()
  const row = await repository.insert(tx, {
    id: demo.id,
    number: demo.number,
    title: demo.title,
    subjectCode: demo.subject,
    subjectName: demo.subjectName,
    act: demo.act,
    field: demo.field,
    supervisionStage: demo.supervisionStage,
    source: demo.source,
    agencyId: body.id,
    officerIds: demo.officers.flatMap((certificate) => body.officers.get(certificate) ?? []),
    visibility: demo.visibility,
    registeredAt,
    ...state,
  })
  if (row === undefined) return false
  const common = { caseId: demo.id, agency: body.exchangeAgency, officer: demo.officers[0] ?? null, note: null }
  await repository.addEvents(tx, [
    { ...common, event: 'REGISTER', fromStage: null, toStage: 'CLUE', at: registeredAt, document: null },
    ...steps.map((step) => ({ ...common, ...step })),
  ])
  return true
}

/** Takes a case through its steps as the county's own machine would. */
function walk(demo: DemoCase) {
  const registeredAt = new Date(demo.registeredAt)
  const state: CaseFacts & { filedAt: Date | null; closedAt: Date | null; updatedAt: Date } = {
    stage: 'CLUE',
    decision: null,
    filedAt: null,
    closedAt: null,
    updatedAt: registeredAt,
  }
  const steps = demo.steps.map(({ event, at: iso, document }) => {
    const at = new Date(iso)
    const change = decideCase(state, event)
    const step = { event, fromStage: state.stage, toStage: change.stage, at, document }
    state.stage = change.stage
    state.decision = change.decision ?? state.decision
    if (change.files === true) state.filedAt = at
    if (change.closes === true) state.closedAt = at
    state.updatedAt = at
    return step
  })
  return { steps, state }
}
