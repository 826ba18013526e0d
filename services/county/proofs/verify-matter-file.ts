import { decodeProtectedHeader } from 'jose'
import { nodesOf } from '../../platform/directory/snapshot-lookups.ts'
import type { CountyEntry, Snapshot } from '../../platform/directory/snapshot.ts'
import { groupBy } from '../db/batch.ts'
import { type HistoryEntry, type Party, readMatterId } from '../delivery/contract.ts'
import {
  type DocumentReader,
  type Unverified,
  type Verified,
  createDocumentReader,
  decodePayload,
} from '../delivery/envelope-jws.ts'
import { noPrevious } from '../delivery/matter-state.ts'
import { inCausalOrder } from './causal-order.ts'
import type { FileKey, MatterFile } from './matter-file.ts'
import { type Problem, placeOf } from './proof-problem.ts'
import { type Held, type HeldAcknowledgement, verifyAcknowledgements } from './verify-acknowledgements.ts'

/** What the verification of a matter file came to. */
export interface MatterProof {
  matter: string
  kind: string | null
  /** In the order in which they came in. */
  parties: Party[]
  /** Genuine envelopes in causal order, with the genuine acknowledgements of each. */
  entries: HistoryEntry[]
  /** Nothing when the file proves what it contains. */
  problems: Problem[]
}

/**
 * Verifies a matter file without asking anybody: signatures, keys and their times by the directories (newest first), chains,
 * what each sender had seen, order and acknowledgements. Whether a step was allowed is not said here, see `replayMatter`.
 */
export async function verifyMatterFile(file: MatterFile, snapshots: readonly Snapshot[]): Promise<MatterProof> {
  const vouched = directoryOf(snapshots.flatMap(nodesOf))
  const readers = {
    vouched: createDocumentReader(vouched),
    given: createDocumentReader(directoryOf(entriesOf(file.keys))),
  }
  const problems: Problem[] = file.keys.filter((each) => !isVouched(each, vouched)).map(unvouchedKey)
  const read = await readEnvelopes(file, readers, problems)
  const held = distinct(read, problems)
  const ordered = inCausalOrder(held)
  if (ordered.some(({ hash }, index) => hash !== held[index]?.hash)) {
    problems.push({
      code: 'OUT_OF_ORDER',
      envelope: null,
      zh: '文书未按因果顺序排列，文件被重新编排过。',
      en: 'The envelopes do not stand in causal order: the file was rearranged.',
    })
  }
  problems.push(...chainProblems(file.matter, ordered), ...seenProblems(ordered))
  const parties = partiesOf(ordered, problems)
  const acknowledgements = await verifyAcknowledgements(file, { ordered, parties, readers }, problems)
  const forked = new Set([...rivals(ordered).values()].flat().map(({ hash }) => hash))
  const entries = ordered.map((envelope): HistoryEntry => {
    const own = acknowledgements.get(envelope.hash) ?? []
    const refused = own.find(({ outcome }) => outcome === 'REFUSED')
    return {
      ...envelope,
      status: forked.has(envelope.hash) ? 'FORK' : refused ? 'REFUSED' : 'APPLIED',
      refusal: refused?.code ? { code: refused.code, reason: refused.reason ?? '' } : null,
      receivedAt: null,
      acknowledgements: recipientsOf(envelope, own).map((recipient) => {
        const found = own.find((each) => each.recipient === recipient)
        const state = found?.outcome ?? 'PENDING'
        return { recipient, jws: found?.jws ?? null, state, receivedAt: found ? new Date(found.receivedAt) : null }
      }),
    }
  })
  return { matter: file.matter, kind: ordered[0]?.payload.kind ?? null, parties, entries, problems }
}

/** Whom it was for: those it names, and those who came in later and acknowledged it. */
function recipientsOf({ payload }: Held, own: readonly HeldAcknowledgement[]): Party[] {
  return [...new Set([...payload.recipients, ...own.map(({ recipient }) => recipient)])]
}

type Keys = Pick<CountyEntry, 'code' | 'keys'>
type Lookup = Parameters<typeof createDocumentReader>[0]

/** The keys of several directories; of two entries of one key the first counts. */
function directoryOf(entries: readonly Keys[]): Lookup {
  const counties = new Map<string, Keys['keys']>()
  for (const { code, keys } of entries) {
    const known = counties.get(code) ?? []
    counties.set(code, [...known, ...keys.filter(({ kid }) => !known.some((each) => each.kid === kid))])
  }
  return {
    node(code) {
      const keys = counties.get(code)
      return keys && { code, keys, name: code, status: 'ACTIVE', url: '' }
    },
  }
}

