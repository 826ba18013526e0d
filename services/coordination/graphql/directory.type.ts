import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import type { Snapshot } from '../../platform/directory/snapshot.ts'
import {
  ListingCategoryEnum,
  MeasureApplicationEnum,
  MeasureEffectEnum,
  MeasureTargetEnum,
  PurposeKindEnum,
  RecordKindEnum,
} from './directory.enums.ts'

/** A county by its code; the gateway adds its name. */
@Directive('@key(fields: "code", resolvable: false)')
@ObjectType('County', { description: '县 (县级行政区): a county that takes part in the exchange.' })
export class CountyRef {
  @Field(() => CountyCodeScalar, { description: '县级行政区划代码.' })
  code!: string
}

/** The article of a law. */
@Directive('@shareable')
@ObjectType('LegalBasis', { description: '法律依据: the article of a law.' })
export class LegalBasisType {
  @Field(() => String, { description: '法律、法规或规章名称.' })
  law!: string

  @Field(() => String, { description: '条款.' })
  article!: string
}

/** An administrative agreement. */
@ObjectType('Agreement', { description: '行政协议: who may read what of whom, and for what.' })
export class AgreementType {
  @Field(() => ID, { description: '协议编号.' })
  id!: string

  @Field(() => String, { description: '协议名称.' })
  title!: string

  @Field(() => [CountyRef], { description: '签约县区: every party may read the others.' })
  parties!: CountyRef[]

  @Field(() => [CountyRef], { description: '已签署县区: it is in force between these only.' })
  signedBy!: CountyRef[]

  @Field(() => [RecordKindEnum], { description: '共享数据类别.' })
  records!: Snapshot['agreements'][number]['records']

  @Field(() => [String], { description: '共享数据类别名称.' })
  recordLabels!: string[]

  @Field(() => [PurposeKindEnum], { description: '使用目的.' })
  purposes!: Snapshot['agreements'][number]['purposes']

  @Field(() => [String], { description: '使用目的名称.' })
  purposeLabels!: string[]

  @Field(() => GraphQLDate, { description: '生效日期.' })
  validFrom!: string

  @Field(() => GraphQLDate, {
    nullable: true,
    description: '失效日期: the first day without it; null while open-ended.',
  })
  validUntil?: string | null
}

/** A row of the measure catalogue. */
@ObjectType('CatalogueMeasure', {
  description: '失信惩戒措施清单条目: what follows from which listing for which matter, and by what law.',
})
export class CatalogueMeasureType {
  @Field(() => String, { description: '措施代码.' })
  code!: string

  @Field(() => String, { description: '措施名称.' })
  label!: string

  @Field(() => MeasureEffectEnum, { description: '效力.' })
  effect!: Snapshot['measures'][number]['effect']

  @Field(() => String, { description: '效力名称.' })
  effectLabel!: string

  @Field(() => [String], { nullable: true, description: '适用事项代码; null for every matter.' })
  matters?: string[] | null

  @Field(() => [ListingCategoryEnum], { nullable: true, description: '适用的列入情形; null for every one.' })
  categories?: Snapshot['measures'][number]['categories']

  @Field(() => MeasureTargetEnum, { description: '惩戒对象.' })
  appliesTo!: Snapshot['measures'][number]['appliesTo']

  @Field(() => String, { description: '惩戒对象名称.' })
  appliesToLabel!: string

  @Field(() => MeasureApplicationEnum, { description: '适用方式.' })
  application!: Snapshot['measures'][number]['application']

  @Field(() => String, { description: '适用方式名称.' })
  applicationLabel!: string

  @Field(() => [LegalBasisType], { description: '法律依据.' })
  legalBasis!: LegalBasisType[]

  @Field(() => String, { description: '实施主体.' })
  implementingBody!: string

  @Field(() => GraphQLDate, { description: '施行日期.' })
  validFrom!: string

  @Field(() => GraphQLDate, { nullable: true, description: '废止日期: the first day without it.' })
  validUntil?: string | null
}

/** An approval matter. */
@ObjectType('ApprovalMatter', { description: '许可事项: a matter that credit checks are made for.' })
export class ApprovalMatterType {
  @Field(() => String, { description: '事项代码.' })
  code!: string

  @Field(() => String, { description: '事项名称.' })
  label!: string
}

/** A type of unlawful act. */
@ObjectType('UnlawfulAct', { description: '违法行为类型: what cases are filed under.' })
export class UnlawfulActType {
  @Field(() => String, { description: '类型代码.' })
  code!: string

  @Field(() => String, { description: '类型名称.' })
  label!: string
}

/** An agency that may ask. */
@ObjectType('RegisteredAgency', { description: '接入机关: an agency that may ask, as the directory has it.' })
export class RegisteredAgencyType {
  @Field(() => String, { description: '机关标识: the client id of its tokens.' })
  agency!: string

  @Field(() => String, { description: '机关名称.' })
  name!: string

  @Field(() => CountyRef, { description: '所属县区.' })
  county!: CountyRef

  @Field(() => [String], { description: '权限范围: scopes that its tokens may carry.' })
  scopes!: string[]
}

/** A working-day calendar. */
@ObjectType('WorkingDayCalendar', {
  description: '工作日历 (国务院办公厅节假日安排): dated, never computed past its last day.',
})
export class WorkingDayCalendarType {
  @Field(() => String, { description: '日历标识.' })
  code!: string

  @Field(() => GraphQLDate, { description: '起始日期.' })
  from!: string

  @Field(() => GraphQLDate, { description: '终止日期.' })
  to!: string

  @Field(() => [GraphQLDate], { description: '法定节假日和调休放假: weekdays that are no working days.' })
  holidays!: string[]

  @Field(() => [GraphQLDate], { description: '调休上班: weekend days that are working days.' })
  makeUpDays!: string[]
}

/** What is published now. */
@ObjectType('DirectoryRelease', { description: '目录版本: the directory as the coordination office publishes it now.' })
export class DirectoryReleaseType {
  @Field(() => Int, { description: '序号: grows with every change.' })
  serial!: number

  @Field(() => String, { description: '发布机构.' })
  office!: string

  @Field(() => GraphQLDateTime, { description: '签发时间.' })
  issuedAt!: Date

  @Field(() => GraphQLDateTime, { description: '有效期至.' })
  expiresAt!: Date

  @Field(() => String, { description: '惩戒措施清单版本, as shown in receipts.' })
  measuresVersion!: string
}
