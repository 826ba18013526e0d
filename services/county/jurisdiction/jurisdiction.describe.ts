import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { type BothLanguages, said } from '../matters/matter-view.ts'
import type { Claim, DisputeBodies, DisputeMessage } from './jurisdiction.document.ts'

/** What an envelope of a dispute says, in plain words; a subject's code is never among them. */
export function describeDispute<Event extends keyof DisputeBodies>({
  event,
  body,
}: Extract<DisputeMessage, { event: Event }>): BothLanguages {
  return sentences[event](body as DisputeBodies[Event])
}

const sentences: { [Event in keyof DisputeBodies]: (body: DisputeBodies[Event]) => BothLanguages } = {
  RAISE: raised,
  RAISE_DIRECTLY: (body) => {
    const { zh, en } = raised(body)
    const { name } = body.superior
    return {
      zh: `${zh}；直接报请${name}指定管辖`,
      en: `${en}; asked ${name} directly to designate`,
    }
  },
  PROPOSE: ({ county, reason, claim }) =>
    said(
      `${claim ? `${claimed(claim).zh}；` : ''}提出由${county}管辖`,
      `${claim ? `${claimed(claim).en}; ` : ''}proposed that ${county} has jurisdiction`,
      reason,
    ),
  AGREE: ({ county, note }) => said(`协商一致，由${county}管辖`, `agreed that ${county} has jurisdiction`, note),
  ESCALATE: ({ superior, reason }) =>
    said(`协商不成，报请${superior.name}指定管辖`, `asked ${superior.name} to designate`, reason),
  END_CONSULTATION: ({ reason }) => said('终止协商', 'ended the consultation', reason),
  RECEIVE: ({ receivedAt, note }) =>
    said(
      `指定管辖申请于${shanghaiDay(new Date(receivedAt))}收到`,
      `the request was received on ${shanghaiDay(new Date(receivedAt))}`,
      note,
    ),
  DESIGNATE: designated('指定', 'designated'),
  RECORD_DESIGNATION: designated('登记纸质指定管辖通知书：指定', 'recorded from paper: designated'),
  HAND_OVER: ({ number, caseNumber, items, handedOverBy: { name, certificate } }) => ({
    zh: `移送${caseNumber === null ? '材料' : `案件${caseNumber}及材料`}，移送函${number}，移交清单${items.length}项，移交人${name}（${certificate}）`,
    en: `handed over ${caseNumber === null ? 'material' : `the case ${caseNumber} and its material`} by letter ${number}, ${items.length} lines on the list, handed over by ${name} (${certificate})`,
  }),
  TAKE_OVER: ({ caseNumber, takenOverBy: { name, certificate }, differences }) => {
    const zh = differences.map(({ position, remark }) => `第${position}项${remark}`).join('；')
    const en = differences.map(({ position, remark }) => `line ${position}: ${remark}`).join('; ')
    return {
      zh: `接收，接收人${name}（${certificate}）${caseNumber === null ? '' : `，案件${caseNumber}继续办理`}${zh === '' ? '' : `，与清单不符：${zh}`}`,
      en: `took over, by ${name} (${certificate})${caseNumber === null ? '' : `, goes on in case ${caseNumber}`}${en === '' ? '' : `, not as listed: ${en}`}`,
    }
  },
  STATE_CLAIM: ({ claim, text }) => said(claimed(claim).zh, claimed(claim).en, text),
  REMIND: ({ text }) => said('催办', 'reminded', text),
  COMMENT: ({ text }) => said('说明', 'remarked', text),
  FURTHER_MATERIAL: ({ text }) => said('补充材料', 'sent further material', text),
  CONFIRM_DESIGNATION: ({ text }) => said('确认登记的指定管辖通知书', 'confirmed the recorded notice', text),
  CONTEST_DESIGNATION: ({ text }) => said('对登记的指定管辖通知书有异议', 'contested the recorded notice', text),
}

function raised({ claim, otherCase, clue, county, reason }: DisputeBodies['RAISE']): BothLanguages {
  const about =
    clue === null
      ? { zh: `与案件${otherCase ?? ''}`, en: `with the case ${otherCase ?? ''}` }
      : { zh: `就线索${clue}`, en: `about the clue ${clue}` }
  const own = claim ? claimed(claim) : { zh: '本县未立案', en: 'has filed no case' }
  return {
    zh: `${about.zh}提出管辖争议；${own.zh}；提出由${county}管辖：${reason}`,
    en: `raised a dispute about jurisdiction ${about.en}; ${own.en}; proposed that ${county} has jurisdiction: ${reason}`,
  }
}

function claimed({ number, filedAt }: Claim): BothLanguages {
  const at = new Date(Date.parse(filedAt) + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
  return { zh: `案件${number}于${at}立案`, en: `filed the case ${number} at ${at} (+08:00)` }
}

function designated(zh: string, en: string) {
  return ({ number, date, county, reason }: DisputeBodies['DESIGNATE']): BothLanguages => ({
    zh: `${zh}由${county}管辖，通知书${number}（${date}）：${reason}`,
    en: `${en} ${county}, notice ${number} of ${date}: ${reason}`,
  })
}
