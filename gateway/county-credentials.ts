import { formatPurpose } from '../services/platform/purpose.ts'
import type { CountyTokenMinter } from '../services/platform/tokens/county-token.ts'
import { type RequestContext, headers, type Transaction } from '../services/platform/viewer.ts'

/** Headers of one request to one node: its token, the transaction, the purpose and the officer. */
export type NodeCredentials = (
  audience: string,
  context: Pick<RequestContext, 'viewer' | 'transaction'>,
) => Readonly<Record<string, string>> | Promise<Record<string, string>>

/**
 * The credentials by which the gateway asks counties and the coordination node in a viewer's name. What all requests of
 * one transaction have in common is written once; a token that has been made before is there at once.
 */
export function createNodeCredentials(minter: Pick<CountyTokenMinter, 'mint'>): NodeCredentials {
  const common = new WeakMap<Transaction, Readonly<Record<string, string>>>()

  const commonOf = (transaction: Transaction): Readonly<Record<string, string>> => {
    let written = common.get(transaction)
    if (written === undefined) {
      const { id, purpose, officer } = transaction
      written = {
        [headers.transaction]: id,
        ...(purpose && { [headers.purpose]: formatPurpose(purpose) }),
        ...(officer !== undefined && { [headers.officer]: encodeURIComponent(officer) }),
      }
      common.set(transaction, written)
    }
    return written
  }

  return (audience, { viewer, transaction }) => {
    const withToken = (token: string) => ({ authorization: `Bearer ${token}`, ...commonOf(transaction) })
    const token = minter.mint({ viewer, county: audience })
    return typeof token === 'string' ? withToken(token) : token.then(withToken)
  }
}
