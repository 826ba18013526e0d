import { AssistanceRequestKind } from './assistance/assistance-request.kind.ts'
import { AssistanceRequestView } from './assistance/assistance-request.view.ts'
import { BulletinKind } from './bulletins/bulletin.kind.ts'
import { BulletinView } from './bulletins/bulletin.view.ts'
import { ClueTransferKind } from './clues/clue-transfer.kind.ts'
import { ClueTransferView } from './clues/clue-transfer.view.ts'
import { ConsultationKind } from './consultations/consultation.kind.ts'
import { ConsultationView } from './consultations/consultation.view.ts'
import type { MatterKind } from './delivery/contract.ts'
import { EvidenceKind } from './evidence/evidence.kind.ts'
import { EvidenceView } from './evidence/evidence.view.ts'
import { JurisdictionDisputeKind } from './jurisdiction/jurisdiction.kind.ts'
import { JurisdictionDisputeView } from './jurisdiction/jurisdiction.view.ts'
import type { MatterView } from './matters/matter-view.ts'

/** The kinds of matter that this county's node takes part in, as people see them. A new one is entered here. */
export const matterViews: readonly MatterView[] = [
  new ClueTransferView(new ClueTransferKind()),
  new AssistanceRequestView(new AssistanceRequestKind()),
  new EvidenceView(new EvidenceKind()),
  new ConsultationView(new ConsultationKind()),
  new BulletinView(new BulletinKind()),
  new JurisdictionDisputeView(new JurisdictionDisputeKind()),
]

/** The same kinds, as delivery knows them. */
export const matterKinds: readonly MatterKind[] = matterViews.map(({ kind }) => kind)
