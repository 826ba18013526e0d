/** A county of the demo. */
export interface DemoCounty {
  code: string
  /** Chinese name, and romanised for terminals without Chinese fonts. */
  name: string
  romanised: string
}

/** The three counties of the demo, in the order of their ports. */
export const demoCounties: readonly DemoCounty[] = [
  { code: '411528', name: '息县', romanised: 'Xixian' },
  { code: '411729', name: '新蔡县', romanised: 'Xincai' },
  { code: '410823', name: '武陟县', romanised: 'Wuzhi' },
]
