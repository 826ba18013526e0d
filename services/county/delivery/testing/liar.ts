import { createCountySigner } from '../../signing/county-signer.ts'
import type { Acknowledgement, EnvelopePayload } from '../contract.ts'
import { acknowledgementType, decodePayload, envelopeType, hashOf } from '../envelope-jws.ts'
import { noPrevious } from '../matter-state.ts'
import type { Stage, World } from './world.ts'

/** An envelope that somebody made by hand. */
export interface Forged {
  jws: string
  hash: string
  payload: EnvelopePayload
}

/** Makes documents as a county's key would sign them, true or not. */
export interface Liar {
  /** An envelope by `sender`, which opens a matter of its own unless told otherwise. */
  envelope(sender: string, content?: Partial<EnvelopePayload>, signedBy?: string): Promise<Forged>
  /** One that follows another by the same sender. */
  after(before: Forged, content?: Partial<EnvelopePayload>, signedBy?: string): Promise<Forged>
  acknowledgement(recipient: string, content: Partial<Acknowledgement>, signedBy?: string): Promise<string>
}

/** A liar with all keys of the stage. */
export function createLiar(stage: Stage, world: World): Liar {
  const signer = async (code: string) => {
    const key = stage.keys[code]
    if (!key) throw new Error(`There is no key of ${code}.`)
    return createCountySigner(key)
  }
  const envelope: Liar['envelope'] = async (sender, content = {}, signedBy = sender) => {
    const others = [...world.counties.keys()].filter((code) => code !== sender)
    const payload: EnvelopePayload = {
      v: 1,
      id: world.random.uuid(),
      matter: `${sender}:parley:${world.random.uuid()}`,
      kind: 'PARLEY',
      sender,
      recipients: others.slice(0, 1),
      sequence: 1,
      previous: noPrevious,
      seen: {},
      event: 'OPEN',
      body: { text: 'hello', first: sender },
      attachments: [],
      at: world.clock.now().toISOString(),
      actor: { agency: 'tests', officer: '1' },
      ...content,
    }
    const jws = await (await signer(signedBy)).sign(payload, envelopeType)
    return { jws, hash: hashOf(jws), payload }
  }
  return {
    envelope,
    after({ payload, hash }, content = {}, signedBy = payload.sender) {
      const { sender, matter, recipients, seen } = payload
      const next = { matter, recipients, seen, sequence: payload.sequence + 1, previous: hash }
      return envelope(sender, { ...next, event: 'NOTE', body: { text: 'further' }, ...content }, signedBy)
    },
    async acknowledgement(recipient, content, signedBy = recipient) {
      const payload: Acknowledgement = {
        v: 1,
        envelope: null,
        hash: noPrevious,
        matter: null,
        sender: null,
        recipient,
        receivedAt: world.clock.now().toISOString(),
        outcome: 'ACCEPTED',
        ...content,
      }
      return (await signer(signedBy)).sign(payload, acknowledgementType)
    },
  }
}

/** What an acknowledgement says, whoever signed it. */
export function saidIn(acknowledgement: string | null | undefined): Partial<Acknowledgement> | null {
  return acknowledgement ? (decodePayload(acknowledgement) as Partial<Acknowledgement>) : null
}
