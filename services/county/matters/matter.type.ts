import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql'
import type { DayUnit } from '../../platform/calendar/working-days.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { County } from '../registry/county.type.ts'
import type { Deadline, DeadlineState } from './deadline.ts'
import type { HistoryLine } from './history.ts'
import {
  dayUnitLabels,
  deadlineStateLabels,
  historyStatusLabels,
  inboxStateLabels,
  receiptStateLabels,
} from './matter.labels.ts'

const DayUnitEnum = labelledEnum('DayUnit', '期限单位: how the days of a limit are counted.', dayUnitLabels)
const DeadlineStateEnum = labelledEnum('DeadlineState', '期限状态.', deadlineStateLabels)
const ReceiptStateEnum = labelledEnum('ReceiptState', '签收状态.', receiptStateLabels)
const HistoryStatusEnum = labelledEnum('HistoryStatus', '记录状态.', historyStatusLabels)
/** GraphQL enum of what the inbox is asked for. */
export const InboxStateEnum = labelledEnum('InboxState', '收件箱分类.', inboxStateLabels)

/** By when something must be done, and why then. */
@ObjectType('Deadline', {
  description:
    '办理期限: by when something must be done and why then; computed from dates, so both counties see the same.',
})
export class DeadlineType {
  @Field(() => Int, { description: '期限天数.' })
  days!: number

  @Field(() => DayUnitEnum, { description: '期限单位.' })
  unit!: DayUnit

  @Field(() => String, { description: '依据的法律、法规、规章.' })
  law!: string

  @Field(() => String, { description: '依据的条款.' })
  article!: string

  @Field(() => GraphQLDateTime, {
    description: '起算时间: the receipt that the recipient’s node acknowledged; its day does not count.',
  })
  from!: Date

  @Field(() => GraphQLDate, {
    nullable: true,
    description: '期限届满日: null past the horizon of the calendars or while the clock stands still.',
  })
  dueOn!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '期限届满时间: the first moment after the last day.' })
  due!: Date | null

  @Field(() => GraphQLDate, { nullable: true, description: '延长前的届满日; null when it was not extended.' })
  firstDueOn!: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '延长后的届满日; null when it was not extended.' })
  extendedTo!: string | null

  @Field(() => DeadlineStateEnum, { description: '期限状态.' })
  state!: DeadlineState

  @Field(() => String, { description: '期限状态的中文名称.' })
  stateLabel!: string

  @Field(() => Boolean, { description: '是否超期: whether it was met, or still is open, after its last day.' })
  late!: boolean

  @Field(() => GraphQLDateTime, { nullable: true, description: '办结时间.' })
  metAt!: Date | null
}

/** Who must act next in a matter. */
@ObjectType('NextActor', { description: '下一步办理: who must act next, and what must be done.' })
export class NextActor {
  @Field(() => County, { description: '办理县.' })
  county!: County

  @Field(() => String, { nullable: true, description: '办理机关, where the matter names one.' })
  agency!: string | null

  @Field(() => String, { description: '应办事项.' })
  duty!: string

  @Field(() => String, { description: '应办事项 in English.' })
  dutyEn!: string
}

/** Whether a county has received a document. */
@ObjectType('HistoryReceipt', { description: '签收情况: whether a county’s node has received a document.' })
export class HistoryReceipt {
  @Field(() => County, { description: '接收县.' })
  county!: County

  @Field(() => ReceiptStateEnum, { description: '签收状态.' })
  state!: HistoryLine['receipts'][number]['state']

  @Field(() => GraphQLDateTime, { nullable: true, description: '签收时间, as signed by that county.' })
  at!: Date | null
}

/** A file that came with a document. */
@ObjectType('MatterAttachment', { description: '附件: a file that a document speaks of.' })
export class MatterAttachment {
  @Field(() => String, { description: '文件摘要: SHA-256, hexadecimal.' })
  hash!: string

  @Field(() => Int, { description: '字节数.' })
  size!: number

  @Field(() => String, { description: '文件类型 (media type).' })
  mediaType!: string

  @Field(() => String, { description: '文件名.' })
  name!: string

