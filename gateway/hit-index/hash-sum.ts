import { hashBytes } from '../../services/platform/hit-index/statement.ts'

/** Calls `visit` with the halves of each hash of a frame's body from the `from`th up to the one before the `to`th. */
export function eachHash(body: Uint8Array, from: number, to: number, visit: (high: number, low: number) => void): void {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  for (let at = from * hashBytes; at < to * hashBytes; at += hashBytes)
    visit(view.getUint32(at), view.getUint32(at + 4))
}

/** A sum of hashes modulo 2^64. */
export class HashSum {
  #high = 0
  #low = 0

  /** A sum begun with 16 hex digits, as statements have it; with 0 when there are none. */
  constructor(hex = '0') {
    const digits = hex.padStart(16, '0')
    this.#high = Number.parseInt(digits.slice(0, 8), 16)
    this.#low = Number.parseInt(digits.slice(8), 16)
  }

  add(high: number, low: number): void {
    const sum = this.#low + low
    this.#low = sum >>> 0
    this.#high = (this.#high + high + (sum > 0xffff_ffff ? 1 : 0)) >>> 0
  }

  subtract(high: number, low: number): void {
    const difference = this.#low - low
    this.#low = difference >>> 0
    this.#high = (this.#high - high - (difference < 0 ? 1 : 0)) >>> 0
  }

  /** 16 hex digits. */
  get hex(): string {
    return [this.#high, this.#low].map((half) => half.toString(16).padStart(8, '0')).join('')
  }
}
