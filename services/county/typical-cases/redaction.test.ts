import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KnownNames, redact, residues } from './redaction.ts'

const nobody: KnownNames = { people: [], organisations: [], others: [] }
const known: KnownNames = {
  people: ['张三丰', '李四', '欧阳虚构'],
  organisations: ['息县虚构安心示例食品有限公司', '新蔡县示例（虚构）百货商行'],
  others: ['91411528MADE000117', '息市监立〔2026〕1号', '41152801', '安心牌'],
}

const digits = (count: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: count, maxLength: count })
const wide = (text: string) =>
  text.replace(/[0-9A-Z]/g, (each) => String.fromCodePoint((each.codePointAt(0) ?? 0) + 0xfee0))
const joinedBy = (text: string, gap: string) => Array.from(text).join(gap)

/** Secrets as people write them. */
const secret = fc.oneof(
  // Identity numbers, also spaced, in full width, with X.
  fc
    .tuple(
      fc.constantFrom('411528', '110101', '440524'),
      fc.constantFrom('19900101', '18850230'),
      digits(3),
      fc.constantFrom('X', 'x', '7'),
    )
    .map((parts) => parts.join(''))
    .chain((number) =>
      fc.constantFrom(number, wide(number), `${number.slice(0, 6)} ${number.slice(6, 14)} ${number.slice(14)}`),
    ),
  // Unified social credit codes.
  fc
    .tuple(
      fc.constantFrom('91411528', '92411729', '52410823'),
      fc.string({
        unit: fc.constantFrom(...Array.from('0123456789ABCDEFGHJKLMNPQRTUWXY')),
        minLength: 10,
        maxLength: 10,
      }),
    )
    .map(([head, tail]) => head + tail)
    .chain((code) => fc.constantFrom(code, wide(code), code.toLowerCase())),
  // Mobile and other telephones.
  fc
    .tuple(fc.constantFrom('138', '199', '150'), digits(8))
    .chain(([head, tail]) =>
      fc.constantFrom(
        head + tail,
        wide(head + tail),
        `${head}-${tail.slice(0, 4)}-${tail.slice(4)}`,
        `${head} ${tail.slice(0, 4)} ${tail.slice(4)}`,
      ),
    ),
  digits(7).chain((tail) =>
    fc.constantFrom(`0376-${tail}`, `（0376）${tail}`, `0396${tail}`, `400-${tail.slice(0, 3)}-${tail.slice(3)}`),
  ),
  // Bank cards.
  fc
    .integer({ min: 16, max: 19 })
    .chain((length) => digits(length - 4).map((rest) => `6222${rest}`))
    .chain((card) => fc.constantFrom(card, card.replace(/(.{4})(?=.)/g, '$1 '))),
  // Plates.
  fc
    .tuple(
      fc.constantFrom('豫S', '豫Q', '京A'),
      fc.constantFrom('12345', 'D1234', 'AF5678', '88B8挂'),
      fc.constantFrom('', '·'),
    )
    .map(([head, tail, dot]) => head + dot + tail),
  // Addresses.
  fc
    .tuple(
      fc.constantFrom('', '息县', '河南省息县', '新蔡县'),
      fc.constantFrom('虚构镇', '示例乡', '示例街道', ''),
      fc.constantFrom('虚构路', '示例大街', '示例大道', '示例巷', '虚构村', '示例小区'),
      fc.integer({ min: 1, max: 999 }),
      fc.constantFrom('号', '号院2号楼3单元401室', '组', '栋'),
    )
    .map(([county, town, road, number, rest]) => `${town}${road}${number}${rest}`.replace(/^/, county)),
  // Names that are known, also spaced and in other parentheses.
  fc
    .constantFrom(...known.people)
    .chain((name) => fc.constantFrom(name, joinedBy(name, ' '), joinedBy(name, '·'), joinedBy(name, '\u200b'))),
  fc
    .constantFrom(...known.organisations)
    .chain((name) => fc.constantFrom(name, name.replace('（', '(').replace('）', ')'), joinedBy(name, ' '))),
  fc.constantFrom(...known.others).chain((name) => fc.constantFrom(name, wide(name))),
  // Names that only their place tells.
  fc
    .tuple(
      fc.constantFrom('当事人', '法定代表人：', '经营者', '举报人'),
      fc.constantFrom('王', '刘', '赵', '司马'),
      fc.constantFrom('建国', '虚', '示例'),
    )
    .map((parts) => `${parts.join('')}，`),
  // Numbers of a case's documents.
  fc.constantFrom('息示例市监处罚〔2026〕12号', '新示例市监立字[2026]第3号'),
  fc.constantFrom('上海虚构贸易有限公司', '示例养殖专业合作社', 'someone@example.com', '微信号：wxid_abc123'),
)

/** What people write around them. */
const plain = fc.constantFrom(
  '2026年3月1日，执法人员到',
  '检查发现',
  '货值金额12345.67元，',
  '违法所得1234567元。',
  '销售给',
  '依据《中华人民共和国食品安全法》第一百二十四条，',
  '根据国家市场监督管理总局令第44号，',
  '罚款5万元；',
  '电话',
  '住址为',
  '、',
  '\n',
  ' ',
  '（',
  '）',
  '以案释法',
)

/** The secret without what may be said: county, role and surname. */
const core = (text: string): string =>
  text
    .replace(/^(河南省)?(息县|新蔡县)/, '')
    .replace(/^(当事人|法定代表人：|经营者|举报人)(司马|.)/, '')
    .replace(/[，\s\u200b]/g, '')

