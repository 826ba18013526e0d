import type { Deadline } from '../county/matters/deadline.ts'
import { type HistoryLine, historyLines } from '../county/matters/history.ts'
import type { MatterView } from '../county/matters/matter-view.ts'
import type { Replay } from '../county/proofs/matter-replay.ts'
import type { MatterProof } from '../county/proofs/verify-matter-file.ts'
import type { Problem } from '../county/proofs/proof-problem.ts'
import { nodesOf } from '../platform/directory/snapshot-lookups.ts'
import type { Snapshot } from '../platform/directory/snapshot.ts'
import { localTime } from './local-time.ts'
import { type Language, onOneLine } from './matter-languages.ts'

/** What {@link describeMatter} tells. */
export interface MatterTale {
  proof: MatterProof
  snapshot: Snapshot
  views: readonly MatterView[]
  /** Undefined when the kind is not known to this program, or the file does not hold. */
  replay: Replay | undefined
}

/** A verified matter in plain words: what was sent by whom and when, who signed for it, and what that proves. */
export function describeMatter(tale: MatterTale, language: Language): string {
  const { proof, snapshot, views } = tale
  const zh = language === 'zh'
  const view = views.find(({ kind }) => kind.kind === proof.kind) ?? unknownView(proof.kind ?? '?')
  const name = nameIn(snapshot)
  const whole = proof.problems.length === 0
  const lines = [
    whole
      ? zh
        ? '核验通过：每份文书、每份回执均由所称的县签名，前后相连，无缺漏、无抵触。'
        : 'VERIFIED: every envelope and acknowledgement is signed by the county it names; nothing between them is missing or contradicts.'
      : zh
        ? `核验不通过：发现${proof.problems.length}处问题。`
        : `NOT VERIFIED: ${proof.problems.length} things are wrong.`,
    ...proof.problems.map((problem) => `  ${describeProblem(problem, language)}`),
    '',
    `${zh ? '事项' : 'Matter'}  ${proof.matter} ${zh ? view.label : `${proof.kind ?? ''} ${view.label}`}`,
    `${zh ? '参与县' : 'Parties'}  ${proof.parties.map(name).join(zh ? '、' : ', ')}`,
    `${zh ? '验签目录' : 'Directory'}  ${
      zh
        ? `联席会议办公室签名，序列号${snapshot.serial}，${localTime(snapshot.issuedAt)}签发`
        : `signed by the coordination office, serial ${snapshot.serial}, issued ${localTime(snapshot.issuedAt)}`
    }`,
    zh ? '时间均为北京时间。' : 'All times are those of Asia/Shanghai.',
    '',
  ]
  const told = historyLines(view, proof.entries, [], undefined)
  for (const [index, line] of told.entries()) lines.push(...entryLines(proof, index, line, { language, name }))
  lines.push(...deadlineLines(tale.replay, language, name), ...meaning(proof, language))
  return `${lines.map(onOneLine).join('\n')}\n`
}

/** One problem as a line. */
export function describeProblem({ code, envelope, zh, en }: Problem, language: Language): string {
  const { sender, sequence, hash } = envelope ?? { sender: null, sequence: null, hash: '' }
  const place =
    envelope === null
      ? ''
      : language === 'zh'
        ? `${sender ?? '?'}第${sequence ?? '?'}号文书（${hash}）：`
        : `envelope ${sequence ?? '?'} of ${sender ?? '?'} (${hash}): `
  return onOneLine(`[${code}] ${place}${language === 'zh' ? zh : en}`)
}

function entryLines(
  proof: MatterProof,
  index: number,
  line: HistoryLine,
  { language, name }: { language: Language; name: (code: string) => string },
): string[] {
  const zh = language === 'zh'
  const entry = proof.entries[index]
  if (!entry) return []
  const { payload, hash } = entry
  const { agency, officer, name: officerName } = payload.actor
  const told = zh ? line.text : line.textEn
  const forked = line.status === 'FORK'
  return [
    `${index + 1}. ${localTime(payload.at)}  ${name(payload.sender)}  ${
      zh ? `第${payload.sequence}号文书` : `envelope ${payload.sequence}`
    }  ${line.label}${forked ? (zh ? '  【与同号文书相抵触】' : '  [CONTRADICTED by another of this number]') : ''}`,
    `   ${told}`,
    `   ${zh ? '经办' : 'by'} ${agency} ${officer} ${officerName ?? ''}`.trimEnd(),
    ...payload.attachments.map(
      (file) =>
        `   ${zh ? '附件' : 'attachment'} ${file.name} (${file.mediaType}, ${file.size} B, SHA-256 ${file.hash})`,
    ),
    ...line.receipts.map((receipt) => `   ${receiptText(receipt, entry.refusal, { language, name })}`),
    `   SHA-256 ${hash}`,
  ]
}

