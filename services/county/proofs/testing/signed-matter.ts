import { sampleSnapshot } from '../../../platform/directory/sample-snapshot.ts'
import { signSnapshot } from '../../../platform/directory/sign-snapshot.ts'
import type { Snapshot } from '../../../platform/directory/snapshot.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../../../platform/tokens/keys.ts'
import type { Acknowledgement, EnvelopePayload } from '../../delivery/contract.ts'
import { acknowledgementType, envelopeType, hashOf } from '../../delivery/envelope-jws.ts'
import { noPrevious } from '../../delivery/matter-state.ts'
import { createCountySigner } from '../../signing/county-signer.ts'
import type { FileKey, MatterFile } from '../matter-file.ts'

/** The two parties of the matter: who opens it, and the other. */
export const [opener, other] = ['411528', '411729'] as const
/** A county that has nothing to do with it. */
export const stranger = '410823'
/** Id of the matter. */
export const matterId = `${opener}:clue:00000000-0000-4000-8000-000000000001`

/** An envelope that was signed. */
export interface Signed {
  jws: string
  hash: string
  payload: EnvelopePayload
}

/** Keys, a directory, and a matter of four envelopes, each acknowledged by the other county. */
export interface SignedMatter {
  office: SigningKey
  keys: Readonly<Record<string, SigningKey>>
  snapshot: Snapshot
  /** The first of the opener, the other's two, and the opener's second, in causal order. */
  envelopes: Signed[]
  file: MatterFile
  /** Signs an envelope by `sender`, after `before`. */
  envelope(
    sender: string,
    before: readonly Signed[],
    content?: Partial<EnvelopePayload>,
    key?: SigningKey,
  ): Promise<Signed>
  /** Signs an acknowledgement by the other county, a second after the envelope. */
  acknowledgement(envelope: Signed, content?: Partial<Acknowledgement>, key?: SigningKey): Promise<string>
}

/** Makes a matter anew; `keyOf` alters how the directory lists the keys. */
export async function signedMatter(
  keyOf: (county: string, key: SigningKey) => object = (_county, key) => publicKeyOf(key),
): Promise<SignedMatter> {
  const office = await generateSigningKey()
  const keys: Record<string, SigningKey> = {}
  for (const county of [opener, other, stranger]) keys[county] = await generateSigningKey()
  const base = sampleSnapshot({ hitIndexEpochs: [] })
  const snapshot: Snapshot = {
    ...base,
    counties: base.counties.map((county) => {
      const key = keys[county.code]
      return key ? { ...county, keys: [keyOf(county.code, key) as (typeof county.keys)[number]] } : county
    }),
  }
  const keyFor = (code: string): SigningKey => {
    const key = keys[code]
    if (!key) throw new Error(`There is no key of ${code}.`)
    return key
  }
  let minutes = 0
  const envelope: SignedMatter['envelope'] = async (sender, before, content = {}, key = keyFor(sender)) => {
    const own = before.findLast(({ payload }) => payload.sender === sender)
    const seen = before.findLast(({ payload }) => payload.sender !== sender)
    const head = seen && { [seen.payload.sender]: { sequence: seen.payload.sequence, hash: seen.hash } }
    const payload: EnvelopePayload = {
      v: 1,
      id: `00000000-0000-4000-8000-${String((minutes += 1)).padStart(12, '0')}`,
      matter: matterId,
      kind: 'CLUE_TRANSFER',
      sender,
      recipients: [sender === opener ? other : opener],
      sequence: (own?.payload.sequence ?? 0) + 1,
      previous: own?.hash ?? noPrevious,
      seen: head ?? {},
      event: 'COMMENT',
      body: { text: '虚构说明' },
      attachments: [],
      at: new Date(Date.parse('2026-03-01T02:00:00.000Z') + minutes * 60_000).toISOString(),
      actor: { agency: `${sender}-agency`, officer: `${sender}01`, name: '虚构甲' },
      ...content,
    }
    const jws = await (await createCountySigner(key)).sign(payload, envelopeType)
    return { jws, hash: hashOf(jws), payload }
  }
  const acknowledgement: SignedMatter['acknowledgement'] = async ({ hash, payload }, content = {}, key) => {
    const recipient = content.recipient ?? payload.recipients[0] ?? ''
    const says: Acknowledgement = {
      v: 1,
      envelope: payload.id,
      hash,
      matter: payload.matter,
      sender: payload.sender,
      recipient,
      receivedAt: new Date(Date.parse(payload.at) + 1_000).toISOString(),
      outcome: 'ACCEPTED',
      ...content,
    }
    return (await createCountySigner(key ?? keyFor(recipient))).sign(says, acknowledgementType)
  }
  const envelopes: Signed[] = []
  for (const sender of [opener, other, other, opener]) envelopes.push(await envelope(sender, envelopes))
  const file: MatterFile = {
    matter: matterId,
    envelopes: envelopes.map(({ jws }) => jws),
    acknowledgements: await Promise.all(envelopes.map((each) => acknowledgement(each))),
    keys: [opener, other].map((county) => ({ county, key: keyOf(county, keyFor(county)) as FileKey['key'] })),
    directory: await signSnapshot(snapshot, office),
  }
  return { office, keys, snapshot, envelopes, file, envelope, acknowledgement }
}
