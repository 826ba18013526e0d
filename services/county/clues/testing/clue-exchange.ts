import { type Exchange, type ExchangeCounty, startExchange } from '../../matters/testing/exchange.ts'
import { type ClueDraft, ClueTransferService } from '../clue-transfer.service.ts'

/** One county of a small exchange, with its clues. */
export interface ClueCounty extends ExchangeCounty {
  clues: ClueTransferService
}

/** Several counties that send each other clues. */
export interface ClueExchange extends Exchange {
  at(county: string): ClueCounty
}

/** A clue of 息县 about a fictional enterprise, for 新蔡县 unless told otherwise. */
export function sampleClue(content: Partial<ClueDraft['content']> = {}, recipient = '411729'): ClueDraft {
  return {
    recipient,
    content: {
      title: '涉嫌发布虚假广告线索',
      source: 'INSPECTION',
      field: 'FOOD_AND_DRUGS',
      supervisionStage: 'DISTRIBUTION',
      act: 'FALSE_ADVERTISING',
      topics: ['NEW_MODEL', 'LIVELIHOOD'],
      priorities: ['MEDIA_FOCUS'],
      methodNote: '建议对直播带货开展网络监测',
      subject: '91411528MADE000117',
      subjectName: '虚构安心示例食品有限公司',
      facts: '检查发现其在新蔡县的门店发布虚假广告。',
      originCase: null,
      ...content,
    },
    items: [
      { kind: 'GOODS', name: '宣传册', quantity: '3箱', note: '封存' },
      { kind: 'PAPERS', name: '现场检查笔录', quantity: '1份', note: null },
    ],
  }
}

/** Starts these counties; see {@link startExchange}. */
export async function startClueExchange(codes: readonly string[]): Promise<ClueExchange> {
  const exchange = await startExchange(codes)
  const counties = new Map(
    codes.map((code) => {
      const county = exchange.at(code)
      const { parts, delivery, matters } = county
      return [code, { ...county, clues: new ClueTransferService(parts, delivery, matters) }] as const
    }),
  )
  return {
    ...exchange,
    at(code) {
      const county = counties.get(code)
      if (!county) throw new Error(`No county ${code} was started.`)
      return county
    },
  }
}
