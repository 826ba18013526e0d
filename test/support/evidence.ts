import { and, eq } from 'drizzle-orm'
import { attachments } from '../../services/county/attachments/attachment.table.ts'
import { envelopes } from '../../services/county/delivery/delivery.table.ts'
import { legalityLabels } from '../../services/county/evidence/evidence.labels.ts'
import { referenceTo } from './attachments.ts'
import { type TestCounty, officersOf } from './counties.ts'
import { agencyOf } from './trust.ts'

/** A checklist on which everything is in order and no body was asked. */
export const legality = Object.keys(legalityLabels).map((item) => ({
  item,
  answer: item === 'QUALIFIED_BODY' ? 'NOT_APPLICABLE' : 'YES',
}))

/** What a county says when it shares a site record of a case. */
export function evidenceInput(
  county: string,
  about: { case: string; recipients: readonly string[]; file: ReturnType<typeof referenceTo> },
) {
  return {
    ...about,
    evidence: 'RECORD',
    document: 'SITE_RECORD',
    title: '现场检查笔录',
    collectors: officersOf(county),
    collectedAt: '2026-01-05T02:00:00.000Z',
    collectedPlace: '示例路1号',
    checklist: legality,
    purpose: '证明虚假广告的发布',
  }
}

/** A file that a county says it holds, for tests in which nobody reads it. */
export async function heldFile(county: TestCounty, contents: string): Promise<ReturnType<typeof referenceTo>> {
  const file = referenceTo(Buffer.from(contents))
  const { hash, size, mediaType } = file
  const row = { hash, size, mediaType, storedAt: new Date(), agency: agencyOf(county.code), origin: 'OWN' }
  await county.database.db.insert(attachments).values(row)
  return file
}

/** Hands over what a county wrote in a matter, where nothing is delivered by itself. */
export async function handOver(from: TestCounty, to: TestCounty, matter: string): Promise<void> {
  const { db } = from.database
  const own = and(eq(envelopes.matter, matter), eq(envelopes.sender, from.code))
  const written = await db.select({ jws: envelopes.jws }).from(envelopes).where(own)
  await to.node().delivery.receive(
    written.map(({ jws }) => jws),
    from.code,
  )
}
