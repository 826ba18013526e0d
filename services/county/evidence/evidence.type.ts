import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql'
import { CaseReference } from '../cases/case-link.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { Matter } from '../matters/matter.type.ts'
import { County } from '../registry/county.type.ts'
import {
  type CitationOutcome,
  type EvidenceDocument,
  type EvidenceKind,
  type LegalityAnswer,
  type LegalityItem,
  type RejectionGround,
  citationOutcomeLabels,
  evidenceAmendmentLabels,
  evidenceDocumentLabels,
  evidenceKindLabels,
  evidenceRemarkLabels,
  evidenceStepLabels,
  legalityAnswerLabels,
  legalityLabels,
  rejectionGroundLabels,
} from './evidence.labels.ts'

/** GraphQL enum of the recipient's steps. */
export const EvidenceStepEnum = labelledEnum(
  'EvidenceStep',
  '证据互认事项: what the recipient does.',
  evidenceStepLabels,
)
/** GraphQL enum of what the home county says of its evidence later. */
export const EvidenceAmendmentEnum = labelledEnum(
  'EvidenceAmendment',
  '证据更正或撤回: what the county that shared it says later.',
  evidenceAmendmentLabels,
)
/** GraphQL enum of notes. */
export const EvidenceNoteEnum = labelledEnum('EvidenceNote', '证据备注: changes nothing.', evidenceRemarkLabels)
/** GraphQL enum of {@link EvidenceKind}. */
export const EvidenceKindEnum = labelledEnum('EvidenceKind', '证据种类 (行政处罚法第四十六条).', evidenceKindLabels)
/** GraphQL enum of {@link EvidenceDocument}. */
export const EvidenceDocumentEnum = labelledEnum(
  'EvidenceDocument',
  '材料类型 (息双办〔2022〕6号 二.4).',
  evidenceDocumentLabels,
)
/** GraphQL enum of {@link LegalityItem}. */
export const LegalityItemEnum = labelledEnum('LegalityItem', '合法性审查项目.', legalityLabels)
/** GraphQL enum of {@link LegalityAnswer}. */
export const LegalityAnswerEnum = labelledEnum('LegalityAnswer', '合法性审查结论.', legalityAnswerLabels)
/** GraphQL enum of {@link RejectionGround}. */
export const RejectionGroundEnum = labelledEnum('RejectionGround', '不予互认的理由.', rejectionGroundLabels)
/** GraphQL enum of {@link CitationOutcome}. */
export const CitationOutcomeEnum = labelledEnum('CitationOutcome', '引用复核结论.', citationOutcomeLabels)

/** An officer who collected, examined or verified a piece. */
@ObjectType('EvidenceOfficer', { description: '执法人员: who collected, examined or verified a piece of evidence.' })
export class EvidenceOfficer {
  @Field(() => String, { description: '姓名.' })
  name!: string

  @Field(() => String, { description: '执法证号.' })
  certificate!: string
}

/** An item of a legality checklist. */
@ObjectType('LegalityCheck', { description: '合法性审查: one item of the checklist with its answer.' })
export class LegalityCheck {
  @Field(() => LegalityItemEnum, { description: '项目.' })
  item!: LegalityItem

  @Field(() => String, { description: '项目的中文名称, with the article that asks for it.' })
  label!: string

  @Field(() => LegalityAnswerEnum, { description: '结论.' })
  answer!: LegalityAnswer

  @Field(() => String, { nullable: true, description: '说明: needed where the answer is no.' })
  note!: string | null
}

/** A version of a piece, or its withdrawal. */
@ObjectType('EvidenceVersion', { description: '证据版本: as first shared, corrected, or withdrawn.' })
export class EvidenceVersion {
  @Field(() => Int, { description: '版本号, from 1.' })
  version!: number

  @Field(() => String, { description: '事项: SHARE, CORRECT or WITHDRAW.' })
  event!: string

  @Field(() => String, { description: '事项的中文名称.' })
  label!: string

  @Field(() => String, { description: '文件摘要: SHA-256, hexadecimal.' })
  hash!: string

  @Field(() => GraphQLDateTime, { description: '时间.' })
  at!: Date

  @Field(() => String, { nullable: true, description: '更正内容或撤回理由.' })
  text!: string | null
}

/** A citation of a recognised piece in a case. */
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('EvidenceCitation', {
  description: '证据援用: a case of the recipient that cites a recognised piece; recorded in both counties.',
})
export class EvidenceCitation {
  @Field(() => ID, { description: '证据互认事项标识.' })
  sharing!: string

  @Field(() => Int, { description: '序号, from 1.' })
  position!: number

  @Field(() => CaseReference, { description: '援用的案件.' })
  case!: CaseReference

  @Field(() => String, { description: '援用案件的案号.' })
  caseNumber!: string

  @Field(() => String, { description: '证明的事实.' })
  fact!: string

  @Field(() => Int, { description: '援用的版本.' })
  version!: number

  @Field(() => GraphQLDateTime, { description: '援用时间.' })
  citedAt!: Date

  @Field(() => EvidenceOfficer, { description: '援用人.' })
  citedBy!: EvidenceOfficer

  @Field(() => Boolean, {
    description: '待复核: the piece was corrected or withdrawn since, and the case not reviewed.',
  })
  needsReview!: boolean

  @Field(() => GraphQLDateTime, { nullable: true, description: '受影响时间: when it was corrected or withdrawn.' })
  affectedAt!: Date | null