function entriesOf(keys: readonly FileKey[]): Keys[] {
  return keys.map(({ county, key }) => ({ code: county, keys: [key as Keys['keys'][number]] }))
}

function isVouched({ county, key }: FileKey, { node: find }: Lookup): boolean {
  const listed = find(county)?.keys.find(({ kid }) => kid === key.kid)
  return (
    listed !== undefined && ['kty', 'alg', 'crv', 'x', 'y', 'nbf', 'exp'].every((name) => listed[name] === key[name])
  )
}

function unvouchedKey({ county, key: { kid } }: FileKey): Problem {
  return {
    code: 'KEY_NOT_VOUCHED',
    envelope: null,
    zh: `文件所附${county}的公钥${kid}不在（或不同于）已签名目录所列，无人担保其归属。`,
    en: `The file’s key ${kid} of ${county} is not, or not so, in the signed directory: nobody vouches for it.`,
  }
}

/** The genuine envelopes of the matter, in the order of the file. */
async function readEnvelopes(
  file: MatterFile,
  readers: { vouched: DocumentReader; given: DocumentReader },
  problems: Problem[],
): Promise<Verified[]> {
  const good: Verified[] = []
  for (const [index, jws] of file.envelopes.entries()) {
    const read = await readers.vouched.envelope(jws)
    if (!read.ok) {
      const fits = read.code === 'KEY_UNKNOWN' && (await readers.given.envelope(jws)).ok
      problems.push(fits ? unvouchedEnvelope(read) : invalid(read, index))
    } else if (read.payload.matter === file.matter) good.push(read)
    else {
      problems.push({
        code: 'OTHER_MATTER',
        envelope: placeOf(read),
        zh: `它属于另一事项${read.payload.matter}。`,
        en: `It belongs to another matter, ${read.payload.matter}.`,
      })
    }
  }
  return good
}

function claimedPlace({ jws, hash, claimed }: Unverified): Problem['envelope'] {
  const sequence = decodePayload(jws)?.['sequence']
  return { sender: claimed.sender, sequence: typeof sequence === 'number' ? sequence : null, hash }
}

function unvouchedEnvelope(read: Unverified): Problem {
  const kid = keyOf(read.jws)
  return {
    code: 'KEY_NOT_VOUCHED',
    envelope: claimedPlace(read),
    zh: `签名与文件所附公钥${kid}相符，但已签名目录未列此公钥，不能证明是${read.claimed.sender ?? '该县'}所签。`,
    en: `The signature fits the key ${kid} that the file gives, but no signed directory lists it: that is no proof that ${read.claimed.sender ?? 'the county'} signed.`,
  }
}

const refusals: Readonly<Record<string, string>> = {
  KEY_UNKNOWN: '目录未列其所称的公钥',
  KEY_EXPIRED: '其所载时间不在该公钥有效期内',
  SIGNATURE_INVALID: '签名与内容不符，或不是签名文书',
  MALFORMED: '内容不是完整的文书',
}

function invalid(read: Unverified, index: number): Problem {
  return {
    code: 'ENVELOPE_INVALID',
    envelope: claimedPlace(read),
    zh: `文件中第${index + 1}份文书无效（${read.code}）：${refusals[read.code] ?? read.code}。`,
    en: `Envelope ${index + 1} of the file is not valid (${read.code}): ${read.reason}`,
  }
}

/** The key that a JWS names. */
export function keyOf(jws: string): string {
  try {
    return decodeProtectedHeader(jws).kid ?? ''
  } catch {
    return ''
  }
}

/** Each envelope once; what stands there twice, under one hash or one id, is a problem. */
function distinct(read: readonly Verified[], problems: Problem[]): Held[] {
  const held: Held[] = []
  for (const { payload, hash, jws } of read) {
    const twice = held.find((each) => each.hash === hash || each.payload.id === payload.id)
    if (twice) {
      problems.push({
        code: 'REPEATED',
        envelope: placeOf({ payload, hash, jws }),
        zh: `编号${payload.id}的文书出现两次。`,
        en: `There are two envelopes with the id ${payload.id}.`,
      })
    }
    if (twice?.hash !== hash) held.push({ payload, hash, jws })
  }
  return held
}

