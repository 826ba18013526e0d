import { access, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { rows } from '../../platform/database.ts'
import { penalties } from '../credit/penalty.table.ts'
import { subjects } from '../registry/subject.table.ts'
import { importFile, type ImportOptions } from './import-file.ts'
import {
  csv,
  identityNumber,
  moment,
  openPlace,
  organisationCode,
  penaltyCells,
  penaltyTable,
  standingClock,
} from './import-fixture.ts'

let place: Awaited<ReturnType<typeof openPlace>>
beforeAll(async () => {
  place = await openPlace()
})
afterAll(() => place.close())
beforeEach(async () => {
  await place.db.execute(sql`truncate penalty, subject, credit_listing, list_version cascade`)
})

const run = (path: string, other: Partial<ImportOptions> = {}) =>
  importFile({ path, county: '411528', database: place.db, clock: standingClock, ...other })
const stored = () => place.db.select().from(penalties).orderBy(penalties.documentNumber)
/** Row versions: a row that was only locked has another one as well. */
const versions = () => rows(place.db, sql`select xmin::text, xmax::text from penalty order by document_number`)
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

describe('importing penalties', () => {
  it('stores every field of the file, and the subject', async () => {
    const cells = penaltyCells(1, {
      legalRepresentativeCodeKind: '居民身份证',
      legalRepresentativeCode: identityNumber(7),
      confiscated: '1,234.5',
      licenceAction: '食品经营许可证 JY1411528',
      validUntil: '长期',
      publishedUntil: '2027年3月1日',
      organCode: '11500226753092798P',
      source: '息县示例市场监督管理局',
      sourceCode: '11500226753092798P',
      remark: '演示',
    })
    const summary = await run(await place.write('all.csv', csv(penaltyTable([cells]))))
    expect(summary).toEqual({
      kind: 'penalty',
      read: 1,
      inserted: 1,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      seconds: 0,
    })
    expect(await stored()).toEqual([
      {
        id: expect.stringMatching(/^411528:penalty:[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
        documentNumber: '息示例市监罚〔2026〕1号',
        subjectCode: organisationCode(1),
        subjectName: '虚构第1示例有限公司',
        subjectKind: '法人及非法人组织',
        legalRepresentative: '张示例',
        act: '经营超过保质期的食品',
        facts: '当事人经营超过保质期的食品，货值金额120元。',
        basis: '《中华人民共和国食品安全法》第一百二十四条第一款',
        kind: '罚款',
        content: '罚款伍仟元',
        fine: '0.500000',
        confiscated: '1234.500000',
        licenceAction: '食品经营许可证 JY1411528',
        decidedOn: '2026-03-01',
        validUntil: '2099-12-31',
        publishedUntil: '2027-03-01',
        organ: '息县示例市场监督管理局',
        organCode: '11500226753092798P',
        source: '息县示例市场监督管理局',
        sourceCode: '11500226753092798P',
        remark: '演示',
        contentHash: expect.stringMatching(/^[\w-]{22}$/),
        updatedAt: moment,
      },
    ])
    expect(await place.db.select().from(subjects)).toEqual([
      {
        code: organisationCode(1),
        name: '虚构第1示例有限公司',
        kind: 'ENTERPRISE',
        legalRepresentative: '张示例',
        legalRepresentativeCode: identityNumber(7),
        updatedAt: moment,
      },
    ])
  })

  it('changes nothing when the same file is imported again, whatever the day', async () => {
    const path = await place.write('twice.csv', csv(penaltyTable([1, 2, 3, 4, 5].map((n) => penaltyCells(n)))))
    await run(path, { batchSize: 2 })
    const before = [await stored(), await place.db.select().from(subjects), await versions()]
    const later = { ...standingClock, now: () => new Date('2027-06-01T00:00:00Z') }
    const again = await run(path, { batchSize: 3, clock: later })
    expect(again).toMatchObject({ read: 5, inserted: 0, updated: 0, unchanged: 5, rejected: 0 })
    expect([await stored(), await place.db.select().from(subjects), await versions()]).toEqual(before)
  })

  it('updates a row whose contents changed, keeps its id, and counts it', async () => {
    await run(await place.write('a.csv', csv(penaltyTable([penaltyCells(1), penaltyCells(2)]))))
    const before = await stored()
    const changed = penaltyCells(2, { fine: '0.75', legalRepresentative: '李示例' })
    const summary = await run(await place.write('b.csv', csv(penaltyTable([penaltyCells(1), changed]))))
    expect(summary).toMatchObject({ inserted: 0, updated: 1, unchanged: 1 })
    const after = await stored()
    expect(after[0]).toEqual(before[0])
    expect(after[1]).toMatchObject({ id: before[1]?.id, fine: '0.750000', legalRepresentative: '李示例' })
  })

  it('gives a natural person as subject when the row has an identity number only', async () => {
    const cells = penaltyCells(1, { organisationCode: '', personCodeKind: '身份证', personCode: identityNumber(9) })
    await run(await place.write('person.csv', csv(penaltyTable([cells]))))
    expect((await stored())[0]?.subjectCode).toBe(identityNumber(9))
    expect(await place.db.select({ kind: subjects.kind }).from(subjects)).toEqual([{ kind: 'NATURAL_PERSON' }])
  })

  it('rejects bad rows with every reason and imports the good ones', async () => {
    const bad: [string, Record<string, string>][] = [
      [
        '统一社会信用代码校验码错误',
        { organisationCode: `${organisationCode(2).slice(0, 17)}${organisationCode(2).endsWith('1') ? '2' : '1'}` },
      ],
      ['统一社会信用代码应为18位', { organisationCode: '9141152' }],
      ['以数字格式保存，已丢失精度', { organisationCode: '9.14412E+17' }],
      ['统一社会信用代码与证件号码均为空', { organisationCode: '' }],
      ['处罚决定日期不是有效日期', { decidedOn: '2026-02-30' }],
      ['处罚决定日期为空', { decidedOn: '无' }],
      ['处罚决定日期晚于今天', { decidedOn: '2026-11-22' }],
      ['处罚决定日期早于1949年10月1日', { decidedOn: '1900-01-01' }],
      ['处罚有效期早于处罚决定日期', { validUntil: '2026-02-28' }],
      ['公示截止期早于处罚决定日期', { publishedUntil: '2026-02-28' }],
      ['罚款金额不是有效金额', { fine: '-5' }],
      ['行政处罚决定书文号为空', { documentNumber: '-' }],
      ['违法事实为空', { facts: '　' }],
      ['法定代表人证件号码应为公民身份号码', { legalRepresentativeCode: organisationCode(3) }],
      ['法定代表人证件号码校验码错误', { legalRepresentativeCode: '110105194912310021' }],
      ['无法解码', { facts: '违法\ufffd事实' }],
    ]
    const given = [penaltyCells(1000), ...bad.map(([, other], n) => penaltyCells(n, other)), penaltyCells(1001)]
    const path = await place.write('bad.csv', csv(penaltyTable(given)))
    const summary = await run(path)
    expect(summary).toMatchObject({
      read: bad.length + 2,
      inserted: 2,
      rejected: bad.length,
      rejectedFile: `${path}.rejected.csv`,
    })
    const [head = '', ...lines] = (await readFile(`${path}.rejected.csv`, 'utf8')).trimEnd().split('\r\n')
    expect(head.startsWith('\ufeff行政相对人名称,')).toBe(true)
    expect(head.endsWith(',行号,原因')).toBe(true)
    for (const [index, [reason]] of bad.entries()) {
      expect(lines[index]).toContain(reason)
      expect(lines[index]).toMatch(new RegExp(`,${index + 3},`))
    }
  })

  it('removes the file of rejected rows once there are none, and leaves no temporary file', async () => {
    const path = await place.write('fixed.csv', csv(penaltyTable([penaltyCells(1, { organ: '' })])))
    await run(path)
    expect(await exists(`${path}.rejected.csv`)).toBe(true)
    await place.write('fixed.csv', csv(penaltyTable([penaltyCells(1)])))
    expect((await run(path)).rejectedFile).toBeUndefined()
    expect(await exists(`${path}.rejected.csv`)).toBe(false)
    expect(await exists(`${path}.rejected.csv.${process.pid}.tmp`)).toBe(false)
  })

  it('can import the corrected file of rejected rows', async () => {
    const path = await place.write('first.csv', csv(penaltyTable([penaltyCells(1, { decidedOn: '', remark: '=1+1' })])))
    const { rejectedFile = '' } = await run(path)
    const text = await readFile(rejectedFile, 'utf8')
    expect(text).toContain("'=1+1")
    const columns = penaltyTable([penaltyCells(1, { remark: '' })])[0] ?? []
    const lines = text.split('\r\n')
    const cells = (lines[1] ?? '').split(',')
    cells[columns.indexOf('处罚决定日期')] = '2026-03-01'
    const corrected = await place.write('corrected.csv', [lines[0], cells.join(',')].join('\r\n'))
    expect(await run(corrected)).toMatchObject({ inserted: 1, rejected: 0 })
    expect((await stored())[0]?.remark).toBe('=1+1')
  })

  it('makes no cell of the rejected file run as a formula', async () => {
    const remarks = ['=cmd|x', '+1', '-1', '@SUM(A1)', '\t=1', '＝1', '"=1"']
    const given = remarks.map((remark, n) => penaltyCells(n, { organ: '', remark }))
    const path = await place.write('formula.csv', csv(penaltyTable(given)))
    await run(path)
    const text = await readFile(`${path}.rejected.csv`, 'utf8')
    for (const cell of text.split(/\r\n|,/)) expect(cell.replace(/^"/, '')).not.toMatch(/^[=+\-@＝\t]/)
  })

  it('takes the first of two rows with one document number, unless they are equal, and names its line', async () => {
    const given = [penaltyCells(1), penaltyCells(2), penaltyCells(1), penaltyCells(1, { fine: '9' }), penaltyCells(1)]
    const path = await place.write('double.csv', csv(penaltyTable(given)))
    const summary = await run(path, { batchSize: 1 })
    expect(summary).toMatchObject({ read: 5, inserted: 2, unchanged: 2, rejected: 1 })
    expect(await readFile(`${path}.rejected.csv`, 'utf8')).toContain('文号与第2行重复而内容不同')
    expect((await stored())[0]?.fine).toBe('0.500000')
    expect(await run(path)).toMatchObject({ inserted: 0, updated: 0, unchanged: 4, rejected: 1 })
  })

  it('lets the last changed row name its subject and never pairs a number with another name', async () => {
    const given = [
      penaltyCells(1, { legalRepresentativeCode: identityNumber(1) }),
      penaltyCells(1001, { legalRepresentative: '' }),
      penaltyCells(2, { legalRepresentativeCode: identityNumber(2) }),
      penaltyCells(1002, { legalRepresentative: '王示例' }),
    ]
    for (const batchSize of [1, 10]) {
      await place.db.execute(sql`truncate penalty, subject cascade`)
      await run(await place.write('names.csv', csv(penaltyTable(given))), { batchSize })
      expect(await place.db.select().from(subjects).orderBy(subjects.code)).toMatchObject([
        { name: '虚构第1001示例有限公司', legalRepresentative: '张示例', legalRepresentativeCode: identityNumber(1) },
        { name: '虚构第1002示例有限公司', legalRepresentative: '王示例', legalRepresentativeCode: null },
      ])
    }
  })

  it('stops between batches when told, and a second run completes it', async () => {
    const path = await place.write(
      'stop.csv',
      csv(penaltyTable(Array.from({ length: 3000 }, (_, n) => penaltyCells(n)))),
    )
    const stop = new AbortController()
    const stopped = run(path, {
      batchSize: 100,
      signal: stop.signal,
      onProgress: ({ read }) => read >= 1000 && stop.abort(),
    })
    await expect(stopped).rejects.toThrow('aborted')
    const partly = (await stored()).length
    expect(partly).toBeGreaterThan(0)
    expect(partly).toBeLessThan(3000)
    expect(await run(path)).toMatchObject({ inserted: 3000 - partly, unchanged: partly })
  })

  it('imports 100,000 rows and tells how far it is', async () => {
    const given = Array.from({ length: 100_000 }, (_, n) => penaltyCells(n))
    const path = await place.write('large.csv', csv(penaltyTable(given)))
    const told: number[] = []
    const summary = await run(path, { onProgress: ({ done }) => told.push(done) })
    expect(summary).toMatchObject({ read: 100_000, inserted: 100_000, rejected: 0 })
    expect(told.length).toBeGreaterThan(100)
    expect(told).toEqual(told.toSorted((one, other) => one - other))
    expect(told.at(-1)).toBe(1)
  }, 240_000)
})
