import { Arg, Directive, Query, Resolver } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import type { DirectoryService } from './directory.service.ts'
import {
  AgreementType,
  ApprovalMatterType,
  CatalogueMeasureType,
  DirectoryReleaseType,
  RegisteredAgencyType,
  UnlawfulActType,
  WorkingDayCalendarType,
} from './directory.type.ts'

/** Whoever may use the exchange at all may read the directory. */
const anyScope = '@requiresScopes(scopes: [["credit:check"], ["credit:read"], ["case:read"], ["case:write"]])'

/** Fields of the directory. */
@Resolver()
export class DirectoryResolver {
  readonly #service: DirectoryService

  constructor(service: DirectoryService) {
    this.#service = service
  }

  @Directive(anyScope)
  @Query(() => DirectoryReleaseType, { nullable: true, description: '目录版本: what is published now.' })
  directoryRelease(): Promise<DirectoryReleaseType> {
    return this.#service.release()
  }

  @Directive(anyScope)
  @Query(() => [AgreementType], { nullable: true, description: '行政协议: agreements, of one county or all.' })
  agreements(
    @Arg('county', () => CountyCodeScalar, { nullable: true, description: '签约县区; every county when left out.' })
    county?: string | null,
  ): Promise<AgreementType[]> {
    return this.#service.agreements(county ?? undefined)
  }

  @Directive(anyScope)
  @Query(() => [CatalogueMeasureType], {
    nullable: true,
    description: '失信惩戒措施清单: the rows that may follow for one approval matter, or all.',
  })
  measures(
    @Arg('matter', () => String, { nullable: true, description: '许可事项代码; every row when left out.' })
    matter?: string | null,
  ): Promise<CatalogueMeasureType[]> {
    return this.#service.measures(matter ?? undefined)
  }

  @Directive(anyScope)
  @Query(() => [ApprovalMatterType], {
    nullable: true,
    description: '许可事项: matters that credit checks are made for.',
  })
  approvalMatters(): Promise<ApprovalMatterType[]> {
    return this.#service.approvalMatters()
  }

  @Directive(anyScope)
  @Query(() => [UnlawfulActType], { nullable: true, description: '违法行为类型: what cases are filed under.' })
  acts(): Promise<UnlawfulActType[]> {
    return this.#service.acts()
  }

  @Directive(anyScope)
  @Query(() => [RegisteredAgencyType], {
    nullable: true,
    description: '接入机关: agencies that may ask, of one county or all.',
  })
  registeredAgencies(
    @Arg('county', () => CountyCodeScalar, { nullable: true, description: '所属县区; every county when left out.' })
    county?: string | null,
  ): Promise<RegisteredAgencyType[]> {
    return this.#service.agencies(county ?? undefined)
  }

  @Directive(anyScope)
  @Query(() => [WorkingDayCalendarType], { nullable: true, description: '工作日历.' })
  workingDayCalendars(): Promise<WorkingDayCalendarType[]> {
    return this.#service.calendars()
  }
}
