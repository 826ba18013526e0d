import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What vouched for one county. */
const answerSchema = z.object({
  county: z.string().regex(/^\d{6}$/),
  listVersion: z.string().regex(/^\d{1,15}$/),
  /** When the county read its list, ISO 8601 in UTC. */
  asOf: z.iso.datetime(),
})
const outageSchema = z.object({ county: z.string().regex(/^\d{6}$/), reason: z.string() })

/** A coverage statement of the hit index: the counties it vouched for, in the order of the directory. */
export const indexStatementSchema = z.array(answerSchema)

/** A coverage statement of one check: what the counties answered live that it asked. */
export const askedStatementSchema = z.object({ live: z.array(answerSchema), unanswered: z.array(outageSchema) })

/** A text that receipts name by its SHA-256 (hex) in place of repeating it. */
export interface CoverageStatement {
  hash: string
  text: string
}

/** The coverage statement for some counties; equal contents have one text, members in this order. */
export function indexStatement(
  counties: readonly { county: string; listVersion: string; asOf: Date }[],
): CoverageStatement {
  return statementOf(
    counties.map(({ county, listVersion, asOf }) => ({ county, listVersion, asOf: asOf.toISOString() })),
  )
}

/** The coverage statement for what was asked live. */
export function askedStatement(asked: z.input<typeof askedStatementSchema>): CoverageStatement {
  return statementOf(asked)
}

/** SHA-256 of a statement's text, hex. */
export function statementHash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function statementOf(value: unknown): CoverageStatement {
  const text = JSON.stringify(value)
  return { hash: statementHash(text), text }
}
