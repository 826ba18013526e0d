const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Pauses after failed attempts, milliseconds: three days together. */
const pauses = [
  5 * second,
  30 * second,
  2 * minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  12 * hour,
  20 * hour,
  24 * hour,
] as const
/** The pause from then on. */
const onceInAWhile = 12 * hour

/** 推送状态: RETRYING for three days after the first failure, then FAILING; DISABLED after 410 Gone. */
export const webhookStandings = ['WORKING', 'RETRYING', 'FAILING', 'DISABLED'] as const
/** Where an endpoint stands. */
export type WebhookStanding = (typeof webhookStandings)[number]

/** How long to wait after so many failures before this one, milliseconds, shifted by up to a tenth. */
export function pauseAfterFailure(failuresBefore: number, random: string): number {
  const shift = 0.9 + 0.2 * (Number.parseInt(random.slice(0, 8), 16) / 0xffffffff)
  return (pauses[failuresBefore] ?? onceInAWhile) * shift
}

/** Where an endpoint stands. */
export function standingOf(endpoint: { failures: number; disabledAt: Date | null }): WebhookStanding {
  if (endpoint.disabledAt) return 'DISABLED'
  if (endpoint.failures === 0) return 'WORKING'
  return endpoint.failures <= pauses.length ? 'RETRYING' : 'FAILING'
}
