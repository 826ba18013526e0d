import type { EnvelopePayload } from '../delivery/contract.ts'

/** What the order of a matter is made of. */
export interface Ordered {
  hash: string
  payload: EnvelopePayload
}

/**
 * Envelopes in causal order: by the depth at which they rest on others, then by sender, number and hash. Whoever holds the
 * same envelopes comes to the same order, whatever came first to him.
 */
export function inCausalOrder<Envelope extends Ordered>(envelopes: readonly Envelope[]): Envelope[] {
  const byHash = new Map(envelopes.map((envelope) => [envelope.hash, envelope]))
  const depths = new Map<string, number>()
  /** What an envelope rests on and is at hand. A hash cannot stand in what it was made of, so there are no rings. */
  const below = ({ payload: { previous, seen } }: Ordered): string[] =>
    [previous, ...Object.values(seen).map(({ hash }) => hash)].filter((hash) => byHash.has(hash))
  for (const { hash: start } of envelopes) {
    const path = [start]
    for (let hash = path.at(-1); hash !== undefined; hash = path.at(-1)) {
      const envelope = byHash.get(hash)
      const open = envelope && below(envelope).find((each) => !depths.has(each))
      if (open !== undefined) path.push(open)
      else {
        const under = envelope ? below(envelope).map((each) => depths.get(each) ?? 0) : []
        depths.set(hash, 1 + Math.max(0, ...under))
        path.pop()
      }
    }
  }
  const depth = ({ hash }: Ordered): number => depths.get(hash) ?? 0
  return envelopes.toSorted(
    (one, other) =>
      depth(one) - depth(other) ||
      compare(one.payload.sender, other.payload.sender) ||
      one.payload.sequence - other.payload.sequence ||
      compare(one.hash, other.hash),
  )
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