/** Envelopes that share a number with another one of the same sender, by their place. */
function rivals(ordered: readonly Held[]): Map<string, Held[]> {
  const places = groupBy(ordered, ({ payload: { sender, sequence } }) => `${sender} ${sequence}`)
  return new Map([...places].filter(([, group]) => group.length > 1))
}

function chainProblems(matter: string, ordered: readonly Held[]): Problem[] {
  const problems: Problem[] = []
  const opener = readMatterId(matter)?.county ?? ''
  const chains = groupBy(ordered, ({ payload }) => payload.sender)
  if (!chains.has(opener)) problems.push(missing(opener, 1))
  for (const [sender, chain] of chains) {
    const last = Math.max(...chain.map(({ payload }) => payload.sequence))
    const places = groupBy(chain, ({ payload }) => String(payload.sequence))
    for (let sequence = 1; sequence <= last && problems.length < mostProblems; sequence += 1) {
      const before = (places.get(String(sequence - 1)) ?? []).map(({ hash }) => hash)
      const here = places.get(String(sequence)) ?? []
      const [one, other] = here
      if (!one) problems.push(missing(sender, sequence))
      else if (other) problems.push(fork(one, other))
      const wanted = sequence === 1 ? [noPrevious] : before
      if (wanted.length === 0) continue
      problems.push(...here.filter(({ payload }) => !wanted.includes(payload.previous)).map(brokenChain))
    }
  }
  const kind = ordered[0]?.payload.kind
  return [...problems, ...ordered.filter(({ payload }) => payload.kind !== kind).map(otherKind)]
}

const mostProblems = 1_000

function missing(sender: Party, sequence: number): Problem {
  return {
    code: 'ENVELOPE_MISSING',
    envelope: null,
    zh: `缺少${sender}的第${sequence}号文书。`,
    en: `Envelope ${sequence} of ${sender} is missing.`,
  }
}

function fork(one: Held, other: Held): Problem {
  const { sender, sequence } = one.payload
  return {
    code: 'FORK',
    envelope: placeOf(one),
    zh: `两部历史：${sender}以第${sequence}号签发了两份不同的文书（${one.hash}、${other.hash}）。`,
    en: `Two histories: ${sender} signed two different envelopes as number ${sequence} (${one.hash}, ${other.hash}).`,
  }
}

function brokenChain(envelope: Held): Problem {
  return {
    code: 'CHAIN_BROKEN',
    envelope: placeOf(envelope),
    zh: '它所称的上一份文书不是本文件中的那一份。',
    en: 'The envelope that it names as the one before it is not the one in this file.',
  }
}

function otherKind(envelope: Held): Problem {
  return {
    code: 'OTHER_MATTER',
    envelope: placeOf(envelope),
    zh: `它所称的事项种类是${envelope.payload.kind}。`,
    en: `It says that the matter is of kind ${envelope.payload.kind}.`,
  }
}

function seenProblems(ordered: readonly Held[]): Problem[] {
  const places = new Map(ordered.map(({ hash, payload }) => [hash, `${payload.sender} ${payload.sequence}`]))
  return ordered.flatMap((envelope) =>
    Object.entries(envelope.payload.seen)
      .filter(([party, { sequence, hash }]) => places.get(hash) !== `${party} ${sequence}`)
      .map(([party, { sequence, hash }]) => ({
        code: 'SEEN_MISSING' as const,
        envelope: placeOf(envelope),
        zh: `签发者当时已见${party}的第${sequence}号文书（${hash}），本文件中没有。`,
        en: `Its sender had seen envelope ${sequence} of ${party} (${hash}), which is not in this file.`,
      })),
  )
}

/** The parties as the envelopes bring them in. */
function partiesOf(ordered: readonly Held[], problems: Problem[]): Party[] {
  const parties = new Set<Party>()
  for (const envelope of ordered) {
    const { sender, recipients, sequence, matter } = envelope.payload
    const opens = sequence === 1 && sender === readMatterId(matter)?.county
    if (!opens && !parties.has(sender)) {
      problems.push({
        code: 'NOT_PARTY',
        envelope: placeOf(envelope),
        zh: `${sender}当时不是本事项的参与县。`,
        en: `${sender} was no party to the matter then.`,
      })
      continue
    }
    for (const party of [sender, ...recipients]) parties.add(party)
  }
  return [...parties]
}
