import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { assistanceLetterStyle } from './assistance-letter.style.ts'
import type { AssistanceRow, PartRow } from './assistance-request.repository.ts'

/** What the printed letter shows of a request. */
export type PrintedRequest = Pick<
  AssistanceRow,
  | 'id'
  | 'number'
  | 'title'
  | 'originCaseNumber'
  | 'subjectName'
  | 'facts'
  | 'fromAgencyName'
  | 'contactName'
  | 'contactPhone'
  | 'contactAddress'
  | 'enclosures'
  | 'issuedAt'
  | 'supplementNumber'
  | 'supplementWhat'
  | 'supplementAskedAt'
>
/** What the printed letter shows of a part. */
export type PrintedPart = Pick<PartRow, 'agencyName' | 'tasks'>

/**
 * The printed 协助调查函, form 17 of 《市场监督管理行政处罚文书格式范本》 (国市监法发〔2021〕42号), laid out as a letter (信函格式) of
 * 《党政机关公文格式》 GB/T 9704-2012: one self-contained HTML document without scripts, whose policy allows nothing but its
 * own style. Whatever the request says is escaped. Without number and date while it is a draft. With `supplement` the letter that
 * asked for a supplement last, rather than the first one.
 */
export function printAssistanceLetter(
  request: PrintedRequest,
  parts: readonly PrintedPart[],
  supplement = false,
): string {
  const { fromAgencyName } = request
  const [number, day] = supplement
    ? [request.supplementNumber, request.supplementAskedAt]
    : [request.number, request.issuedAt]
  const title = number === null ? '协助调查函（拟稿）' : `协助调查函 ${number}`
  const addressees = [...new Set(parts.map(({ agencyName }) => agencyName))]
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${assistanceLetterStyle}</style>
</head>
<body>
<main>
<header>${line(fromAgencyName)}</header>
<p class="number">${number === null ? '（拟稿，未编号）' : line(number)}</p>
<h1>协助调查函</h1>
<p class="addressees">${addressees.map(line).join('、')}：</p>
${(supplement ? supplementOf(request) : bodyOf(request, parts)).join('\n')}
<section class="signature">
<p>${line(fromAgencyName)}</p>
<p class="seal">（印　章）</p>
<p>${chineseDay(day)}</p>
</section>
<footer>
<p>本文书一式${chineseNumber(addressees.length + 1)}份，${chineseNumber(addressees.length)}份送达，一份归档。</p>
<p class="trace">电子函件标识：${line(request.id)}（以双方县节点签名留存的电子记录为准）</p>
</footer>
</main>
</body>
</html>
`
}

function bodyOf(request: PrintedRequest, parts: readonly PrintedPart[]): string[] {
  const { title, originCaseNumber, subjectName, facts, enclosures } = request
  return [
    paragraph(
      `${us(request)}正在办理“${title}”一案（案号：${originCaseNumber}），协查对象为${subjectName}。为查明案件事实，依据${law(request)}的规定，请你单位协助调查取证。`,
    ),
    paragraph(`案情简要：${facts}`),
    '<p class="head">协查事项：</p>',
    ...parts.flatMap(({ agencyName, tasks }, index) => [
      ...(parts.length === 1 ? [] : [`<p class="part">（${chineseNumber(index + 1)}）请${line(agencyName)}协助：</p>`]),
      ...tasks.map((task, place) => paragraph(`${place + 1}．${task}`)),
    ]),
    ...closing(request),
    ...enclosures.map((name, index) => paragraph(`${index === 0 ? '附件：' : '　　　'}${index + 1}．${name}`)),
  ]
}

function supplementOf(request: PrintedRequest): string[] {
  const { title, originCaseNumber, number, issuedAt, supplementWhat } = request
  return [
    paragraph(
      `${us(request)}${chineseDay(issuedAt)}以${number ?? ''}协助调查函，就“${title}”一案（案号：${originCaseNumber}）请你单位协助调查取证，你单位已经函复。为进一步查明案件事实，依据${law(request)}的规定，请你单位补充协查以下事项：`,
    ),
    paragraph(supplementWhat ?? ''),
    ...closing(request),
  ]
}

function closing(request: PrintedRequest): string[] {
  const asker = us(request)
  return [
    paragraph(
      `请你单位在接到本函之日起十五个工作日内完成相关工作，将协查结果和有关证据材料加盖印章后函复${asker}。需要延期完成的，请在期限届满前告知${asker}；不属于你单位职权范围的，请说明理由。`,
    ),
    paragraph(`联系人：${request.contactName}　　联系电话：${request.contactPhone}`),
    paragraph(`联系地址：${request.contactAddress}`),
  ]
}

function us({ fromAgencyName }: PrintedRequest): string {
  return fromAgencyName.endsWith('局') ? '我局' : '我单位'
}

function law({ fromAgencyName }: PrintedRequest): string {
  const rules = fromAgencyName.includes('市场监督管理') ? '、《市场监督管理行政处罚程序规定》第四十五条' : ''
  return `《中华人民共和国行政处罚法》第二十六条${rules}`
}

/** One paragraph for each line of the text. */
function paragraph(text: string): string {
  return text
    .split(/\r?\n/u)
    .filter((each) => each.trim() !== '')
    .map((each) => `<p>${escaped(each)}</p>`)
    .join('\n')
}

/** A text on one line. */
function line(text: string): string {
  return escaped(text.replaceAll(/[\r\n\t]+/gu, ' '))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML shows it. What turns the direction of writing is left out: it could make a letter say something else. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .replaceAll(/[&<>"']/gu, (sign) => entities[sign] ?? '')
}

/** The day in Shanghai as official documents write it, e.g. 2026年3月2日; blank while there is none. */
function chineseDay(moment: Date | null): string {
  if (moment === null) return '　　　　年　　月　　日'
  const [year, month, day] = shanghaiDay(moment).split('-')
  return `${year ?? ''}年${Number(month)}月${Number(day)}日`
}

/** A number from 1 to 99 in Chinese, as forms count copies and parts. */
function chineseNumber(number: number): string {
  const digits = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九']
  const tens = Math.floor(number / 10)
  const ten = tens === 0 ? '' : `${tens === 1 ? '' : (digits[tens] ?? '')}十`
  return `${ten}${digits[number % 10] ?? ''}`
}