  /** Id of the matter whose document names it; `held` and `path` are in `attachments/`. */
  matter!: string
}

/** One line of a matter's history. */
@ObjectType('HistoryLine', { description: '办理记录: one line of a matter’s history, in plain words.' })
export class HistoryLineType implements Omit<HistoryLine, 'county' | 'receipts'> {
  @Field(() => GraphQLDateTime, { description: '时间.' })
  at!: Date

  @Field(() => County, { nullable: true, description: '办理县; null for a line that the dates give.' })
  county!: County | null

  @Field(() => String, { nullable: true, description: '办理机关在交换目录中的标识.' })
  agency!: string | null

  @Field(() => String, { nullable: true, description: '办理人员执法证号.' })
  officer!: string | null

  @Field(() => String, { nullable: true, description: '办理人员姓名.' })
  officerName!: string | null

  @Field(() => String, { description: '办理事项.' })
  event!: string

  @Field(() => String, { description: '办理事项的中文名称.' })
  label!: string

  @Field(() => String, { description: '说明 (中文).' })
  text!: string

  @Field(() => String, { description: '说明 in English.' })
  textEn!: string

  @Field(() => HistoryStatusEnum, { description: '记录状态.' })
  status!: HistoryLine['status']

  @Field(() => String, { nullable: true, description: '拒绝代码.' })
  refusalCode!: string | null

  @Field(() => String, { nullable: true, description: '拒绝理由.' })
  refusalReason!: string | null

  @Field(() => [HistoryReceipt], { description: '签收情况: of each county it went to.' })
  receipts!: HistoryReceipt[]

  @Field(() => [MatterAttachment], { description: '附件.' })
  attachments!: MatterAttachment[]
}

/**
 * A matter between counties, of whatever kind, as this county holds it. Federation takes no scopes on an interface: each
 * kind's type bears them, `matter:read` or `matter:write`.
 */
@InterfaceType('Matter', {
  description: '跨县事项: a matter between counties, as the caller’s county holds it.',
  resolveType: (matter: { typename: string }) => matter.typename,
})
export abstract class Matter {
  @Field(() => ID, { description: '标识: <opening county>:<kind>:<uuid>, the same in both counties.' })
  id!: string

  @Field(() => String, { description: '事项类型.' })
  kind!: string

  @Field(() => String, { description: '事项类型的中文名称.' })
  kindLabel!: string

  @Field(() => String, { description: '办理状态.' })
  state!: string

  @Field(() => String, { description: '办理状态的中文名称.' })
  stateLabel!: string

  @Field(() => [County], { description: '参与县, the one that opened it first.' })
  parties!: County[]

  @Field(() => NextActor, { nullable: true, description: '下一步办理; null when it is at its end or stands frozen.' })
  nextActor!: NextActor | null

  @Field(() => DeadlineType, { nullable: true, description: '办理期限; null while no limit runs.' })
  deadline!: DeadlineType | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '最近变动时间 in this county; null for a draft.' })
  changedAt!: Date | null

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      '冻结时间: a document was refused or signed twice; nothing goes on until the counties have settled it.',
  })
  frozenAt!: Date | null

  @Field(() => String, { nullable: true, description: '冻结原因: FORK or REFUSED.' })
  frozenReason!: string | null

  @Field(() => [HistoryLineType], { description: '办理记录, oldest first; both counties show the same.' })
  history!: HistoryLineType[]

  /** Name of the GraphQL type. */
  typename!: string
}

/** The deadline as GraphQL shows it. */
export function toDeadline(deadline: Deadline | undefined): DeadlineType | null {
  if (!deadline) return null
  const { limit, ...rest } = deadline
  return { ...limit, ...rest, stateLabel: deadlineStateLabels[deadline.state] }
}

/** A line of the history as GraphQL shows it. */
export function toHistoryLine(line: HistoryLine): HistoryLineType {
  return {
    ...line,
    county: line.county === null ? null : { code: line.county },
    receipts: line.receipts.map(({ county, ...rest }) => ({ ...rest, county: { code: county } })),
  }
}
