import { randomUUID } from 'node:crypto'
import { Authoriser } from '../../county/access/authoriser.ts'
import { AssistanceRequestService } from '../../county/assistance/assistance-request.service.ts'
import { HeldAttachments } from '../../county/attachments/held-attachments.service.ts'
import { BulletinService } from '../../county/bulletins/bulletin.service.ts'
import { ClueTransferService } from '../../county/clues/clue-transfer.service.ts'
import { ConsultationService } from '../../county/consultations/consultation.service.ts'
import type { NodeParts } from '../../county/db/node-parts.ts'
import type { Courier } from '../../county/delivery/courier.ts'
import { type DeliveryNode, createDeliveryNode } from '../../county/delivery/delivery-node.ts'
import { EvidenceService } from '../../county/evidence/evidence.service.ts'
import { JurisdictionService } from '../../county/jurisdiction/jurisdiction.service.ts'
import { matterKinds, matterViews } from '../../county/matter-kinds.ts'
import { MatterService } from '../../county/matters/matter.service.ts'
import { createCountySigner } from '../../county/signing/county-signer.ts'
import { TypicalCaseService } from '../../county/typical-cases/typical-case.service.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { fixedDirectory } from '../../platform/directory/directory.ts'
import type { Snapshot } from '../../platform/directory/snapshot.ts'
import { createLogger } from '../../platform/log.ts'
import type { SigningKey } from '../../platform/tokens/keys.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { demoCountyFacts } from '../demo-data/demo-county-facts.ts'
import { uuidOf } from './demo-matters.ts'

/** A clock that can stand in the past, and whose first UUIDs can be said beforehand. */
export interface DemoClock extends Clock {
  /** The UUIDs that come next. */
  planned: string[]
  /** When it stands still; it goes on when undefined. */
  standing: Date | undefined
}

/** A county's services over its database while its node is not running: what they send goes out once the node starts. */
export interface DemoDesk {
  county: string
  db: Database
  clock: DemoClock
  delivery: DeliveryNode
  clues: ClueTransferService
  assistance: AssistanceRequestService
  evidence: EvidenceService
  disputes: JurisdictionService
  consultations: ConsultationService
  bulletins: BulletinService
  typical: TypicalCaseService
  /** A request of the county's enforcement agency by its second officer, or by its first one. */
  context(officer?: 1 | 2): RequestContext
  /**
   * Does what makes a record with that id unless it is there; `others` are UUIDs that the work takes before that one. Gives
   * how many were made.
   */
  once(id: string, work: () => Promise<unknown>, others?: readonly string[]): Promise<number>
}

/** The system clock, with {@link DemoClock.planned} and {@link DemoClock.standing}. */
export function demoClock(): DemoClock {
  const clock: DemoClock = {
    planned: [],
    standing: undefined,
    now: () => clock.standing ?? new Date(),
    uuid: () => clock.planned.shift() ?? randomUUID(),
  }
  return clock
}

/** Opens a county's desk. */
export async function openDesk(given: {
  county: string
  db: Database
  key: SigningKey
  snapshot: Snapshot
}): Promise<DemoDesk> {
  const { county, db, key, snapshot } = given
  const facts = demoCountyFacts.find(({ code }) => code === county)
  if (facts === undefined) throw new Error(`The demo has no county ${county}.`)
  const clock = demoClock()
  const directory = fixedDirectory(snapshot)
  const authoriser = new Authoriser(county, directory, clock)
  const parts: NodeParts = {
    county,
    db,
    clock,
    directory,
    authoriser,
    signer: await createCountySigner(key),
    reference: (code) => code,
  }
  const held = new HeldAttachments(parts)
  const logger = createLogger({ name: county, level: 'silent' })
  const delivery = createDeliveryNode({
    ...parts,
    kinds: matterKinds,
    attachments: (tx, named) => held.demandHeld(tx, named),
    courier: nobody,
    logger,
  })
  const matters = new MatterService({ parts, delivery, views: matterViews })
  const clues = new ClueTransferService(parts, delivery, matters)
  const assistance = new AssistanceRequestService(parts, delivery, matters)
  const context: DemoDesk['context'] = (officer = 2) => ({
    viewer: { agency: facts.exchangeAgency, county, scopes: new Set(['case:write', 'matter:read', 'matter:write']) },
    transaction: {
      id: randomUUID(),
      purpose: { kind: 'CASE', number: '演示' },
      officer: `${county}0${officer}`,
      deadline: Number.MAX_SAFE_INTEGER,
    },
    signal: new AbortController().signal,
    shown: new Set(),
  })
  const isThere = async (id: string): Promise<boolean> => {
    const draft = (await clues.find(context(), id)) ?? (await assistance.find(context(), id))
    return draft !== undefined || (await delivery.matter(db, id)) !== undefined
  }
  return {
    county,
    db,
    clock,
    delivery,
    clues,
    assistance,
    evidence: new EvidenceService(parts, delivery),
    disputes: new JurisdictionService(parts, delivery),
    consultations: new ConsultationService(parts, delivery),
    bulletins: new BulletinService(parts, delivery),
    typical: new TypicalCaseService(parts),
    context,
    async once(id, work, others = []) {
      if (await isThere(id)) return 0
      clock.planned = [...others, uuidOf(id)]
      await work()
      clock.planned = []
      if (await isThere(id)) return 1
      throw new Error(`What was to be ${id} got another id.`)
    },
  }
}

/** Nothing leaves a desk. */
const nobody: Courier = {
  deliver: () => Promise.reject(new Error('nothing is sent yet')),
  missing: () => Promise.reject(new Error('nobody is asked yet')),
  heads: () => Promise.reject(new Error('nobody is asked yet')),
}
