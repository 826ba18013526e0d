import { endianness } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CompactMap } from '../../platform/hit-index/compact-map.ts'
import { hashBytes } from '../../platform/hit-index/statement.ts'
import { type SubjectHash, subjectHash } from '../../platform/hit-index/subject-hash.ts'

/** Codes hashed before others get a turn: some two milliseconds' work. */
const hashedInOneGo = 1_000
const mostPerHash = 65_535
const half = 2 ** 32
/** Where the lower half of a 64-bit number stands in this machine's memory. */
const lowHalf = endianness() === 'LE' ? 0 : 1

/** Hashes that came and went, each sorted, as they travel. */
export interface DigestDelta {
  added: Uint8Array
  removed: Uint8Array
}

/** Hashes the codes; gives way to other work now and then. */
export async function hashCodes(key: Uint8Array, codes: readonly string[]): Promise<SubjectHash[]> {
  const hashes: SubjectHash[] = []
  for (const [index, code] of codes.entries()) {
    if (index % hashedInOneGo === hashedInOneGo - 1) await nextTurn()
    hashes.push(subjectHash(key, code))
  }
  return hashes
}

/**
 * The hashes of a county's hit index, with the number of codes that have each: two codes may share one, and the hash is
 * gone only when both are. `count` and `sum` are over the hashes.
 */
export class Digest {
  readonly #codes: CompactMap
  #sumHigh = 0
  #sumLow = 0

  /** `expected`: how many codes there will be. */
  constructor(expected = 0) {
    this.#codes = new CompactMap(expected)
  }

  /** Number of hashes. */
  get count(): number {
    return this.#codes.size
  }

  /** Bytes of memory. */
  get bytes(): number {
    return this.#codes.bytes
  }

  /** Sum of the hashes modulo 2^64, 16 hex digits. */
  get sum(): string {
    return (BigInt(this.#sumHigh) * BigInt(half) + BigInt(this.#sumLow)).toString(16).padStart(2 * hashBytes, '0')
  }

  /** A code with this hash came. */
  add({ high, low }: SubjectHash): void {
    const codes = this.#codes.get(high, low)
    if (codes === mostPerHash) throw new RangeError('Too many codes have one hash.')
    this.#codes.set(high, low, codes + 1)
    if (codes === 0) this.#addToSum(high, low)
  }

  /** A code with this hash went; RangeError when there is none. */
  remove({ high, low }: SubjectHash): void {
    const codes = this.#codes.get(high, low)
    if (codes === 0) throw new RangeError('A code that was not there cannot go.')
    if (codes > 1) this.#codes.set(high, low, codes - 1)
    else {
      this.#codes.delete(high, low)
      const borrow = low > this.#sumLow ? 1 : 0
      this.#sumLow = (this.#sumLow - low) >>> 0
      this.#sumHigh = (this.#sumHigh - high - borrow) >>> 0
    }
  }

  /** All hashes, sorted: their order says nothing about who came when. */
  all(): Uint8Array {
    const hashes = new BigUint64Array(this.#codes.size)
    let index = 0
    const halves = new Uint32Array(hashes.buffer)
    this.#codes.forEach((high, low) => {
      halves[2 * index + lowHalf] = low
      halves[2 * index + 1 - lowHalf] = high
      index += 1
    })
    return sorted(hashes)
  }

  /** What these codes, which came and went since an earlier state, changed in the hashes up to the present one. */
  changesBy(came: readonly SubjectHash[], went: readonly SubjectHash[]): DigestDelta {
    const nets = new Map<bigint, { hash: SubjectHash; net: number }>()
    const count = (hash: SubjectHash, by: number): void => {
      const key = asBigInt(hash)
      const net = nets.get(key)
      if (net) net.net += by
      else nets.set(key, { hash, net: by })
    }
    for (const hash of came) count(hash, 1)
    for (const hash of went) count(hash, -1)
    const added: bigint[] = []
    const removed: bigint[] = []
    for (const [key, { hash, net }] of nets) {
      const now = this.#codes.get(hash.high, hash.low)
      if (now > 0 && now === net) added.push(key)
      else if (now === 0 && net < 0) removed.push(key)
    }
    return { added: sorted(BigUint64Array.from(added)), removed: sorted(BigUint64Array.from(removed)) }
  }

  #addToSum(high: number, low: number): void {
    const sum = this.#sumLow + low
    this.#sumLow = sum >>> 0
    this.#sumHigh = (this.#sumHigh + high + (sum >= half ? 1 : 0)) >>> 0
  }
}

function asBigInt({ high, low }: SubjectHash): bigint {
  return (BigInt(high) << 32n) | BigInt(low)
}

function sorted(hashes: BigUint64Array): Uint8Array {
  hashes.sort()
  const bytes = Buffer.from(hashes.buffer, hashes.byteOffset, hashes.byteLength)
  return lowHalf === 0 ? bytes.swap64() : bytes
}
