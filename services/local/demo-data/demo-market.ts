import { demoIdentityNumber, demoOrganisationCode } from './demo-codes.ts'
import { demoSubjects, type DemoSubject } from './demo-subjects.ts'
import type { Random } from './random.ts'

/** A subject and the counties it does business in, its own first. */
export interface MarketSubject extends DemoSubject {
  counties: readonly string[]
}

const words = [
  '安禾',
  '北辰',
  '春晖',
  '大槐',
  '丰谷',
  '古井',
  '禾苗',
  '金穗',
  '九里',
  '康宁',
  '老街',
  '明月',
  '南湾',
  '清河',
  '瑞雪',
  '三桥',
  '天中',
  '望淮',
  '小满',
  '阳坡',
]
const trades = ['食品', '商贸', '餐饮管理', '农业科技', '医药', '建材', '电子商务', '物流', '日化', '机械']
const surnames = ['虚', '甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸']
const given = ['示例', '样本', '假设', '设例', '例示', '演示', '模拟', '虚构']

/** Fictional subjects of all counties; about one in six does business in more than one of them. */
export function demoMarket(random: Random, counties: readonly string[], each: number): MarketSubject[] {
  return counties.flatMap((county) =>
    Array.from({ length: each }, (_, n) => marketSubject(random, counties, county, n)),
  )
}

function marketSubject(random: Random, counties: readonly string[], county: string, n: number): MarketSubject {
  const business = random.chance(0.25)
  const serial = `MAX${(n + 1).toString().padStart(5, '0')}`
  const name = `${random.pick(words)}${random.pick(words)}${random.pick(trades)}`
  const month = random.integer(1, 12).toString().padStart(2, '0')
  const day = random.integer(1, 28).toString().padStart(2, '0')
  const others = counties.filter((other) => other !== county && random.chance(0.1))
  return {
    code: demoOrganisationCode(business ? '92' : '91', county, serial),
    name: business ? `虚构${name}示例经营部${n + 1}` : `虚构${name}示例有限公司${n + 1}`,
    legalRepresentative: {
      name: `${random.pick(surnames)}${random.pick(given)}`,
      code: demoIdentityNumber(county, `${random.integer(1810, 1895)}${month}${day}`, random.integer(20, 999)),
    },
    counties: [county, ...others],
  }
}

/** Whether a code is one of the subjects that documents and tests rely on. */
export function isFixedSubject(code: string): boolean {
  return Object.values(demoSubjects).some((subject) => subject.code === code)
}
