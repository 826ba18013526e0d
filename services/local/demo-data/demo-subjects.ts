import { demoIdentityNumber, demoOrganisationCode } from './demo-codes.ts'

/** A fictional subject of the demo. */
export interface DemoSubject {
  code: string
  name: string
  legalRepresentative: { code: string; name: string }
}

const person = (name: string, county: string, birthday: string, serial: number) => ({
  code: demoIdentityNumber(county, birthday, serial),
  name,
})

const barred = person('赵虚构', '411729', '18750615', 11)

/** Subjects that documents and tests rely on; all are fictional, and the demo data is the same for every seed. */
export const demoSubjects = {
  /** Known to all three counties, with a small penalty in each, and listed in none. */
  clear: {
    code: demoOrganisationCode('91', '411528', 'MADE0001'),
    name: '虚构安心示例食品有限公司',
    legalRepresentative: person('钱虚构', '411528', '18800101', 12),
  },
  /** Listed in 411729 only, for food safety (办法 art. 5). Its representative is {@link demoSubjects.barredPerson}. */
  listedFood: {
    code: demoOrganisationCode('91', '411729', 'MADE0002'),
    name: '虚构劣迹示例食品有限公司',
    legalRepresentative: barred,
  },
  /** Listed in 411528 (art. 8) and in 410823 (art. 9). */
  listedTwice: {
    code: demoOrganisationCode('91', '410823', 'MADE0003'),
    name: '虚构两县示例商贸有限公司',
    legalRepresentative: person('孙虚构', '410823', '18821111', 13),
  },
  /** Listed in 411528 more than three years ago: its term is over. */
  listedOnce: {
    code: demoOrganisationCode('91', '411528', 'MADE0004'),
    name: '虚构期满示例建材有限公司',
    legalRepresentative: person('李虚构', '411528', '18770307', 14),
  },
  /** Listed in 410823 and removed early after two years. */
  removedEarly: {
    code: demoOrganisationCode('92', '410823', 'MADE0005'),
    name: '武陟县虚构修复示例餐饮店',
    legalRepresentative: person('周虚构', '410823', '18900520', 15),
  },
  /** Listed in 410823 for food safety; its licence was revoked, and the decision bars it from a new one for five years. */
  barredFood: {
    code: demoOrganisationCode('91', '410823', 'MADE0007'),
    name: '虚构吊证示例食品有限公司',
    legalRepresentative: person('吴虚构', '410823', '18860214', 16),
  },
  /** Not listed, but its representative is that of a listed enterprise; has penalties in 411528. */
  representedByBarred: {
    code: demoOrganisationCode('91', '411528', 'MADE0006'),
    name: '虚构新设示例食品有限公司',
    legalRepresentative: barred,
  },
} as const satisfies Record<string, DemoSubject>

/** Legal representative of an enterprise listed in 411729, barred from that post elsewhere (企业信息公示暂行条例 art. 18). */
export const demoBarredPerson: { code: string; name: string } = barred

/** A valid code that no county has any record of. */
export const demoUnknownSubject: string = demoOrganisationCode('91', '411528', 'MADE9999')
