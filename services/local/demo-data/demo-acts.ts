/** A type of unlawful act as the demo uses it: the directory's code, and what the files say about it. */
export interface DemoAct {
  /** Code in the directory's catalogue of acts. */
  code: string
  /** 违法行为类型, as the catalogue names it. */
  label: string
  facts: string
  basis: string
  /** Listing category it may lead to, as the list file names it. */
  category: string
  /** Supervision field of its cases. */
  field: string
}

/** Acts of the demo's penalties and cases. */
export const demoActs: readonly DemoAct[] = [
  {
    code: 'EXPIRED_FOOD',
    label: '生产经营超过保质期的食品',
    facts: '当事人经营超过保质期的预包装食品，货值金额三百二十元。',
    basis: '《中华人民共和国食品安全法》第一百二十四条第一款第五项',
    category: '第五条',
    field: 'FOOD_AND_DRUGS',
  },
  {
    code: 'UNLICENSED_FOOD_BUSINESS',
    label: '未取得食品生产经营许可从事食品生产经营活动',
    facts: '当事人未取得食品经营许可，从事餐饮服务四个月。',
    basis: '《中华人民共和国食品安全法》第一百二十二条第一款',
    category: '第十条',
    field: 'FOOD_AND_DRUGS',
  },
  {
    code: 'SUBSTANDARD_PRODUCTS',
    label: '生产、销售不符合保障人体健康和人身、财产安全标准的产品',
    facts: '当事人销售的建筑材料经抽样检验不合格。',
    basis: '《中华人民共和国产品质量法》第四十九条',
    category: '第七条',
    field: 'WORK_SAFETY',
  },
  {
    code: 'FALSE_ADVERTISING',
    label: '发布虚假广告',
    facts: '当事人发布的广告对商品性能作引人误解的宣传。',
    basis: '《中华人民共和国广告法》第五十五条第一款',
    category: '第九条',
    field: 'OTHER',
  },
  {
    code: 'CONSUMER_RIGHTS_VIOLATION',
    label: '侵害消费者合法权益',
    facts: '当事人以假充真销售商品，欺诈消费者十七人次。',
    basis: '《中华人民共和国消费者权益保护法》第五十六条',
    category: '第八条',
    field: 'OTHER',
  },
  {
    code: 'UNLICENSED_DRUG_BUSINESS',
    label: '未取得药品经营许可证销售药品',
    facts: '当事人未取得药品经营许可证，在店内销售处方药。',
    basis: '《中华人民共和国药品管理法》第一百一十五条',
    category: '第六条',
    field: 'FOOD_AND_DRUGS',
  },
]

/** The act with that code; there must be one. */
export function demoAct(code: string): DemoAct {
  const act = demoActs.find((each) => each.code === code)
  if (act === undefined) throw new Error(`The demo has no act ${code}.`)
  return act
}
