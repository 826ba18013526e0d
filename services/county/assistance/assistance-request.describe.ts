import { type BothLanguages, said } from '../matters/matter-view.ts'
import type { AssistanceBodies, AssistanceMessage } from './assistance-request.document.ts'
import { declineGroundLabels } from './assistance-request.labels.ts'

/** What an envelope of an assistance request says, in plain words; a subject's code is never among them. */
export function describeAssistance<Event extends keyof AssistanceBodies>({
  event,
  body,
}: Extract<AssistanceMessage, { event: Event }>): BothLanguages {
  return sentences[event](body as AssistanceBodies[Event])
}

const sentences: { [Event in keyof AssistanceBodies]: (body: AssistanceBodies[Event]) => BothLanguages } = {
  ISSUE: ({ number, title, caseNumber, parts, signedBy }) => {
    const names = parts.map(({ agency }) => agency.name)
    const tasks = parts.reduce((sum, part) => sum + part.tasks.length, 0)
    return {
      zh: `发出协助调查函${number}，因办理“${title}”一案（${caseNumber}），请${names.join('、')}协助调查，协查事项${tasks}项，经办人${signedBy.name}`,
      en: `issued letter ${number} for the case “${title}” (${caseNumber}) and asked ${names.join(', ')} for assistance in ${tasks} matters, signed by ${signedBy.name}`,
    }
  },
  RECEIVE: ({ receivedBy: { name, certificate } }) => ({
    zh: `签收协助调查函，签收人${name}（${certificate}）`,
    en: `signed for the letter, by ${name} (${certificate})`,
  }),
  BEGIN: ({ note }) => said('开展协查', 'began to assist', note),
  DECLINE: ({ ground, reason }) =>
    said(`不予协助（${declineGroundLabels[ground]}）`, `declined to assist (${ground})`, reason),
  EXTEND: ({ until, reason }) => said(`告知延期至${until}完成`, `told that it will be done by ${until}`, reason),
  ANSWER_PART: ({ part, outcome, findings, material, answeredBy }) => {
    const done = outcome === 'DONE'
    return {
      zh: `第${part}部分${done ? '已完成' : '无法完成'}，材料${material.length}项，经办人${answeredBy.name}：${findings}`,
      en: `part ${part} is ${done ? 'done' : 'not possible'}, with ${material.length} papers, by ${answeredBy.name}: ${findings}`,
    }
  },
  REPLY: ({ number, conclusion }) =>
    said(`函复协查结果${number ?? ''}`, `replied${number === null ? '' : ` by letter ${number}`}`, conclusion),
  ASK_SUPPLEMENT: ({ number, parts, what }) =>
    said(
      `要求补充协查${number}，涉及第${parts.join('、')}部分`,
      `asked for a supplement by letter ${number}, in part ${parts.join(', ')}`,
      what,
    ),
  CLOSE: ({ note, takenOverBy }) =>
    said(`接收反馈并办结，接收人${takenOverBy.name}`, `took over the reply and closed, by ${takenOverBy.name}`, note),
  RELEASE: ({ note }) => said('同意撤回', 'gave the letter back as its sender had asked', note),
  REMIND: ({ text }) => said('催办', 'reminded', text),
  COMMENT: ({ text }) => said('说明', 'remarked', text),
  FURTHER_MATERIAL: ({ text }) => said('补充材料', 'sent further material', text),
  ASK_WITHDRAWAL: ({ text }) => said('请求撤回', 'asked to have the letter back', text),
}
