import 'reflect-metadata'
import { type Subgraph, buildSubgraph, routingDirectives } from '../platform/subgraph.ts'
import { AccessResolver } from './access/access.resolver.ts'
import { AccessService } from './access/access.service.ts'
import { AgencyResolver } from './agencies/agency.resolver.ts'
import { AgencyService } from './agencies/agency.service.ts'
import { assistanceKind } from './assistance/assistance-request.kind.ts'
import { AssistanceRequestResolver } from './assistance/assistance-request.resolver.ts'
import { AssistanceRequestService } from './assistance/assistance-request.service.ts'
import { AttachmentResolver } from './attachments/attachment.resolver.ts'
import { HeldAttachments } from './attachments/held-attachments.service.ts'
import { bulletinKind } from './bulletins/bulletin.kind.ts'
import { BulletinResolver } from './bulletins/bulletin.resolver.ts'
import { BulletinService } from './bulletins/bulletin.service.ts'
import { CaseLinkResolver, toReference } from './cases/case-link.resolver.ts'
import { CaseLinkService } from './cases/case-link.service.ts'
import { EnforcementCaseResolver } from './cases/enforcement-case.resolver.ts'
import { EnforcementCaseService } from './cases/enforcement-case.service.ts'
import { clueKind } from './clues/clue-transfer.kind.ts'
import { ClueTransferResolver } from './clues/clue-transfer.resolver.ts'
import { ClueTransferService } from './clues/clue-transfer.service.ts'
import { consultationKind } from './consultations/consultation.kind.ts'
import { ConsultationResolver } from './consultations/consultation.resolver.ts'
import { ConsultationService } from './consultations/consultation.service.ts'
import { CreditListingResolver } from './credit/credit-listing.resolver.ts'
import { CreditListingService } from './credit/credit-listing.service.ts'
import { CreditStandingResolver } from './credit/credit-standing.resolver.ts'
import { CreditStandingService } from './credit/credit-standing.service.ts'
import { PenaltyCaseService } from './credit/penalty-case.service.ts'
import { PenaltyResolver } from './credit/penalty.resolver.ts'
import { PenaltyService } from './credit/penalty.service.ts'
import type { NodeParts } from './db/node-parts.ts'
import { DeliveryResolver } from './delivery/delivery.resolver.ts'
import { DeliveryService } from './delivery/delivery.service.ts'
import type { DeliveryNode } from './delivery/delivery-node.ts'
import { evidenceKind } from './evidence/evidence.kind.ts'
import { EvidenceOfCaseResolver, EvidenceResolver } from './evidence/evidence.resolver.ts'
import { EvidenceService } from './evidence/evidence.service.ts'
import { disputeKind } from './jurisdiction/jurisdiction.kind.ts'
import { FilingClaimResolver, JurisdictionResolver } from './jurisdiction/jurisdiction.resolver.ts'
import { JurisdictionService } from './jurisdiction/jurisdiction.service.ts'
import { matterViews } from './matter-kinds.ts'
import { type MatterRecords, MatterResolver } from './matters/matter.resolver.ts'
import { MatterService } from './matters/matter.service.ts'
import { MatterComparisonResolver } from './proofs/matter-comparison.resolver.ts'
import { MatterComparisonService } from './proofs/matter-comparison.service.ts'
import { MatterComparison } from './proofs/matter-comparison.ts'
import { MatterProofService } from './proofs/matter-proof.service.ts'
import { ProofResolver } from './proofs/proof.resolver.ts'
import { SubjectResolver } from './registry/subject.resolver.ts'
import { SubjectService } from './registry/subject.service.ts'
import { TypicalCaseResolver } from './typical-cases/typical-case.resolver.ts'
import { TypicalCaseService } from './typical-cases/typical-case.service.ts'
import { WebhookResolver } from './webhooks/webhook.resolver.ts'
import type { WebhookService } from './webhooks/webhook.service.ts'

type ResolverClass = abstract new (...parameters: never[]) => object

const resolverClasses = [
  CreditStandingResolver,
  CreditListingResolver,
  PenaltyResolver,
  EnforcementCaseResolver,
  CaseLinkResolver,
  AgencyResolver,
  SubjectResolver,
  AccessResolver,
  DeliveryResolver,
  MatterResolver,
  ClueTransferResolver,
  AssistanceRequestResolver,
  EvidenceResolver,
  EvidenceOfCaseResolver,
  ConsultationResolver,
  BulletinResolver,
  JurisdictionResolver,
  FilingClaimResolver,
  ProofResolver,
  MatterComparisonResolver,
  AttachmentResolver,
  WebhookResolver,
  TypicalCaseResolver,
] as const