function receiptText(
  { county, state, at }: HistoryLine['receipts'][number],
  refusal: MatterProof['entries'][number]['refusal'],
  { language, name }: { language: Language; name: (code: string) => string },
): string {
  const zh = language === 'zh'
  if (at === null) {
    return zh
      ? `${name(county)}：本文件无其签收回执，不能证明已收到`
      : `no receipt by ${name(county)} in this file: its receipt is not proven`
  }
  const moment = localTime(at)
  if (state === 'REFUSED') {
    const why = `${refusal?.code ?? ''} ${refusal?.reason ?? ''}`.trim()
    return zh
      ? `${name(county)}签名确认于${moment}收到，并拒绝接受：${why}`
      : `${name(county)} signed that it received this on ${moment}, and refused it: ${why}`
  }
  return zh ? `${name(county)}签名确认于${moment}收到` : `${name(county)} signed that it received this on ${moment}`
}

function deadlineLines(replay: Replay | undefined, language: Language, name: (code: string) => string): string[] {
  const zh = language === 'zh'
  if (!replay) return []
  const { pen, deadline, notAllowed } = replay
  const turn = zh
    ? pen === null
      ? '已办结，无待办县'
      : `待${name(pen)}办理`
    : pen === null
      ? 'at its end: nobody is to act'
      : `${name(pen)} is to act next`
  return [
    '',
    `${zh ? '按本文件所载，事项现状' : 'By what this file holds, the matter is'}${zh ? '：' : ' '}${turn}`,
    ...(deadline ? [limitText(deadline, zh)] : []),
    ...notAllowed.map(({ sender, sequence, reason }) =>
      zh
        ? `注意：按本程序的办理规则，${name(sender)}第${sequence}号文书不应被接受：${reason}`
        : `Note: by the rules of this program envelope ${sequence} of ${name(sender)} should not have been accepted: ${reason}`,
    ),
  ]
}

function limitText({ limit, from, dueOn, firstDueOn, metAt, late }: Deadline, zh: boolean): string {
  const { days, unit, law, article } = limit
  const extended = firstDueOn === null ? '' : zh ? `（延长前为${firstDueOn}）` : ` (before its extension ${firstDueOn})`
  const last = dueOn ?? (zh ? '尚不能计算' : 'not yet computable')
  if (zh) {
    const kind = unit === 'WORKING_DAYS' ? '个工作日' : '日'
    const met = metAt === null ? '本文件未见办结' : `已于${localTime(metAt)}办结（${late ? '逾期' : '在期限内'}）`
    return `期限：《${law}》${article}，${days}${kind}，自${localTime(from)}签收起算（当日不计），最后一日${last}${extended}；${met}`
  }
  const kind = unit === 'WORKING_DAYS' ? 'working days' : 'days'
  const met =
    metAt === null ? 'not met in what this file holds' : `met on ${localTime(metAt)} (${late ? 'late' : 'in time'})`
  return `Limit: 《${law}》${article}, ${days} ${kind} from the receipt on ${localTime(from)}, whose day does not count; last day ${last}${extended}; ${met}`
}

function meaning({ problems }: MatterProof, language: Language): string[] {
  const whole = problems.length === 0
  if (language === 'zh') {
    return [
      '',
      ...(whole
        ? ['证明：上列文书由所列县的节点签名，内容未被更改；列明签收的县签名承认在所载时间（以该县时钟为准）收到。']
        : ['只有上列文书和回执的签名经核验属实；有问题的部分以及由此推出的结论不予证明。']),
      '不证明：文书所述事实属实；无签收回执的文书已送达；最后一份文书之后再无往来；附件内容（须以所列SHA-256比对原件）。',
    ]
  }
  return [
    '',
    whole
      ? 'Proven: the counties’ nodes signed these envelopes and nothing in them was changed; whoever is listed as having received one signed so, at that time by its own clock.'
      : 'Only the signatures of what is listed above are genuine; what is wrong, and what would follow from it, is not proven.',
    'Not proven: that what they say is true; that an envelope without a receipt arrived; that nothing followed the last one; the contents of attachments (compare the originals with their SHA-256).',
  ]
}

function nameIn(snapshot: Snapshot): (code: string) => string {
  return (code) => `${code} ${nodesOf(snapshot).find((node) => node.code === code)?.name ?? ''}`.trim()
}

/** A kind that this program does not know is shown as it was signed. */
function unknownView(kind: string): MatterView {
  const unreadable = (): never => {
    throw new Error(`This program does not know matters of kind ${kind}.`)
  }
  return {
    kind: { kind, slug: '', opening: [], notes: [], decode: (_event, body) => body, apply: unreadable },
    label: kind,
    eventLabel: (event) => event,
    describe: (_event, body) => ({ zh: JSON.stringify(body), en: JSON.stringify(body) }),
    deadlines: unreadable,
  }
}