  @Field(() => EvidenceVersion, { nullable: true, description: '受何影响: the correction or withdrawal.' })
  affectedBy!: EvidenceVersion | null

  @Field(() => Boolean, {
    nullable: true,
    description:
      '案件是否已作出处理决定: of an own case as it is now, of another county’s as its last review told; null before.',
  })
  caseDecided!: boolean | null

  @Field(() => CitationOutcomeEnum, { nullable: true, description: '最近一次复核结论.' })
  outcome!: CitationOutcome | null

  @Field(() => String, { nullable: true, description: '复核理由.' })
  reviewReason!: string | null

  @Field(() => String, { nullable: true, description: '替代的证据.' })
  replacement!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '复核时间.' })
  reviewedAt!: Date | null
}

/** A piece of evidence that one county shares with another; its id is the home county's, and both hold it. */
@Directive('@reference')
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('EvidenceSharing', {
  implements: Matter,
  description:
    '证据互认 (息双办〔2022〕6号 二.4): a piece of evidence that one county shares with another, as the caller’s county holds it.',
})
export class EvidenceSharing extends Matter {
  @Field(() => County, { description: '提供县.' })
  home!: County

  @Field(() => County, { description: '接收县.' })
  recipient!: County

  @Field(() => EvidenceKindEnum, { description: '证据种类.' })
  evidence!: EvidenceKind

  @Field(() => String, { description: '证据种类的中文名称.' })
  evidenceLabel!: string

  @Field(() => EvidenceDocumentEnum, { description: '材料类型.' })
  document!: EvidenceDocument

  @Field(() => String, { description: '材料类型的中文名称.' })
  documentLabel!: string

  @Field(() => String, { description: '证据名称.' })
  title!: string

  @Field(() => String, { nullable: true, description: '文书编号.' })
  number!: string | null

  @Field(() => String, { nullable: true, description: '物证的名称、数量、特征.' })
  description!: string | null

  @Field(() => String, {
    description: '文件摘要 of the version that stands: SHA-256; the file is an attachment in the history.',
  })
  hash!: string

  @Field(() => Int, { description: '现行版本号, from 1.' })
  version!: number

  @Field(() => [EvidenceOfficer], { description: '收集人, two at least (行政处罚法第四十二条).' })
  collectors!: EvidenceOfficer[]

  @Field(() => GraphQLDateTime, { description: '收集时间.' })
  collectedAt!: Date

  @Field(() => String, { description: '收集地点.' })
  collectedPlace!: string

  @Field(() => String, { nullable: true, description: '检测、检验、检疫、鉴定机构.' })
  appraiser!: string | null

  @Field(() => [LegalityCheck], { description: '提供方合法性审查.' })
  checklist!: LegalityCheck[]

  @Field(() => String, { description: '用途.' })
  purpose!: string

  @Field(() => CaseReference, { nullable: true, description: '供对方哪一案件使用, where it is known.' })
  forCase!: CaseReference | null

  @Field(() => CaseReference, { description: '提供方案件, from which it comes.' })
  originCase!: CaseReference

  @Field(() => String, { description: '提供方案号.' })
  originCaseNumber!: string

  @Field(() => String, { description: '提供机关.' })
  fromAgency!: string

  @Field(() => String, { nullable: true, description: '对方同级部门; null when the directory knows none.' })
  toAgency!: string | null

  @Field(() => GraphQLDateTime, { description: '提供时间.' })
  sharedAt!: Date

  @Field(() => GraphQLDateTime, { nullable: true, description: '撤回时间.' })
  withdrawnAt!: Date | null

  @Field(() => String, { nullable: true, description: '撤回理由.' })
  withdrawalReason!: string | null

  @Field(() => Int, { nullable: true, description: '审查认定的版本号; null before the first decision.' })
  decidedVersion!: number | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '审查认定时间.' })
  decidedAt!: Date | null

  @Field(() => EvidenceOfficer, { nullable: true, description: '审查人.' })
  reviewer!: EvidenceOfficer | null

  @Field(() => String, { nullable: true, description: '审查认定理由.' })
  reason!: string | null

  @Field(() => [LegalityCheck], { nullable: true, description: '接收方合法性审查, its own.' })
  review!: LegalityCheck[] | null

  @Field(() => RejectionGroundEnum, { nullable: true, description: '不予互认的理由.' })
  ground!: RejectionGround | null

  @Field(() => [EvidenceOfficer], { nullable: true, description: '实地核查人.' })
  verifiers!: EvidenceOfficer[] | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '实地核查时间.' })
  verifiedAt!: Date | null

  @Field(() => String, { nullable: true, description: '实地核查地点.' })
  verifiedPlace!: string | null

  @Field(() => String, { nullable: true, description: '实地核查情况.' })
  findings!: string | null

  @Field(() => [EvidenceVersion], { description: '版本, oldest first.' })
  versions!: EvidenceVersion[]

  @Field(() => [EvidenceCitation], { description: '援用记录, in their order.' })
  citations!: EvidenceCitation[]

  @Field(() => Int, { description: '援用次数.' })
  citationCount!: number
}

/** A piece of an own case with all counties that it was shared with. */
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('SharedEvidence', { description: '已提供的证据: one piece, with every county that it was shared with.' })
export class SharedEvidence {
  @Field(() => String, { description: '首次提供的文件摘要: SHA-256.' })
  hash!: string

  @Field(() => String, { description: '证据名称.' })
  title!: string

  @Field(() => [EvidenceSharing], { description: '向各县提供的情况.' })
  sharings!: EvidenceSharing[]
}