/** The county subgraph over the parts of one node. */
export function buildCountySubgraph(
  parts: NodeParts,
  delivery: DeliveryNode,
  webhooks: WebhookService,
): Promise<Subgraph> {
  const instances = new Map<ResolverClass, object>()
  const decided = new PenaltyCaseService(parts)
  const listing = new CreditListingResolver({ listings: new CreditListingService(parts), cases: decided }, parts)
  const penalty = new PenaltyResolver({ penalties: new PenaltyService(parts), cases: decided }, parts)
  const agencies = new AgencyService(parts)
  const links = new CaseLinkService(parts)
  const cases = new EnforcementCaseResolver({ cases: new EnforcementCaseService(parts), links, agencies }, parts)
  instances.set(CreditStandingResolver, new CreditStandingResolver(new CreditStandingService(parts), parts))
  instances.set(CreditListingResolver, listing)
  instances.set(PenaltyResolver, penalty)
  instances.set(EnforcementCaseResolver, cases)
  const linkResolver = new CaseLinkResolver(links, parts)
  instances.set(CaseLinkResolver, linkResolver)
  instances.set(AgencyResolver, new AgencyResolver(agencies, parts))
  instances.set(AccessResolver, new AccessResolver(new AccessService(parts), parts))
  instances.set(DeliveryResolver, new DeliveryResolver(new DeliveryService(parts, delivery)))
  const matters = new MatterService({ parts, delivery, views: matterViews })
  const clues = new ClueTransferResolver({ clues: new ClueTransferService(parts, delivery, matters), matters }, parts)
  instances.set(ClueTransferResolver, clues)
  const requests = new AssistanceRequestService(parts, delivery, matters)
  const assistance = new AssistanceRequestResolver(requests, matters)
  instances.set(AssistanceRequestResolver, assistance)
  const shared = new EvidenceService(parts, delivery)
  const evidence = new EvidenceResolver({ evidence: shared, matters })
  instances.set(EvidenceResolver, evidence)
  instances.set(EvidenceOfCaseResolver, new EvidenceOfCaseResolver(shared, evidence))
  const consulted = new ConsultationService(parts, delivery)
  const consultations = new ConsultationResolver({ consultations: consulted, matters }, parts)
  instances.set(ConsultationResolver, consultations)
  const bulletins = new BulletinResolver({ bulletins: new BulletinService(parts, delivery), matters }, parts)
  instances.set(BulletinResolver, bulletins)
  const disputed = new JurisdictionService(parts, delivery)
  const disputes = new JurisdictionResolver({ disputes: disputed, matters }, parts)
  instances.set(JurisdictionResolver, disputes)
  instances.set(FilingClaimResolver, new FilingClaimResolver(disputed))
  const records = new Map<string, MatterRecords>([
    [clueKind, clues.records],
    [assistanceKind, assistance.records],
    [evidenceKind, evidence.records],
    [consultationKind, consultations.records],
    [bulletinKind, bulletins.records],
    [disputeKind, disputes.records],
  ])
  instances.set(MatterResolver, new MatterResolver(matters, records, parts))
  instances.set(AttachmentResolver, new AttachmentResolver(new HeldAttachments(parts)))
  instances.set(ProofResolver, new ProofResolver(new MatterProofService(parts, delivery)))
  const holdings = new MatterComparison({ ...parts, delivery: delivery.repository, views: matterViews })
  instances.set(MatterComparisonResolver, new MatterComparisonResolver(new MatterComparisonService(parts, holdings)))
  instances.set(WebhookResolver, new WebhookResolver(webhooks))
  const typical = new TypicalCaseResolver(new TypicalCaseService(parts), parts)
  instances.set(TypicalCaseResolver, typical)
  instances.set(SubjectResolver, new SubjectResolver(new SubjectService(parts), parts))
  return build((resolver) => instances.get(resolver), {
    CreditListing: listing.resolve.bind(listing),
    Penalty: penalty.resolve.bind(penalty),
    EnforcementCase: cases.resolve.bind(cases),
    CaseLink: linkResolver.resolve.bind(linkResolver),
    TypicalCase: typical.resolve.bind(typical),
    CaseReference: (reference: { id: string }) => toReference(reference.id),
  })
}

/** The SDL of the county subgraph, the same for every county; needs no database. */
export async function printCountySubgraph(): Promise<string> {
  return (await build(() => undefined, {})).sdl
}

function build(
  instance: (resolver: ResolverClass) => object | undefined,
  referenceResolvers: NonNullable<Parameters<typeof buildSubgraph>[0]['referenceResolvers']>,
): Promise<Subgraph> {
  return buildSubgraph({
    resolvers: [...resolverClasses],
    container: { get: (resolver: ResolverClass) => instance(resolver) },
    definitions: routingDirectives,
    referenceResolvers,
  })
}
