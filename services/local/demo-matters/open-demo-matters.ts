import { DeliveryRepository } from '../../county/delivery/delivery.repository.ts'
import { restoreMarkIn } from '../../county/delivery/restore-mark.ts'
import type { AttachmentReference } from '../../county/delivery/contract.ts'
import { demoMatterCaseIds } from '../demo-data/demo-matter-cases.ts'
import type { DemoDesk } from './demo-desk.ts'
import { demoMatters } from './demo-matters.ts'
import { openAssistance, openClues } from './demo-clues-and-letters.ts'
import { demoStandard } from './demo-standards.ts'
import { enterTypicalCases } from './demo-typical-cases.ts'

const note = '（演示，纯属虚构）'

/**
 * Opens the matters of a county, as its officers would, while its node is not running; the other counties get them once
 * all run. What is there stays as it is. Gives how many were opened.
 */
export async function openDemoMatters(
  desk: DemoDesk,
  siteRecord: AttachmentReference,
  markFile: string,
): Promise<number> {
  const repository = new DeliveryRepository()
  const isNew = (await repository.highest(desk.db)) === 0
  let opened = await openClues(desk)
  opened += await openAssistance(desk)
  if (desk.county === '411528') {
    opened += await shareEvidence(desk, siteRecord, demoMatters.evidenceCited, {
      recipient: '411729',
      case: demoMatterCaseIds.origin,
      forCase: demoMatterCaseIds.ofClue,
    })
    opened += await openConsultation(desk, demoMatters.consultationConcluded, ['411729'])
    opened += await sendBulletin(desk, demoMatters.bulletinSent, {
      number: '息示例市监通〔演示〕1号',
      title: '门店宣传册虚假广告线索增多',
      text: `近期多家门店发放内容不实的宣传册，请各县关注${note}。`,
    })
    opened += await enterTypicalCases(desk)
  }
  if (desk.county === '411729') {
    opened += await shareEvidence(desk, siteRecord, demoMatters.evidenceArrived, {
      recipient: '411528',
      case: demoMatterCaseIds.comingFrom,
      forCase: demoMatterCaseIds.coming,
    })
    opened += await raiseDisputes(desk)
    opened += await openConsultation(desk, demoMatters.consultationOpen, ['411528', '410823'])
    opened += await sendBulletin(desk, demoMatters.bulletinUnread, {
      number: '新示例市监通〔演示〕1号',
      title: '直播间销售无标签食品',
      text: `直播间销售无标签食品的投诉增多，请各县核查本地仓库${note}。`,
    })
  }
  // A node that finds no mark beside a new database would take it for a restored one.
  if (isNew) await restoreMarkIn(markFile).reset(await repository.highest(desk.db))
  return opened
}

function shareEvidence(
  desk: DemoDesk,
  file: AttachmentReference,
  id: string,
  of: { recipient: string; case: string; forCase: string },
): Promise<number> {
  const yes = { answer: 'YES', note: null } as const
  const none = { answer: 'NOT_APPLICABLE', note: null } as const
  return desk.once(id, () =>
    desk.evidence.share(desk.context(), {
      case: of.case,
      recipients: [of.recipient],
      content: {
        evidence: 'RECORD',
        document: 'SITE_RECORD',
        title: `现场检查笔录${note}`,
        number: null,
        description: null,
        collectedPlace: '虚构路1号',
        appraiser: null,
        purpose: '证明门店发放内容不实的宣传册',
        forCase: of.forCase,
      },
      collectedAt: new Date(desk.clock.now().getTime() - 20 * 86_400_000),
      collectors: [`${desk.county}01`, `${desk.county}02`],
      checklist: [
        { item: 'LAWFUL_MEANS', ...yes },
        { item: 'TWO_OFFICERS', ...yes },
        { item: 'CERTIFICATES_SHOWN', ...yes },
        { item: 'SIGNED', ...yes },
        { item: 'ORIGINAL', ...yes },
        { item: 'RECORDED', ...yes },
        { item: 'CUSTODY', ...none },
        { item: 'QUALIFIED_BODY', ...none },
      ],
      file,
      attachments: [],
    }),
  )
}

async function raiseDisputes(desk: DemoDesk): Promise<number> {
  const raise = (id: string, own: string, other: string, county: string, reason: string): Promise<number> =>
    desk.once(id, () =>
      desk.disputes.raise(desk.context(), {
        case: own,
        otherCase: other,
        county,
        facts: `两县对同一主体的同一违法行为均已立案${note}。`,
        reason,
        directly: false,
        attachments: [],
      }),
    )
  const ids = demoMatterCaseIds
  const { disputeOpen, disputeLost, disputeWon } = demoMatters
  return (
    (await raise(disputeOpen, ids.answeredBy, ids.answered, '411729', '本县最先立案')) +
    (await raise(disputeLost, ids.leavingFor, ids.leaving, '411729', '本县最先立案')) +
    (await raise(disputeWon, ids.comingFrom, ids.coming, '411528', '息县最先立案'))
  )
}

function openConsultation(desk: DemoDesk, id: string, counties: readonly string[]): Promise<number> {
  return desk.once(id, () =>
    desk.consultations.open(desk.context(), {
      counties,
      question: {
        title: `门店宣传册虚假广告的裁量尺度${note}`,
        gravity: '涉及数县，群众反映强烈',
        field: 'OTHER',
        act: 'FALSE_ADVERTISING',
        subject: null,
        subjectName: null,
        originCase: null,
      },
      standard:
        desk.county === '411528'
          ? demoStandard('息县', '200000', '440000')
          : demoStandard('新蔡县', '200000', '600000'),
      attachments: [],
    }),
  )
}

function sendBulletin(
  desk: DemoDesk,
  id: string,
  { number, title, text }: { number: string; title: string; text: string },
): Promise<number> {
  return desk.once(id, () =>
    desk.bulletins.send(desk.context(), {
      recipients: undefined,
      content: {
        type: 'HOT_ISSUE',
        channel: 'OFFICIAL_DOCUMENT',
        documentNumber: number,
        title: `${title}${note}`,
        text,
        field: 'FOOD_AND_DRUGS',
        urgent: false,
        replyBy: null,
      },
      attachments: [],
    }),
  )
}
