import { GraphQLDate } from 'graphql-scalars'
import { Field, ID, InputType } from 'type-graphql'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import type { CaseVisibility, ClueSource, SupervisionField, SupervisionStage } from './enforcement-case.labels.ts'
import type { CaseStage } from './enforcement-case.machine.ts'
import {
  CaseStageEnum,
  CaseVisibilityEnum,
  ClueSourceEnum,
  SupervisionFieldEnum,
  SupervisionStageEnum,
} from './enforcement-case.type.ts'

/** Which cases are wanted; conditions add up. */
@InputType('EnforcementCaseFilter', { description: '案件查询条件; conditions add up.' })
export class EnforcementCaseFilter {
  @Field(() => SubjectCodeScalar, { nullable: true, description: '当事人代码.' })
  subject?: string | null

  @Field(() => String, { nullable: true, description: '违法行为类型: a code of the directory’s acts.' })
  act?: string | null

  @Field(() => Boolean, { nullable: true, description: '是否在办.' })
  open?: boolean | null

  @Field(() => CaseStageEnum, { nullable: true, description: '案件阶段.' })
  stage?: CaseStage | null

  @Field(() => SupervisionFieldEnum, { nullable: true, description: '监管领域.' })
  field?: SupervisionField | null

  @Field(() => SupervisionStageEnum, { nullable: true, description: '监管环节.' })
  supervisionStage?: SupervisionStage | null

  @Field(() => GraphQLDate, { nullable: true, description: '立案日期起, inclusive.' })
  filedFrom?: Date | null

  @Field(() => GraphQLDate, { nullable: true, description: '立案日期止, inclusive.' })
  filedTo?: Date | null
}

/** A case to be filed, or a clue to be registered. */
@InputType('FileCaseInput', { description: '立案 (线索登记) 内容.' })
export class FileCaseInput {
  @Field(() => String, { description: '案号, unique in the county.' })
  number!: string

  @Field(() => String, { description: '案由.' })
  title!: string

  @Field(() => SubjectCodeScalar, { description: '当事人代码.' })
  subject!: string

  @Field(() => String, { description: '当事人名称或姓名.' })
  subjectName!: string

  @Field(() => String, { description: '违法行为类型: a code of the directory’s acts.' })
  act!: string

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => SupervisionStageEnum, { nullable: true, description: '监管环节.' })
  supervisionStage?: SupervisionStage | null

  @Field(() => ClueSourceEnum, { nullable: true, description: '线索来源; INSPECTION when left out.' })
  source?: ClueSource | null

  @Field(() => ID, { nullable: true, description: '办案机关标识; the asking agency’s own body when left out.' })
  agency?: string | null

  @Field(() => [String], {
    nullable: true,
    description: '办案人员执法证号: two at least once a case is filed (行政处罚法第四十二条).',
  })
  officers?: string[] | null

  @Field(() => CaseVisibilityEnum, { nullable: true, description: '公开范围; AGREEMENT when left out.' })
  visibility?: CaseVisibility | null

  @Field(() => String, { nullable: true, description: '备注.' })
  note?: string | null
}
