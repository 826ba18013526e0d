import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, ObjectType } from 'type-graphql'
import { connectionOf } from '../connection/connection.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { County } from '../registry/county.type.ts'
import { Subject } from '../registry/subject.type.ts'
import {
  type CaseVisibility,
  type ClueSource,
  type SupervisionField,
  type SupervisionStage,
  caseDecisionLabels,
  caseEventLabels,
  caseStageLabels,
  caseVisibilityLabels,
  clueSourceLabels,
  supervisionFieldLabels,
  supervisionStageLabels,
} from './enforcement-case.labels.ts'
import { type CaseConflictKind, caseConflictLabels } from './double-fine.labels.ts'
import type { CaseDecision, CaseStage } from './enforcement-case.machine.ts'

/** GraphQL enum of {@link CaseStage}. */
export const CaseStageEnum = labelledEnum('CaseStage', '案件阶段: stage of a case.', caseStageLabels)
/** GraphQL enum of the events of a case. */
export const CaseEventEnum = labelledEnum('CaseEvent', '办案事项: what may happen to a case.', caseEventLabels)
const CaseDecisionEnum = labelledEnum('CaseDecision', '处理决定 (程序规定第六十条).', caseDecisionLabels)
/** GraphQL enum of {@link SupervisionField}. */
export const SupervisionFieldEnum = labelledEnum('SupervisionField', '监管领域.', supervisionFieldLabels)
/** GraphQL enum of {@link SupervisionStage}. */
export const SupervisionStageEnum = labelledEnum('SupervisionStage', '监管环节.', supervisionStageLabels)
/** GraphQL enum of {@link ClueSource}. */
export const ClueSourceEnum = labelledEnum('ClueSource', '线索来源 (程序规定第十八条).', clueSourceLabels)
const CaseConflictEnum = labelledEnum<CaseConflictKind>(
  'CaseConflictKind',
  '管辖和一事不二罚提示种类 (行政处罚法第二十五条、第二十九条).',
  caseConflictLabels,
)
/** GraphQL enum of {@link CaseVisibility}. */
export const CaseVisibilityEnum = labelledEnum('CaseVisibility', '公开范围: who sees a case.', caseVisibilityLabels)

/** One step of a case. */
@ObjectType('CaseStep', { description: '办案记录: one step of a case.' })
export class CaseStep {
  @Field(() => String, { description: '事项: the event, or REGISTER for the clue itself.' })
  event!: string

  @Field(() => CaseStageEnum, { nullable: true, description: '原阶段.' })
  fromStage?: CaseStage | null

  @Field(() => CaseStageEnum, { description: '新阶段.' })
  toStage!: CaseStage

  @Field(() => GraphQLDateTime, { description: '办理时间, by the clock of the county’s node.' })
  at!: Date

  @Field(() => String, { description: '办理机关在交换目录中的标识.' })
  agency!: string

  @Field(() => String, { nullable: true, description: '办理人员执法证号; shown in its own county only.' })
  officer?: string | null

  @Field(() => String, { nullable: true, description: '文书文号.' })
  document?: string | null

  @Field(() => String, { nullable: true, description: '备注; shown in its own county only.' })
  note?: string | null

  @Field(() => String, { nullable: true, description: '一事不二罚核实说明; shown in its own county only.' })
  confirmation?: string | null
}

/** Something that speaks against a fine. */
@ObjectType('CaseConflict', { description: '提示: something that speaks against a fine, or a case, for this act.' })
export class CaseConflictType {
  @Field(() => CaseConflictEnum, { description: '提示种类.' })
  kind!: CaseConflictKind

  @Field(() => String, { description: '提示种类的中文名称.' })
  label!: string

  @Field(() => County, { description: '所在县.' })
  county!: County

  @Field(() => ID, { description: '事项、案件或者处罚记录标识.' })
  record!: string
}

/** An enforcement case. */
@Directive('@key(fields: "id")')
@Directive('@requiresScopes(scopes: [["case:read"]])')
@ObjectType('EnforcementCase', { description: '行政执法案件: an enforcement case, from the clue to the archive.' })
export class EnforcementCase {
  @Field(() => ID, { description: '标识: <county>:case:<uuid>.' })
  id!: string

  @Field(() => County, { description: '办案县.' })
  county!: County

  @Field(() => Subject, { description: '当事人.' })
  subject!: Subject

  @Field(() => String, { description: '案号.' })
  number!: string

  @Field(() => String, { description: '案由.' })
  title!: string

  @Field(() => String, { description: '违法行为类型: a code of the directory’s acts.' })
  act!: string

  @Field(() => String, { description: '违法行为类型的中文名称.' })
  actLabel!: string

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => String, { description: '监管领域的中文名称.' })
  fieldLabel!: string

  @Field(() => SupervisionStageEnum, { nullable: true, description: '监管环节.' })
  supervisionStage?: SupervisionStage | null

  @Field(() => String, { nullable: true, description: '监管环节的中文名称.' })
  supervisionStageLabel?: string | null

  @Field(() => ClueSourceEnum, { description: '线索来源.' })
  source!: ClueSource

  @Field(() => String, { description: '线索来源的中文名称.' })
  sourceLabel!: string

  @Field(() => CaseStageEnum, { description: '案件阶段.' })
  stage!: CaseStage

  @Field(() => String, { description: '案件阶段的中文名称.' })
  stageLabel!: string

  @Field(() => Boolean, { description: '是否在办: whether it is still open.' })
  open!: boolean

  @Field(() => CaseDecisionEnum, { nullable: true, description: '处理决定.' })
  decision?: CaseDecision | null

  @Field(() => String, { nullable: true, description: '处理决定的中文名称.' })
  decisionLabel?: string | null

  @Field(() => CaseVisibilityEnum, { description: '公开范围.' })
  visibility!: CaseVisibility

  @Field(() => GraphQLDateTime, { description: '登记时间; cases are sorted by it.' })
  registeredAt!: Date

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: '立案时间, by the clock of the county’s node: the earliest has jurisdiction (行政处罚法第二十五条).',
  })
  filedAt?: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '结案时间.' })
  closedAt?: Date | null

  @Field(() => GraphQLDateTime, { description: '更新时间.' })
  updatedAt!: Date

  /** Id of the body in charge. */
  agencyId!: string
  /** Ids of the officers in charge. */
  officerIds!: string[]
}

/** A page of cases. */
export const EnforcementCaseConnection = connectionOf(EnforcementCase, 'EnforcementCase', '行政执法案件')
