/** What must not stand in a published text. */
export const redactionKinds = [
  'NAME',
  'ORGANISATION',
  'NUMBER',
  'PLATE',
  'CONTACT',
  'ADDRESS',
  'HIDDEN',
  'INVISIBLE',
] as const
/** A kind of {@link redactionKinds}. */
export type RedactionKind = (typeof redactionKinds)[number]

/** A pattern and what stands in its place. */
export interface RedactionRule {
  kind: RedactionKind
  pattern: RegExp
  mask: string | ((...groups: string[]) => string)
}

const digit = '[0-9０-９]'
const letter = '[A-Za-zＡ-Ｚａ-ｚ]'
const sign = '[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]'
const gap = '[ \\u00a0\\u2000-\\u200a\\u202f\\u3000\\-‐‑‒–—－·_]'
const dot = '[.．]'
const written = '[〇○零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]'
const unit = '(?:元|万|亿|角|人|件|个|只|瓶|盒|袋|箱|台|份|次|吨|公斤|千克|克|斤|升|毫升|平方米|米)'
const provinces = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'

/** Han characters that no name of a place or an enterprise goes on through. */
const stop = '某的在到于至从往住位和与及了因由对向将被把让称'
const word = `(?:(?![${stop}])\\p{Script=Han})`

const suffixes = '有限责任公司|股份有限公司|有限公司|股份公司|集团公司|合作社|经营部|商行|门市部'

const roles =
  '当事人|法定代表人|负责人|经营者|投资人|股东|店主|老板|业主|举报人|投诉人|证人|被害人|受害人|驾驶员|司机|执法人员|办案人员|联系人'
const surnames =
  '欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|[王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧曹袁邓傅沈彭吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴夏钟汪田姜范姚谭廖邹熊陆郝孔崔康毛邱秦顾侯邵孟龙雷钱汤尹黎乔贺赖龚]'
const given = '(?!某)\\p{Script=Han}{1,2}'
const end = '(?=[^\\p{Script=Han}]|$|先生|女士)'

const place =
  '(?:(?<!农|乡)村|(?<!城|乡)镇|乡(?!村|镇|亲)|街道(?!办)|办事处|社区(?!团购|矫正|服务)|小区|花园|家园|大厦|广场|工业园|产业园|园区|大道|胡同|巷|弄|庄|街|(?<!道|公|线|思|电|铁|销|套|出)路|市场(?!监|主|准|秩))'
const ordinal = '[0-9０-９一二三四五六七八九十百零〇甲乙丙丁A-Za-zＡ-Ｚ]{1,6}'
const part = `(?:${ordinal} ?(?:号楼|号院|号|栋|幢|座|单元|楼|层|室|组|排|户))`

const rule = (kind: RedactionKind, pattern: string, mask: RedactionRule['mask']): RedactionRule => ({
  kind,
  pattern: new RegExp(pattern, 'gu'),
  mask,
})

/** Characters that nobody sees and that would keep a pattern from finding what they stand in. */
export const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\u2028\u2029\u2800]/gu

/**
 * What is recognised without being known: numbers of persons, enterprises, telephones, bank cards and vehicles, addresses,
 * enterprises by their form, persons by what they are called. When in doubt it is taken for one.
 */
export const generalRules: readonly RedactionRule[] = [
  { kind: 'INVISIBLE', pattern: invisible, mask: '' },
  rule('CONTACT', '[\\w.+\\-]+@[\\w\\-]+(?:\\.[\\w\\-]+)+', '×××'),
  rule('CONTACT', '(?:https?://|(?<![A-Za-z0-9])www\\.)[^\\s，。；、）)]+', '×××'),
  rule(
    'CONTACT',
    `((?:微信|VX|vx|QQ|ＱＱ|抖音|快手|支付宝|账|帐)(?:号码|账号|帐号|号|户)?)[:：为是 ]{0,2}${sign}[\\w.\\-]{4,}`,
    (_all, what = '') => `${what}×××`,
  ),
  rule('NUMBER', `(?<!${sign})(?=(?:${letter}*${digit}){6})${sign}{15,}`, '×××'),
  rule('NUMBER', `(?<!${digit})${digit}(?:${gap}{0,2}${digit}){14,}[XxＸｘ]?`, '×××'),
  rule('NUMBER', `(?<!${digit})${digit}{6}${dot}${digit}{4}${dot}?${digit}{4}${dot}${digit}{3}[0-9０-９XxＸｘ]`, '×××'),
  rule('NUMBER', `(?<!${digit})[1１]${digit}{2}${dot}${digit}{4}${dot}${digit}{4}(?!${digit})`, '×××'),
  // Seven in a row are no quantity, which has 十, 百 and 千 in it, and no year; nine with gaps no years from and to.
  rule('NUMBER', `${written}{7,}|${written}(?:${gap}?${written}){8,}`, '×××'),
  rule('NUMBER', `(?:(?!${digit})\\p{Nd}){5,}`, '×××'),
  rule('NUMBER', `(?<!${digit})[1１]${gap}?[3-9３-９](?:${gap}?${digit}){9}(?!${digit})`, '×××'),
  rule('NUMBER', `[（(]?(?<!${digit})[0０]${digit}{2,3}[）)]?${gap}{0,2}${digit}{7,8}(?!${digit})`, '×××'),
  rule('NUMBER', `(?<!${digit})[48４８][0０]{2}${gap}?${digit}{3,4}${gap}?${digit}{3,4}(?!${digit})`, '×××'),
  rule('NUMBER', `(?<!${digit})${digit}{11,}(?!${digit})`, '×××'),
  rule('NUMBER', `(?<![0-9０-９.．])${digit}{7,}(?!${digit}|[.．]?${digit}*余? ?${unit})`, '×××'),
  // 文书文号 of a case; those of published rules have none of these signs before the year.
  rule('NUMBER', `${word}{0,12}[立罚处移告案改查]字?[〔\\[（(【]${digit}{4}[〕\\]）)】] ?第?${digit}+ ?号`, '×××'),
  rule('PLATE', `[${provinces}]${gap}?[A-Za-zＡ-Ｚ](?:${gap}|${dot})?${sign}{4,5}(?:${sign}|[挂学警港澳领使])`, '×××'),
  rule('ORGANISATION', `(?:${word}|[A-Za-z0-9（）()]){2,24}(${suffixes})`, (_all, form = '') => organisationMask(form)),
  rule(
    'NAME',
    `((?:${roles})(?:姓名)?[\\s:：系为是]{0,2})(${surnames})${given}${end}`,
    (_all, role = '', surname = '') => `${role}${surname}某`,
  ),
  rule('NAME', `(${surnames})${given}(?=先生|女士)`, (_all, surname = '') => `${surname}某`),
  rule('ADDRESS', `(?<=[省市县区旗])${word}{1,6}${place}(?:${word}{0,6}${place}){0,4}(?: ?${part}){0,6}`, '某地'),
  rule('ADDRESS', `${word}{1,10}${place}(?: ?${part}){1,6}`, '某地'),
  rule('ADDRESS', `${ordinal} ?(?:号楼|号院|栋|幢|单元)(?: ?${part}){0,6}`, '某地'),
]

/** What stands for an enterprise: 某公司, 某合作社 … */
export function organisationMask(name: string): string {
  const form = new RegExp(`(?:${suffixes})$`, 'u').exec(name)?.[0] ?? '公司'
  return form.endsWith('公司') ? '某公司' : `某${form}`
}
