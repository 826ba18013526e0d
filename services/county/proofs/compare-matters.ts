import type { Party } from '../delivery/contract.ts'
import type { Difference, DifferenceCode } from './difference.ts'
import type { ComparedEnvelope, ComparedMatter, ComparedReceipt } from './matter-comparison.ts'

/** What one county holds of a matter; undefined when it holds none. */
export interface Side {
  county: Party
  matter: ComparedMatter | undefined
}

/** Every difference between what two counties hold of one matter. */
export function compareMatter(one: Side, other: Side): Difference[] {
  if (one.matter && other.matter) {
    return [
      ...facts(one.county, one.matter, other.county, other.matter),
      ...envelopes(one, other),
      ...receipts(one, other),
    ]
  }
  const [holder, lacking] = one.matter ? [one, other] : [other, one]
  const id = holder.matter?.matter ?? null
  return [
    {
      code: 'MATTER_MISSING',
      matter: id,
      county: lacking.county,
      zh: `${holder.county}持有该事项，${lacking.county}没有。`,
      en: `${holder.county} holds the matter, ${lacking.county} does not.`,
    },
    ...envelopes(one, other),
  ]
}

const factCodes = [
  ['KIND_DIFFERS', 'kind', '种类', 'kind'],
  ['PARTIES_DIFFER', 'parties', '参与县', 'parties'],
  ['PEN_DIFFERS', 'pen', '待办县', 'who acts next'],
  ['FROZEN_DIFFERS', 'frozen', '冻结', 'frozen'],
  ['STATE_DIFFERS', 'state', '状态', 'state'],
  ['DEADLINE_DIFFERS', 'deadline', '期限依据', 'basis of the deadline'],
] as const satisfies readonly (readonly [DifferenceCode, keyof ComparedMatter, string, string])[]

function facts(one: Party, ours: ComparedMatter, other: Party, theirs: ComparedMatter): Difference[] {
  return factCodes.flatMap(([code, name, zh, en]): Difference[] => {
    const [here, there] = [said(ours[name]), said(theirs[name])]
    if (here === there) return []
    return [
      {
        code,
        matter: ours.matter,
        county: null,
        zh: `${zh}：${one}为${here}，${other}为${there}。`,
        en: `${en}: ${here} at ${one}, ${there} at ${other}.`,
      },
    ]
  })
}

function said(value: string | readonly string[] | null): string {
  return value === null ? '–' : typeof value === 'string' ? value : value.join(' ')
}

function envelopes(one: Side, other: Side): Difference[] {
  const found: Difference[] = []
  const ours = byHash(one)
  const theirs = byHash(other)
  for (const [hash, envelope] of ours) {
    const counterpart = theirs.get(hash)
    if (!counterpart) found.push(missingEnvelope(envelope, one, other))
    else if (counterpart.status !== envelope.status) found.push(statusDiffers(envelope, counterpart, one, other))
  }
  for (const [hash, envelope] of theirs) if (!ours.has(hash)) found.push(missingEnvelope(envelope, other, one))
  return found
}

function byHash({ matter }: Side): Map<string, ComparedEnvelope> {
  return new Map((matter?.envelopes ?? []).map((envelope) => [envelope.hash, envelope]))
}

function missingEnvelope({ hash, sender, sequence }: ComparedEnvelope, holder: Side, lacking: Side): Difference {
  const receipt = holder.matter?.receipts.find(
    (each) => each.envelope === hash && each.recipient === lacking.county && sender === holder.county,
  )
  const pending = receipt !== undefined && receipt.hash === null
  return {
    code: pending ? 'ENVELOPE_ON_ITS_WAY' : 'ENVELOPE_MISSING',
    matter: holder.matter?.matter ?? null,
    county: lacking.county,
    zh: `${lacking.county}没有${sender}的第${sequence}号文书（${hash}）${pending ? '，尚在送达途中' : ''}。`,
    en: `${lacking.county} has no envelope ${sequence} of ${sender} (${hash})${pending ? '; it is on its way' : ''}.`,
  }
}

function statusDiffers(here: ComparedEnvelope, there: ComparedEnvelope, one: Side, other: Side): Difference {
  const { sender, sequence, hash } = here
  return {
    code: 'ENVELOPE_STATUS_DIFFERS',
    matter: one.matter?.matter ?? null,
    county: null,
    zh: `${sender}的第${sequence}号文书（${hash}）：${one.county}为${here.status}，${other.county}为${there.status}。`,
    en: `Envelope ${sequence} of ${sender} (${hash}) is ${here.status} at ${one.county}, ${there.status} at ${other.county}.`,
  }
}

/** Receipts of envelopes that both hold. */
function receipts(one: Side, other: Side): Difference[] {
  const theirs = byHash(other)
  const held = new Map([
    [one.county, receiptsOf(one)],
    [other.county, receiptsOf(other)],
  ])
  return [...byHash(one).values()].flatMap((envelope): Difference[] => {
    const { hash, sender } = envelope
    if (!theirs.has(hash) || !held.has(sender)) return []
    const [from, to] = sender === one.county ? [one, other] : [other, one]
    const key = `${hash} ${to.county}`
    const sent = held.get(from.county)?.get(key)
    const given = held.get(to.county)?.get(key)
    return sent?.hash === given?.hash ? [] : [receiptDiffers(envelope, { from, to, sent, given })]
  })
}

/** The receipts that a county holds, by envelope and recipient. */
function receiptsOf({ matter }: Side): Map<string, ComparedReceipt> {
  const held = (matter?.receipts ?? []).filter(({ hash }) => hash !== null)
  return new Map(held.map((each) => [`${each.envelope} ${each.recipient}`, each]))
}

function receiptDiffers(
  { sender, sequence, hash }: ComparedEnvelope,
  how: { from: Side; to: Side; sent: ComparedReceipt | undefined; given: ComparedReceipt | undefined },
): Difference {
  const { from, to, sent, given } = how
  const matter = from.matter?.matter ?? null
  const zh = `${sender}的第${sequence}号文书（${hash}）`
  const en = `envelope ${sequence} of ${sender} (${hash})`
  if (sent && given) {
    return {
      code: 'RECEIPT_DIFFERS',
      matter,
      county: null,
      zh: `${zh}的回执不同：${from.county}所持为${momentOf(sent)}签收，${to.county}所持为${momentOf(given)}签收。`,
      en: `The receipts of ${en} differ: received on ${momentOf(sent)} by that of ${from.county}, on ${momentOf(given)} by that of ${to.county}.`,
    }
  }
  const lacking = sent ? to.county : from.county
  return {
    code: given ? 'RECEIPT_PENDING' : 'RECEIPT_MISSING',
    matter,
    county: lacking,
    zh: `${lacking}没有${zh}的回执${given ? '，尚待送回' : ''}。`,
    en: `${lacking} has no receipt of ${en}${given ? '; it is still to come' : ''}.`,
  }
}

function momentOf({ receivedAt }: ComparedReceipt): string {
  return receivedAt?.toISOString() ?? '–'
}
