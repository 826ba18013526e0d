import type { Acknowledgement, Party, StoredEnvelope } from '../delivery/contract.ts'
import { type DocumentReader, decodePayload } from '../delivery/envelope-jws.ts'
import { groupBy } from '../db/batch.ts'
import type { MatterFile } from './matter-file.ts'
import { type Problem, placeOf } from './proof-problem.ts'

/** A genuine envelope. */
export type Held = StoredEnvelope
/** A genuine acknowledgement. */
export type HeldAcknowledgement = Acknowledgement & { jws: string }

/** How far two counties' clocks may differ; a recipient holds back what bears a later time. */
const clockToleranceMs = 600_000

/**
 * The genuine acknowledgements of a file by the hash of the envelope, at most one a recipient; what is wrong with the
 * others is added to `problems`.
 */
export async function verifyAcknowledgements(
  file: MatterFile,
  among: {
    ordered: readonly Held[]
    parties: readonly Party[]
    readers: { vouched: DocumentReader; given: DocumentReader }
  },
  problems: Problem[],
): Promise<Map<string, HeldAcknowledgement[]>> {
  const byHash = new Map(among.ordered.map((envelope) => [envelope.hash, envelope]))
  const good = new Map<string, HeldAcknowledgement>()
  for (const [index, jws] of file.acknowledgements.entries()) {
    const recipient = decodePayload(jws)?.['recipient']
    const signer = typeof recipient === 'string' ? recipient : ''
    const read = await among.readers.vouched.acknowledgement(jws, signer)
    if (!read) {
      const fits = (await among.readers.given.acknowledgement(jws, signer)) !== undefined
      problems.push(invalid(jws, { index, signer, fits, byHash }))
      continue
    }
    const envelope = byHash.get(read.hash)
    const wrong = envelope ? contradiction(read, envelope, among.parties) : stray(read)
    const key = `${read.hash} ${read.recipient}`
    const other = good.get(key)
    if (wrong) problems.push({ ...wrong, envelope: envelope ? placeOf(envelope) : null })
    else if (other && other.jws !== jws) problems.push(contradicted(read, envelope))
    else good.set(key, { ...read, jws })
  }
  return groupBy([...good.values()], ({ hash }) => hash)
}

function invalid(
  jws: string,
  given: { index: number; signer: string; fits: boolean; byHash: ReadonlyMap<string, Held> },
): Problem {
  const { index, signer, fits, byHash } = given
  const payload = decodePayload(jws)
  const envelope = byHash.get(String(payload?.['hash']))
  const at = typeof payload?.['receivedAt'] === 'string' ? payload['receivedAt'] : '?'
  return {
    code: fits ? 'KEY_NOT_VOUCHED' : 'ACKNOWLEDGEMENT_INVALID',
    envelope: envelope ? placeOf(envelope) : null,
    zh: fits
      ? `第${index + 1}份回执的签名与文件所附公钥相符，但已签名目录未列此公钥，不能证明是${signer}所签。`
      : `第${index + 1}份回执无效：不是由${signer || '某县'}在${at}有效的公钥签名。`,
    en: fits
      ? `The signature of acknowledgement ${index + 1} fits a key that the file gives, but no signed directory lists it: that is no proof that ${signer} signed.`
      : `Acknowledgement ${index + 1} is not valid: it is not signed by a key of ${signer || 'any county'} that held at ${at}.`,
  }
}

function stray({ recipient, hash, receivedAt }: Acknowledgement): Omit<Problem, 'envelope'> {
  return {
    code: 'ACKNOWLEDGEMENT_STRAY',
    zh: `${recipient}于${receivedAt}签收的文书${hash}不在本文件中。`,
    en: `${recipient} acknowledged, at ${receivedAt}, the envelope ${hash}, which is not in this file.`,
  }
}

/** Why an acknowledgement does not fit its envelope; undefined when it does. */
function contradiction(
  { envelope: id, matter, sender, recipient, receivedAt }: Acknowledgement,
  { payload }: Held,
  parties: readonly Party[],
): Omit<Problem, 'envelope'> | undefined {
  const code = 'ACKNOWLEDGEMENT_STRAY'
  if (id !== payload.id || matter !== payload.matter || sender !== payload.sender) {
    return {
      code,
      zh: `${recipient}的回执所称的编号、事项或签发者与该文书不符。`,
      en: `The acknowledgement by ${recipient} names another id, matter or sender than the envelope has.`,
    }
  }
  if (recipient === payload.sender || !parties.includes(recipient)) {
    return {
      code,
      zh: `签收者${recipient}不是该文书的收件县。`,
      en: `${recipient}, who acknowledged it, is no recipient of it.`,
    }
  }
  if (Date.parse(receivedAt) >= Date.parse(payload.at) - clockToleranceMs) return undefined
  return {
    code,
    zh: `${recipient}的回执所载时间早于该文书的签发时间。`,
    en: `The acknowledgement by ${recipient} bears an earlier time than the envelope itself.`,
  }
}

function contradicted({ recipient }: Acknowledgement, envelope: Held | undefined): Problem {
  return {
    code: 'ACKNOWLEDGEMENT_CONTRADICTED',
    envelope: envelope ? placeOf(envelope) : null,
    zh: `${recipient}对同一文书签发了两份不同的回执。`,
    en: `${recipient} signed two different acknowledgements of one envelope.`,
  }
}