describe('a redacted text (A13)', () => {
  it('[A13] has none left of the names, numbers and addresses that were in it, whatever stands around them', () => {
    const text = fc.array(
      fc.oneof(
        plain,
        secret.map((value) => ({ value })),
      ),
      { minLength: 1, maxLength: 12 },
    )
    fc.assert(
      fc.property(text, (parts) => {
        const whole = parts.map((each) => (typeof each === 'string' ? each : each.value)).join('')
        const redacted = redact(whole, known)
        expect(residues(redacted, known), redacted).toEqual([])
        const bare = redacted.replace(/[\s\u200b]/g, '')
        for (const part of parts) {
          if (typeof part === 'string') continue
          const left = core(part.value)
          // One or two characters can stand anywhere in what may be said.
          if (Array.from(left).length > 2) expect(bare).not.toContain(left)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('[A13] is found by the check as long as anything is left', () => {
    fc.assert(
      fc.property(fc.array(plain), secret, fc.array(plain), (before, value, after) => {
        expect(residues([...before, '\n', value, '\n', ...after].join(''), known), value).not.toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })

  it('is the same when it is redacted again', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, secret)), (parts) => {
        const redacted = redact(parts.join(''), known)
        expect(redact(redacted, known)).toBe(redacted)
      }),
    )
  })

  it.each([
    ['points', '411528.1990.0101.1234'],
    ['narrow blanks', '138\u20091234\u20095678'],
    ['hyphens that do not break', '138\u20111234\u20115678'],
    ['points in a telephone', '138.1234.5678'],
    ['Chinese digits', '一三八一二三四五六七八'],
    ['Chinese digits as people say them', '幺三八 幺二三四 五六七八'],
    ['digits for cheques', '壹叁捌壹贰叁肆伍陆柒捌'],
    ['digits of mathematics', '𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖'],
    ['digits in circles', '①③⑧①②③④⑤⑥⑦⑧'],
    ['digits of another script', '١٣٨١٢٣٤٥٦٧٨'],
    ['signs that turn the direction', '138\u20661234\u20695678'],
    ['a known code in groups', '9141-1528-MADE-000117'],
    ['a known code with points', '9141.1528.MADE.000117'],
    ['a known name with points', '张.三.丰'],
    ['a known name with hyphens', '张-三-丰'],
    ['a known name with a selector of variants', '张\ufe00三\u{e0100}丰'],
    ['a known name with joiners', '张\u034f三\u2066丰'],
    ['a known name in ideographs that stand twice in Unicode', '\uf9e1四'],
    ['a plate in groups', '豫 S 12345'],
    ['a plate with a point', '豫S.12345'],
    ['an address of the web', 'www.example.com'],
    ['an address for mail in full width', 'someone＠example．com'],
  ])('[A13] is found and masked in this spelling: %s', (_, spelt) => {
    const text = `据查，${spelt}，属实。`
    expect(residues(text, known)).not.toEqual([])
    const redacted = redact(text, known)
    expect(residues(redacted, known)).toEqual([])
    expect(redacted).toMatch(/^据查[，,](?:×××|张某|李某)[，,]属实。$/)
  })

  it('takes any sign in a name that is known', () => {
    const odd = '甲-乙.丙*[丁]{1}^$|\\/+?(戊)'
    expect(redact(`见${odd}。`, { ...nobody, others: [odd] })).toBe('见×××。')
  })

  it('reads as a published case does', () => {
    const text =
      '2026年3月1日，执法人员到息县城关镇示例大街12号检查，发现息县虚构安心示例食品有限公司（统一社会信用代码91411528MADE000117）' +
      '销售过期食品，货值金额12345.67元。法定代表人张三丰（电话13812345678，身份证号411528199001011234）承认用豫S12345运货。'
    expect(redact(text, known)).toBe(
      '2026年3月1日，执法人员到息县某地检查，发现某公司（统一社会信用代码×××）' +
        '销售过期食品，货值金额12345.67元。法定代表人张某（电话×××，身份证号×××）承认用×××运货。',
    )
  })

  it.each([
    '依据《中华人民共和国行政处罚法》第二十八条、国家市场监督管理总局令第44号，罚款5万元，没收违法所得1234567.89元。',
    '当事人高度重视，积极整改。当事人于2026年3月1日前改正。消费者权益受到损害，经营者应当赔偿。',
    '县市场监督管理局在农村道路、乡村市场开展检查，全县城镇和乡镇广场秩序良好，社会关注度高。',
    '通过网络销售12000件，涉及3个省，典型意义：警示教育同类市场主体守法经营。',
    '某公司、张某、某地、×××均已隐去。',
    '①2025年至二〇二六年共检查12户；②二〇二五—二〇二六年度，罚没款12,345,678.90元；③抽检３批次，合格率99.5%。',
    '依据《市场监管执法文书格式范本》（国市监法发〔2021〕42号）和国办发〔2020〕49号文件办理。',
  ])('leaves alone what may be said: %s', (text) => {
    expect(residues(text, nobody)).toEqual([])
    expect(redact(text, nobody)).toBe(text)
  })
})

describe('the time that redaction takes', () => {
  it.each([
    '路',
    '市一',
    '１2',
    '张',
    'A1 ',
    '有限公',
    '示例大街1',
    '豫A1',
    '当事人：',
    '1-',
    '一',
    '一 ',
    '１.',
    '豫 ',
  ])('grows with the text, not with what the text is made to be: %s', (sign) => {
    // Minutes, if it grew with the square of the square.
    const text = sign.repeat(Math.ceil(20_000 / sign.length))
    expect(residues(redact(text, known), known)).toEqual([])
  })
})
