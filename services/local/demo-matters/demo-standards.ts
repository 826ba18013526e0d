import type { CommonView, Standard, Tier } from '../../county/consultations/consultation.document.ts'

const law = '《中华人民共和国广告法》'
const article = '第五十五条'
const amount = (min: string, max: string): Tier['fine'] => ({ basis: 'AMOUNT', min, max })

const ordinary = (min: string, max: string): Tier => ({
  tier: 'ORDINARY',
  law,
  article,
  criteria: '广告费用无法计算或者明显偏低，未造成严重后果',
  fine: amount(min, max),
  measures: null,
})

const severe: Tier = {
  tier: 'SEVERE',
  law,
  article,
  criteria: '两年内有三次以上违法行为或者有其他严重情节',
  fine: amount('1000000', '2000000'),
  measures: '吊销营业执照',
}

/** A county's fictional standard for false advertising. */
export function demoStandard(county: string, min: string, max: string): Standard {
  return { document: `${county}市场监管裁量基准（虚构，2026年版）`, tiers: [ordinary(min, max), severe] }
}

/** The common view to which two of the counties come. */
export const demoCommonView: CommonView = {
  law,
  article,
  criteria: '门店宣传册以实际发放数量认定影响范围',
  tiers: [ordinary('200000', '600000'), severe],
  text: '两县对同类行为按同一尺度处理（演示）。',
}
