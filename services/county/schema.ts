import 'reflect-metadata'
import { type Subgraph, buildSubgraph, routingDirectives } from '../platform/subgraph.ts'
import { AccessResolver } from './access/access.resolver.ts'
import { AccessService } from './access/access.service.ts'
import { AgencyResolver } from './agencies/agency.resolver.ts'
import { AgencyService } from './agencies/agency.service.ts'
import { CaseLinkResolver, toReference } from './cases/case-link.resolver.ts'
import { CaseLinkService } from './cases/case-link.service.ts'
import { EnforcementCaseResolver } from './cases/enforcement-case.resolver.ts'
import { EnforcementCaseService } from './cases/enforcement-case.service.ts'
import { clueKind } from './clues/clue-transfer.kind.ts'
import { ClueTransferResolver } from './clues/clue-transfer.resolver.ts'
import { ClueTransferService } from './clues/clue-transfer.service.ts'
import { CreditListingResolver } from './credit/credit-listing.resolver.ts'
import { CreditListingService } from './credit/credit-listing.service.ts'
import { CreditStandingResolver } from './credit/credit-standing.resolver.ts'
import { CreditStandingService } from './credit/credit-standing.service.ts'
import { PenaltyResolver } from './credit/penalty.resolver.ts'
import { PenaltyService } from './credit/penalty.service.ts'
import type { NodeParts } from './db/node-parts.ts'
import { DeliveryResolver } from './delivery/delivery.resolver.ts'
import { DeliveryService } from './delivery/delivery.service.ts'
import type { DeliveryNode } from './delivery/delivery-node.ts'
import { matterViews } from './matter-kinds.ts'
import { MatterResolver } from './matters/matter.resolver.ts'
import { MatterService } from './matters/matter.service.ts'
import { SubjectResolver } from './registry/subject.resolver.ts'
import { SubjectService } from './registry/subject.service.ts'

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
] as const

/** The county subgraph over the parts of one node. */
export function buildCountySubgraph(parts: NodeParts, delivery: DeliveryNode): Promise<Subgraph> {
  const instances = new Map<ResolverClass, object>()
  const listing = new CreditListingResolver(new CreditListingService(parts), parts)
  const penalty = new PenaltyResolver(new PenaltyService(parts), parts)
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
  instances.set(MatterResolver, new MatterResolver(matters, new Map([[clueKind, clues.records]]), parts))
  instances.set(SubjectResolver, new SubjectResolver(new SubjectService(parts), parts))
  return build((resolver) => instances.get(resolver), {
    CreditListing: listing.resolve.bind(listing),
    Penalty: penalty.resolve.bind(penalty),
    EnforcementCase: cases.resolve.bind(cases),
    CaseLink: linkResolver.resolve.bind(linkResolver),
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
