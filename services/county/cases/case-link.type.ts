import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, ObjectType } from 'type-graphql'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { County } from '../registry/county.type.ts'
import {
  type CaseLinkDirection,
  type CaseLinkKind,
  caseLinkDirectionLabels,
  caseLinkKindLabels,
  caseLinkKindNotes,
  caseLinkStateLabels,
} from './case-link.labels.ts'
import type { CaseLinkState } from './case-link.machine.ts'

const kindDescriptions = Object.fromEntries(
  Object.entries(caseLinkKindLabels).map(([kind, label]) => {
    const note = caseLinkKindNotes[kind as CaseLinkKind]
    return [kind, note === undefined ? label : `${label} (${note})`]
  }),
) as Record<CaseLinkKind, string>

/** GraphQL enum of {@link CaseLinkKind}. */
export const CaseLinkKindEnum = labelledEnum(
  'CaseLinkKind',
  '案件关联类型: how two cases belong together, read from the proposer’s case.',
  kindDescriptions,
)
const CaseLinkStateEnum = labelledEnum('CaseLinkState', '关联状态.', caseLinkStateLabels)
const CaseLinkDirectionEnum = labelledEnum('CaseLinkDirection', '关联方向: who proposed it.', caseLinkDirectionLabels)

/** A case, perhaps of another county, by its id. */
@Directive('@key(fields: "id")')
@Directive('@reference')
@ObjectType('CaseReference', { description: '案件引用: names a case that may be another county’s.' })
export class CaseReference {
  @Field(() => ID, { description: '案件标识.' })
  id!: string

  @Field(() => County, { description: '办案县.' })
  county!: County
}

/** A link between two cases, as one of the two counties holds it. */
@Directive('@key(fields: "id")')
@Directive('@requiresScopes(scopes: [["case:read"], ["case:write"]])')
@ObjectType('CaseLink', { description: '案件关联: a link between two cases, usually of two counties.' })
export class CaseLink {
  @Field(() => ID, { description: '标识: <county>:link:<uuid>.' })
  id!: string

  @Field(() => CaseLinkKindEnum, { description: '关联类型.' })
  kind!: CaseLinkKind

  @Field(() => String, { description: '关联类型的中文名称.' })
  label!: string

  @Field(() => CaseLinkStateEnum, { description: '关联状态.' })
  state!: CaseLinkState

  @Field(() => String, { description: '关联状态的中文名称.' })
  stateLabel!: string

  @Field(() => CaseLinkDirectionEnum, { description: '关联方向.' })
  direction!: CaseLinkDirection

  @Field(() => String, { nullable: true, description: '说明.' })
  note?: string | null

  @Field(() => CaseReference, { description: '本案: the case that holds the link.' })
  source!: CaseReference

  @Field(() => CaseReference, { description: '关联案件: the other case.' })
  target!: CaseReference

  @Field(() => String, { description: '提出机关在交换目录中的标识.' })
  proposedBy!: string

  @Field(() => GraphQLDateTime, { description: '提出时间.' })
  proposedAt!: Date

  @Field(() => GraphQLDateTime, { nullable: true, description: '确认、拒绝或撤回时间.' })
  settledAt?: Date | null
}
