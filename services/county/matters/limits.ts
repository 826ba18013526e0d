import type { DayUnit } from '../../platform/calendar/working-days.ts'

/** A time limit of the law: how long, in which days, and where it says so. */
export interface Limit {
  days: number
  unit: DayUnit
  /** Title of the law or rule in Chinese. */
  law: string
  /** Article, e.g. 第十八条. */
  article: string
}

/** 《市场监督管理行政处罚程序规定》 (2022-09-29). */
export const procedureRules = '市场监督管理行政处罚程序规定'

/** 核查: from the receipt of the material to the decision whether to file, 程序规定 art. 18. */
export const verificationLimit: Limit = { days: 15, unit: 'WORKING_DAYS', law: procedureRules, article: '第十八条' }
/** What the head of the office may add to {@link verificationLimit}, once. */
export const verificationExtension: Limit = { ...verificationLimit }

/** 协助调查: from the receipt of the letter to the reply, 程序规定 art. 45; an extension has no cap and is told before the end. */
export const assistanceLimit: Limit = {
  days: 15,
  unit: 'WORKING_DAYS',
  law: procedureRules,
  article: '第四十五条第二款',
}

/** 协商: between market regulators who both hold that they have jurisdiction, 程序规定 art. 13. */
export const consultationLimit: Limit = { days: 7, unit: 'WORKING_DAYS', law: procedureRules, article: '第十三条' }
/** 指定管辖: from the superior's receipt of the request, 程序规定 art. 16. */
export const designationLimit: Limit = { days: 7, unit: 'WORKING_DAYS', law: procedureRules, article: '第十六条' }

/** 会商: to enter a standard, and to answer a proposed common view. The document names no limit; this one is the exchange's. */
export const consultationAnswerLimit: Limit = {
  days: 30,
  unit: 'CALENDAR_DAYS',
  law: '息双办〔2022〕6号',
  article: '二.4，文件未定期限，由本系统定为30日',
}

const penaltyLawWorkingDays: readonly number[] = [2, 3, 5, 7]

/**
 * How 《行政处罚法》 counts a limit of so many days: its 二日, 三日, 五日 and 七日 are working days (art. 85), all others
 * days of the calendar.
 */
export function penaltyLawUnit(days: number): DayUnit {
  return penaltyLawWorkingDays.includes(days) ? 'WORKING_DAYS' : 'CALENDAR_DAYS'
}
