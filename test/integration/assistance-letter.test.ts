import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PrintedRequest, printAssistanceLetter } from '../../services/county/assistance/assistance-letter.ts'
import { type WatchedPage, openBrowserPage } from '../journeys/browser.ts'

const request: PrintedRequest = {
  id: '411528:assistance:00000000-0000-4000-8000-000000000001',
  number: '息示例市监协查〔2026〕1号',
  title: '虚构安心示例食品有限公司发布虚假广告案',
  originCaseNumber: '息示例市监立〔2026〕17号',
  subjectName: '虚构安心示例食品有限公司',
  facts:
    '2026年2月10日，我局检查发现该公司在宣传册中称其产品可治疗疾病，涉嫌发布虚假广告。\n涉案宣传册由其门店印制发放。',
  fromAgencyName: '息县市场监督管理局',
  contactName: '虚构甲',
  contactPhone: '0376-0000000',
  contactAddress: '河南省信阳市息县虚构路1号',
  supplementNumber: '息示例市监协查〔2026〕补1号',
  supplementWhat: '请补充印制合同的付款凭证。',
  supplementAskedAt: new Date('2026-03-20T02:00:00.000Z'),
  enclosures: ['现场检查笔录（复印件）.pdf', '宣传册照片.jpg'],
  // Early in the morning of the next day in Shanghai.
  issuedAt: new Date('2026-03-01T17:00:00.000Z'),
}
const parts = [
  {
    agencyName: '新蔡县市场监督管理局',
    tasks: ['核实涉案宣传册的印制数量、时间和费用；', '询问门店负责人并制作询问笔录。'],
  },
  { agencyName: '新蔡县公安局', tasks: ['提供印刷厂经营者的身份信息和下落。'] },
]
/** Every text that a county may put into a letter, trying to be more than text. */
const attack = `</p><script>window.hacked = 1</script><img src="http://attacker.invalid/x" onerror="window.hacked = 2">
<style>@import url(http://attacker.invalid/y)</style><a href="javascript:window.hacked = 3">链接</a>&lt;b&gt;\u202E”'"`

describe('the letter of an assistance request in a browser', () => {
  let watched: WatchedPage
  beforeAll(async () => {
    watched = await openBrowserPage()
  })
  afterAll(() => watched?.close())

  async function show(html: string): Promise<void> {
    await watched.page.setContent(html, { waitUntil: 'load' })
    watched.hosts.clear()
    watched.problems.length = 0
  }
  /** Pages of the PDF that printing gives. */
  async function pages(): Promise<number> {
    const pdf = await watched.page.pdf({ preferCSSPageSize: true, printBackground: true })
    return Number(/\/Type\s*\/Pages\b[^>]*?\/Count (\d+)/su.exec(pdf.toString('latin1'))?.[1])
  }

  it('[A06] says in the order of form 17 who asks whom for what, by what law and until when', async () => {
    await show(printAssistanceLetter(request, parts))
    const text = await watched.page.innerText('main')
    const order = [
      '息县市场监督管理局',
      '息示例市监协查〔2026〕1号',
      '协助调查函',
      '新蔡县市场监督管理局、新蔡县公安局：',
      '我局正在办理“虚构安心示例食品有限公司发布虚假广告案”一案（案号：息示例市监立〔2026〕17号）',
      '《中华人民共和国行政处罚法》第二十六条、《市场监督管理行政处罚程序规定》第四十五条',
      '协查事项：',
      '（一）请新蔡县市场监督管理局协助：',
      '1．核实涉案宣传册的印制数量、时间和费用；',
      '2．询问门店负责人并制作询问笔录。',
      '（二）请新蔡县公安局协助：',
      '接到本函之日起十五个工作日内',
      '联系人：虚构甲　　联系电话：0376-0000000',
      '联系地址：河南省信阳市息县虚构路1号',
      '附件：1．现场检查笔录（复印件）.pdf',
      '（印　章）',
      '2026年3月2日',
      '本文书一式三份，二份送达，一份归档。',
    ]
    let from = 0
    for (const piece of order) {
      const found = text.indexOf(piece, from)
      expect([piece, found >= from]).toEqual([piece, true])
      from = found + piece.length
    }
    expect([...watched.hosts], watched.problems.join()).toEqual([])
  })

  it('[A06] takes one A4 page when it is a usual one, and as many as it needs when it is long', async () => {
    await show(printAssistanceLetter(request, parts))
    expect(await pages()).toBe(1)
    await show(printAssistanceLetter(request, parts.slice(0, 1)))
    expect(await pages()).toBe(1)
    const long = { ...request, facts: '案情复杂。'.repeat(600) }
    await show(printAssistanceLetter(long, parts))
    expect(await pages()).toBeGreaterThan(1)
    await watched.page.emulateMedia({ media: 'print' })
    // Nothing sticks out at the side: 210 mm less the margins are 156 mm.
    await watched.page.setViewportSize({ width: 590, height: 900 })
    expect(await watched.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(590)
    await watched.page.emulateMedia({ media: null })
  })

  it('[A06] shows hostile text as text: no script runs, nothing is loaded, no element comes of it', async () => {
    const hostile = {
      ...request,
      number: attack,
      title: attack,
      originCaseNumber: attack,
      subjectName: attack,
      facts: attack,
      fromAgencyName: attack,
      contactName: attack,
      contactPhone: attack,
      contactAddress: attack,
      supplementNumber: attack,
      supplementWhat: attack,
      enclosures: [attack],
    }
    const { page, hosts, problems } = watched
    await show(printAssistanceLetter(hostile, [{ agencyName: attack, tasks: [attack] }], true))
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.locator('script, img, a, iframe, body style').count()).toBe(0)
    await show(printAssistanceLetter(hostile, [{ agencyName: attack, tasks: [attack, attack] }]))
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.locator('script, img, a, iframe, body style').count()).toBe(0)
    expect(await page.title()).toContain('<script>')
    const text = await page.innerText('main')
    expect(text).toContain('<script>window.hacked = 1</script>')
    expect(text).not.toContain('\u202E')
    expect([...hosts], problems.join()).toEqual([])
    // Also a script that got in all the same would not run: the document's own policy forbids it.
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { text: 'window.hacked = 4' }))`,
    )
    expect(await page.evaluate('window.hacked')).toBeUndefined()
  })

  it('[A06] that asks for a supplement bears its own number and day, and names the letter before it', async () => {
    await show(printAssistanceLetter(request, parts, true))
    const text = await watched.page.innerText('main')
    expect(text).toContain('息示例市监协查〔2026〕补1号')
    expect(text).toContain('我局2026年3月2日以息示例市监协查〔2026〕1号协助调查函')
    expect(text).toContain('请补充印制合同的付款凭证。')
    expect(text).toContain('2026年3月20日')
    expect(text).not.toContain('附件')
    expect(await pages()).toBe(1)
  })

  it('[A06] is a draft without number and date before it is issued', async () => {
    await show(printAssistanceLetter({ ...request, number: null, issuedAt: null, fromAgencyName: '息县公安局' }, parts))
    const text = await watched.page.innerText('main')
    expect(text).toContain('（拟稿，未编号）')
    expect(text).toMatch(/年　　月　　日/u)
    // Who is no market regulator does not go by its rules.
    expect(text).not.toContain('程序规定')
  })
})
