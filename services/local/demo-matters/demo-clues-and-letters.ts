import type { ClueDraft } from '../../county/clues/clue-transfer.service.ts'
import { demoCaseId, demoCaseNumbers } from '../demo-data/demo-cases.ts'
import { demoMatterCaseIds } from '../demo-data/demo-matter-cases.ts'
import { demoSubjects, type DemoSubject } from '../demo-data/demo-subjects.ts'
import type { DemoDesk } from './demo-desk.ts'
import { demoMatterRecords, demoMatters, uuidOf } from './demo-matters.ts'

const note = '（演示，纯属虚构）'

/** Drafts and sends the clues of a county. */
export async function openClues(desk: DemoDesk): Promise<number> {
  const { listedFood, listedTwice, clear, representedByBarred } = demoSubjects
  const advertising = ['FALSE_ADVERTISING', '涉嫌发布虚假广告'] as const
  if (desk.county === '411729') {
    const clue = clueAbout('411528', representedByBarred, ['EXPIRED_FOOD', '涉嫌经营超过保质期的食品'])
    return sendClue(desk, demoMatters.clueArrived, clue, '新示例市监移〔演示〕1号')
  }
  if (desk.county !== '411528') return 0
  const filed = clueAbout('411729', listedFood, advertising, demoMatterCaseIds.origin)
  const waiting = clueAbout('411729', listedTwice, ['CONSUMER_RIGHTS_VIOLATION', '涉嫌侵害消费者合法权益'])
  const draft = clueAbout('411729', clear, advertising)
  return (
    (await sendClue(desk, demoMatters.clueFiled, filed, '息示例市监移〔演示〕1号')) +
    (await sendClue(desk, demoMatters.clueWaiting, waiting, '息示例市监移〔演示〕2号')) +
    (await sendClue(desk, demoMatters.clueToAnnounce, draft)) +
    (await sendClue(desk, demoMatters.clueToSend, draft))
  )
}

function clueAbout(
  recipient: string,
  subject: DemoSubject,
  [act, what]: readonly [string, string],
  originCase: string | null = null,
): ClueDraft {
  return {
    recipient,
    content: {
      title: `${subject.name}${what}线索${note}`,
      source: 'INSPECTION',
      field: 'FOOD_AND_DRUGS',
      supervisionStage: 'DISTRIBUTION',
      act,
      topics: ['LIVELIHOOD'],
      priorities: ['STRONG_COMPLAINTS'],
      methodNote: null,
      subject: subject.code,
      subjectName: subject.name,
      facts: `检查发现${subject.name}在贵县的门店${what}${note}。`,
      originCase,
    },
    items: [
      { kind: 'GOODS', name: '涉案物品', quantity: '3箱', note: '封存' },
      { kind: 'PAPERS', name: '现场检查笔录', quantity: '1份', note: null },
    ],
  }
}

/** Drafts a clue, and sends it when it has a number. */
function sendClue(desk: DemoDesk, id: string, clue: ClueDraft, number?: string): Promise<number> {
  return desk.once(id, async () => {
    const { id: drafted } = await desk.clues.draft(desk.context(), undefined, clue)
    if (number === undefined) return
    await desk.clues.send(desk.context(), drafted, { number, certificate: null, attachments: [] })
  })
}

/** Drafts and issues the letters for assistance of a county. */
export async function openAssistance(desk: DemoDesk): Promise<number> {
  const [advertising] = demoCaseNumbers.duplicates
  if (desk.county === '411729') {
    const parts = [part('411528', '核实涉案宣传册的印制数量、时间和费用')]
    const given = { case: demoCaseId('411729', advertising), parts, number: '新示例市监协查〔演示〕1号' }
    return writeLetter(desk, demoMatterRecords.letterArrived, [demoMatters.assistanceGiven], given)
  }
  if (desk.county !== '411528') return 0
  const parts = [
    part('411729', '核实涉案宣传册的印制数量、时间和费用', '询问门店负责人并制作询问笔录'),
    part('410823', '核实印刷厂的登记情况和现住所'),
  ]
  const asked = [demoMatters.assistanceAsked, demoMatters.assistanceAskedToo]
  const issued = { case: demoMatterCaseIds.origin, parts, number: '息示例市监协查〔演示〕1号' }
  const draft = { case: demoMatterCaseIds.undisputed, parts: [part('410823', '核实同一主体的投诉记录')] }
  return (
    (await writeLetter(desk, demoMatterRecords.letterIssued, asked, issued)) +
    (await writeLetter(desk, demoMatterRecords.letterToIssue, [demoMatters.assistanceToIssue], draft))
  )
}

interface AskedPart {
  county: string
  agency: null
  name: null
  tasks: string[]
}

function part(county: string, ...tasks: string[]): AskedPart {
  return { county, agency: null, name: null, tasks }
}

/** Drafts a letter, and issues it when it has a number. */
async function writeLetter(
  desk: DemoDesk,
  letter: string,
  ids: readonly string[],
  given: { case: string; parts: readonly AskedPart[]; number?: string },
): Promise<number> {
  const last = ids.at(-1) ?? ''
  const before = [letter, ...ids.slice(0, -1).map(uuidOf)]
  const made = await desk.once(
    last,
    async () => {
      await desk.assistance.draft(desk.context(), undefined, {
        case: given.case,
        subject: null,
        facts: `检查发现当事人在贵县的门店发放宣传册，所载内容不实${note}。`,
        contact: { name: '乙示例', phone: '0376-0000000', address: '虚构路1号' },
        parts: given.parts,
      })
      if (given.number === undefined) return
      const { number } = given
      await desk.assistance.issue(desk.context(), letter, { number, certificate: null, attachments: [] })
    },
    before,
  )
  return made * ids.length
}
