import { demoOrganisationCode } from './demo-codes.ts'

/** What the files of a county say about it. */
export interface DemoCountyFacts {
  code: string
  name: string
  /** Character that its document numbers begin with. */
  short: string
  /** Body that decides penalties and listings. */
  organ: string
  organCode: string
  /** Superior that consents to a listing (办法 art. 22). */
  superior: string
  /** Agency in the exchange directory whose body it is. */
  exchangeAgency: string
}

const facts = (code: string, name: string, city: string, exchangeAgency: string): DemoCountyFacts => ({
  code,
  name,
  short: name.slice(0, 1),
  organ: `${name}市场监督管理局`,
  organCode: demoOrganisationCode('11', code, 'MB000001'),
  superior: `${city.slice(0, 1)}示例市监函`,
  exchangeAgency,
})

/** The counties of the demo. */
export const demoCountyFacts: readonly DemoCountyFacts[] = [
  facts('411528', '息县', '信阳', 'xixian-enforcement'),
  facts('411729', '新蔡县', '驻马店', 'xincai-enforcement'),
  facts('410823', '武陟县', '焦作', 'wuzhi-enforcement'),
]
