import { errors, type ProviderAdapter } from 'oidc-provider'
import type { Clock } from '../platform/clock.ts'

/** The model in which the provider remembers used client assertions and DPoP proofs. */
const replayModel = 'ReplayDetection'

/**
 * The provider's storage, in memory. Nothing else is ever stored: JWT access tokens are not, and there are no sessions,
 * codes or refresh tokens. What must be remembered are the ids of used assertions and proofs, for minutes; assertions
 * made before the process began are refused elsewhere, so a restart opens no gap. Full, it refuses rather than forgets.
 */
export function createReplayStore(options: { clock: Clock; capacity?: number }): (model: string) => ProviderAdapter {
  const { clock, capacity = 100_000 } = options
  /** Id → payload and when it may be forgotten (epoch milliseconds). */
  const used = new Map<string, { payload: object; until: number }>()

  const present = (id: string): object | undefined => {
    const entry = used.get(id)
    return entry && entry.until > clock.now().getTime() ? entry.payload : undefined
  }

  function dropExpired(): void {
    const now = clock.now().getTime()
    for (const [id, { until }] of used) if (until <= now) used.delete(id)
  }

  return (model) => ({
    async upsert(id, payload, expiresInSeconds) {
      if (model !== replayModel) throw new Error(`This issuer stores no ${model}.`)
      // The provider looks, then writes: of two equal assertions at once, the second must fail here.
      if (present(id)) throw new errors.InvalidRequest('assertions and proofs must only be used once')
      if (used.size >= capacity) dropExpired()
      if (used.size >= capacity) throw new errors.TemporarilyUnavailable()
      used.set(id, { payload, until: clock.now().getTime() + expiresInSeconds * 1000 })
    },
    find: async (id) => present(id),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: async () => {},
    destroy: async (id) => void used.delete(id),
    revokeByGrantId: async () => {},
  })
}
