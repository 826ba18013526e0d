import { type BothLanguages, said } from '../matters/matter-view.ts'
import type { ClueBodies, ClueMessage, HandoverItem } from './clue-transfer.document.ts'
import { testingKindLabels } from './clue-transfer.labels.ts'

/** What an envelope of a clue transfer says, in plain words; a subject's code is never among them. */
export function describeClue<Event extends keyof ClueBodies>({
  event,
  body,
}: Extract<ClueMessage, { event: Event }>): BothLanguages {
  return sentences[event](body as ClueBodies[Event])
}

const sentences: { [Event in keyof ClueBodies]: (body: ClueBodies[Event]) => BothLanguages } = {
  GIVE_NOTICE: ({ clue, request }) => ({
    zh: `事先通报线索“${clue.title}”，请予协助、配合和支持：${request}`,
    en: `gave notice of the clue “${clue.title}” and asked for assistance: ${request}`,
  }),
  SEND: transferred,
  SEND_AFTER_NOTICE: transferred,
  WITHDRAW: ({ reason }) => said('撤回通报', 'withdrew the notice', reason),
  RECEIVE: ({ takenOverBy: { name, certificate }, differences }) => {
    const zh = differences.map(({ position, remark }) => `第${position}项${remark}`).join('；')
    const en = differences.map(({ position, remark }) => `line ${position}: ${remark}`).join('; ')
    return {
      zh: `签收，接收人${name}（${certificate}），${zh === '' ? '与移交清单相符' : `与移交清单不符：${zh}`}`,
      en: `received it, taken over by ${name} (${certificate}), ${en === '' ? 'as listed' : `not as listed: ${en}`}`,
    }
  },
  ACCEPT: ({ note }) => said('接受移送', 'accepted the clue', note),
  RETURN: ({ note }) =>
    said('按管辖争议的结果退回移送方', 'gave it back to its sender, as the dispute was settled', note),
  OBJECT: ({ reason }) =>
    said(
      '提出管辖异议，由管辖争议协商或者报请共同的上一级机关指定管辖，不得再自行移送',
      'objected to the jurisdiction: the dispute is settled or goes to the common superior, and the clue is not passed on',
      reason,
    ),
  VERIFY: ({ note }) => said('开展核查', 'began to verify', note),
  EXTEND: ({ reason, approvedBy }) => ({
    zh: `经负责人${approvedBy}批准，核查期限延长15个工作日：${reason}`,
    en: `extended the limit of verification by 15 working days with the approval of ${approvedBy}: ${reason}`,
  }),
  BEGIN_TESTING: ({ kind, what }) => ({
    zh: `送${testingKindLabels[kind]}，所需时间不计入核查期限：${what}`,
    en: `sent for a test (${kind}), whose time does not count: ${what}`,
  }),
  END_TESTING: ({ result }) => said('检测检验鉴定完成', 'the test is done', result),
  FILE: ({ caseNumber }) => ({ zh: `立案，案号${caseNumber}`, en: `filed a case, number ${caseNumber}` }),
  DECLINE_FILING: ({ reason, approvedBy }) => ({
    zh: `经负责人${approvedBy}批准，不予立案：${reason}`,
    en: `did not file a case, with the approval of ${approvedBy}: ${reason}`,
  }),
  GIVE_FEEDBACK: ({ result }) => said('反馈', 'gave feedback', result),
  RELEASE: ({ note }) => said('同意撤回，线索退还移送方', 'gave the clue back as its sender had asked', note),
  ACKNOWLEDGE_NOTICE: ({ text }) => said('确认收到通报', 'confirmed the notice', text),
  REMIND: ({ text }) => said('催办', 'reminded', text),
  COMMENT: ({ text }) => said('说明', 'remarked', text),
  FURTHER_MATERIAL: ({ text }) => said('补充材料', 'sent further material', text),
  ASK_WITHDRAWAL: ({ text }) => said('请求撤回', 'asked to have the clue back', text),
}

function transferred({ clue, number, items, handedOverBy }: ClueBodies['SEND']): BothLanguages {
  const { goods, papers } = counted(items)
  const { name, certificate } = handedOverBy
  return {
    zh: `移送线索“${clue.title}”，移送函${number}，移交清单${items.length}项（涉案物品${goods}项、相关材料${papers}项），移交人${name}（${certificate}）`,
    en: `sent the clue “${clue.title}” by letter ${number}, with ${items.length} lines on the handover list (${goods} of goods, ${papers} of papers), handed over by ${name} (${certificate})`,
  }
}

function counted(items: readonly HandoverItem[]): { goods: number; papers: number } {
  const goods = items.filter(({ kind }) => kind === 'GOODS').length
  return { goods, papers: items.length - goods }
}
