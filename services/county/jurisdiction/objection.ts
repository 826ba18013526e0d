import type { Database } from '../../platform/database.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { ClueRow } from '../clues/clue-transfer.repository.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { Delivery } from '../delivery/contract.ts'
import { MatterPapers } from '../matters/matter-papers.ts'
import type { Raising } from './jurisdiction.document.ts'
import { disputeKind } from './jurisdiction.kind.ts'
import { JurisdictionPapers } from './jurisdiction-papers.ts'

/**
 * Opens the dispute that an objection to a clue is (程序规定 art. 14: 报请共同的上一级机关指定管辖，不得再自行移送), in the transaction of
 * the objection itself.
 */
export async function openDisputeOfObjection(
  tx: Database,
  { parts, delivery }: { parts: NodeParts; delivery: Delivery },
  context: RequestContext,
  { dispute, clue, reason }: { dispute: string; clue: ClueRow; reason: string },
): Promise<void> {
  const papers = new MatterPapers(parts)
  const body: Raising = {
    subject: clue.subjectCode,
    subjectName: clue.subjectName,
    act: clue.act,
    facts: clue.facts,
    claim: null,
    otherCase: clue.originCase,
    clue: clue.id,
    ...new JurisdictionPapers(parts, papers).agencies(context, clue.sender),
    county: clue.sender,
    reason,
  }
  await delivery.open(tx, {
    kind: disputeKind,
    matter: dispute,
    recipients: [clue.sender],
    event: 'RAISE',
    body,
    actor: await papers.actor(tx, context),
  })
}
