import { sampleSnapshot } from '../../services/platform/directory/sample-snapshot.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../../services/platform/tokens/keys.ts'
import { freePort } from '../contestants/free-port.ts'
import type { Databases } from '../world/databases.ts'

/** The two counties of the measurement: the first sends, the second receives. */
export const [sender, recipient] = ['411528', '411729'] as const
const gatewayName = 'gateway-bench'
const issuer = 'http://127.0.0.1:1'

/** What a process of the measurement is started with. */
export interface NodeParts {
  role: 'gateway' | 'county'
  name: string
  port: number
  databaseUrl: string
  key: SigningKey
  snapshot: Snapshot
}

/** The parts of the two counties and of the gateway between them. */
export async function drawUp(databases: Databases): Promise<Record<'from' | 'to' | 'gateway', NodeParts>> {
  const keys = { from: await generateSigningKey(), to: await generateSigningKey(), gateway: await generateSigningKey() }
  const ports = { from: await freePort(), to: await freePort(), gateway: await freePort() }
  const county = (code: string, name: string, which: 'from' | 'to') => ({
    code,
    name,
    codeSystem: 'GBT2260' as const,
    status: 'ACTIVE' as const,
    url: `http://127.0.0.1:${ports[which]}/graphql`,
    keys: [publicKeyOf(keys[which])],
  })
  const now = Date.now()
  const snapshot = sampleSnapshot({
    issuedAt: new Date(now - 1_000).toISOString(),
    expiresAt: new Date(now + 86_400_000).toISOString(),
    counties: [county(sender, '示例甲县', 'from'), county(recipient, '示例乙县', 'to')],
    issuers: [{ issuer, audience: 'urn:liandong:exchange', jwksUri: `${issuer}/jwks` }],
    gateways: [
      { id: gatewayName, url: `http://127.0.0.1:${ports.gateway}/graphql`, keys: [publicKeyOf(keys.gateway)] },
    ],
  })
  const parts = async (role: NodeParts['role'], name: string, which: keyof typeof keys): Promise<NodeParts> => ({
    role,
    name,
    port: ports[which],
    databaseUrl: await databases.create(),
    key: keys[which],
    snapshot,
  })
  return {
    from: await parts('county', sender, 'from'),
    to: await parts('county', recipient, 'to'),
    gateway: await parts('gateway', gatewayName, 'gateway'),
  }
}
