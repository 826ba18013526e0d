import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql'
import type { SupervisionField } from '../cases/enforcement-case.labels.ts'
import { SupervisionFieldEnum } from '../cases/enforcement-case.type.ts'
import { connectionOf } from '../connection/connection.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { County } from '../registry/county.type.ts'
import {
  type PublicationDayState,
  type TypicalReason,
  publicationDayLabels,
  typicalEventLabels,
  typicalReasonLabels,
  typicalStateLabels,
} from './typical-case.labels.ts'
import type { TypicalState } from './typical-case.machine.ts'

/** GraphQL enum of the states of a typical case. */
export const TypicalStateEnum = labelledEnum('TypicalCaseState', '典型案例状态.', typicalStateLabels)
/** GraphQL enum of the events of a typical case. */
export const TypicalEventEnum = labelledEnum('TypicalCaseEvent', '典型案例办理事项.', typicalEventLabels)
const TypicalReasonEnum = labelledEnum('TypicalCaseReason', '推荐理由: why a case is typical.', typicalReasonLabels)
const PublicationDayEnum = labelledEnum('PublicationDayState', '发布日状态.', publicationDayLabels)

/** A published typical case. */
@Directive('@key(fields: "id")')
@Directive('@requiresScopes(scopes: [["case:read"], ["credit:read"]])')
@ObjectType('TypicalCase', {
  description: '典型案例: a published case, without names, numbers and addresses (以案释法).',
})
export class TypicalCase {
  @Field(() => ID, { description: '标识: <county>:typical:<uuid>.' })
  id!: string

  @Field(() => County, { description: '发布县.' })
  county!: County

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => String, { description: '监管领域的中文名称.' })
  fieldLabel!: string

  @Field(() => [TypicalReasonEnum], { description: '典型理由.' })
  reasons!: TypicalReason[]

  @Field(() => String, { description: '标题.' })
  title!: string

  @Field(() => String, { description: '适用法律.' })
  law!: string

  @Field(() => String, { description: '基本案情.' })
  facts!: string

  @Field(() => String, { description: '处理结果.' })
  outcome!: string

  @Field(() => String, { description: '典型意义.' })
  significance!: string

  @Field(() => GraphQLDateTime, { description: '发布时间; typical cases are sorted by it.' })
  publishedAt!: Date
}

/** The texts of a typical case. */
@Directive('@requiresScopes(scopes: [["case:read"], ["case:write"]])')
@ObjectType('TypicalCaseTexts', { description: '案例文本.' })
export class TypicalCaseTexts {
  @Field(() => String, { description: '标题.' })
  title!: string

  @Field(() => String, { description: '适用法律.' })
  law!: string

  @Field(() => String, { description: '基本案情.' })
  facts!: string

  @Field(() => String, { description: '处理结果.' })
  outcome!: string

  @Field(() => String, { description: '典型意义.' })
  significance!: string
}

/** A typical case of the own county, from the nomination on. */
@Directive('@requiresScopes(scopes: [["case:read"], ["case:write"]])')
@ObjectType('TypicalCaseDraft', { description: '典型案例办理件: a nomination as the own county sees it.' })
export class TypicalCaseDraft {
  @Field(() => ID, { description: '标识: <county>:typical:<uuid>.' })
  id!: string

  @Field(() => ID, { description: '本县案件标识.' })
  case!: string

  @Field(() => TypicalStateEnum, { description: '状态.' })
  state!: TypicalState

  @Field(() => String, { description: '状态的中文名称.' })
  stateLabel!: string

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => [TypicalReasonEnum], { description: '推荐理由.' })
  reasons!: TypicalReason[]

  @Field(() => TypicalCaseTexts, { description: '推荐文本, with names.' })
  original!: TypicalCaseTexts

  @Field(() => TypicalCaseTexts, { nullable: true, description: '隐名处理后的文本.' })
  redacted!: TypicalCaseTexts | null

  @Field(() => [String], { description: '另须隐去的名称、地点、号码.' })
  hidden!: string[]

  @Field(() => GraphQLDateTime, { description: '推荐时间.' })
  nominatedAt!: Date

  @Field(() => String, { description: '推荐人执法证号.' })
  nominatedBy!: string

  @Field(() => String, { nullable: true, description: '隐名处理人执法证号.' })
  redactedBy!: string | null

  @Field(() => String, { nullable: true, description: '审定人执法证号.' })
  approvedBy!: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '计划发布日.' })
  publishOn!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '发布时间.' })
  publishedAt!: Date | null

  @Field(() => String, { nullable: true, description: '退回、不予采用或撤回的理由.' })
  reason!: string | null
}

/** A planned day of publication. */
@Directive('@requiresScopes(scopes: [["case:read"], ["case:write"]])')
@ObjectType('TypicalCaseDay', { description: '计划发布日: a day on which the county means to publish typical cases.' })
export class TypicalCaseDay {
  @Field(() => GraphQLDate, { description: '日期.' })
  day!: string

  @Field(() => PublicationDayEnum, { description: '发布日状态.' })
  state!: PublicationDayState

  @Field(() => String, { description: '发布日状态的中文名称.' })
  stateLabel!: string

  @Field(() => [TypicalCaseDraft], { description: '审定在该日发布的案例.' })
  cases!: TypicalCaseDraft[]
}

/** A nomination. */
@InputType('NominateTypicalCaseInput', { description: '典型案例推荐.' })
export class NominateTypicalCaseInput {
  @Field(() => ID, { description: '本县已作出处理决定的案件.' })
  case!: string

  @Field(() => [TypicalReasonEnum], { description: '推荐理由.' })
  reasons!: TypicalReason[]

  @Field(() => String, { description: '标题.' })
  title!: string

  @Field(() => String, { description: '适用法律.' })
  law!: string

  @Field(() => String, { description: '基本案情.' })
  facts!: string

  @Field(() => String, { description: '处理结果.' })
  outcome!: string

  @Field(() => String, { description: '典型意义.' })
  significance!: string

  @Field(() => [String], { nullable: true, description: '另须隐去的名称、地点、号码: of witnesses, shops, brands.' })
  hidden?: string[] | null
}

/** What a step says. */
@InputType('TypicalCaseStepInput', { description: '典型案例办理内容.' })
export class TypicalCaseStepInput {
  @Field(() => String, { nullable: true, description: '隐名处理后的标题; by the node when left out.' })
  title?: string | null

  @Field(() => String, { nullable: true, description: '隐名处理后的适用法律; by the node when left out.' })
  law?: string | null

  @Field(() => String, { nullable: true, description: '隐名处理后的基本案情; by the node when left out.' })
  facts?: string | null

  @Field(() => String, { nullable: true, description: '隐名处理后的处理结果; by the node when left out.' })
  outcome?: string | null

  @Field(() => String, { nullable: true, description: '隐名处理后的典型意义; by the node when left out.' })
  significance?: string | null

  @Field(() => GraphQLDate, {
    nullable: true,
    description: '计划发布日 (APPROVE); the next planned one when left out.',
  })
  publishOn?: Date | null

  @Field(() => String, { nullable: true, description: '退回、不予采用或撤回的理由.' })
  reason?: string | null
}

/** A page of published typical cases. */
export const TypicalCaseConnection = connectionOf(TypicalCase, 'TypicalCase', '典型案例')
/** A page of the county's own nominations. */
export const TypicalCaseDraftConnection = connectionOf(TypicalCaseDraft, 'TypicalCaseDraft', '典型案例办理件')
