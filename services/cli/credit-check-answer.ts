import { z } from 'zod'

const county = z.object({ code: z.string(), name: z.string() })

/** The answer to the document `01-credit-check.graphql`. */
export const creditCheckSchema = z.object({
  subject: z.string(),
  matter: z.string(),
  matterLabel: z.string(),
  checkedAt: z.string(),
  verdict: z.enum(['CLEAR', 'CONSIDER', 'BARRED', 'INCONCLUSIVE']),
  verdictLabel: z.string(),
  consequences: z.array(
    z.object({
      measure: z.object({ code: z.string(), label: z.string(), effect: z.string() }),
      legalBasis: z.array(z.object({ law: z.string(), article: z.string() })),
      until: z.string().nullable(),
      listing: z.object({ id: z.string() }),
    }),
  ),
  listings: z.array(
    z.object({
      id: z.string(),
      county,
      subject: z.object({ code: z.string(), name: z.string().nullable() }),
      documentNumber: z.string(),
      categoryLabel: z.string(),
      listedOn: z.string().nullable(),
      effectUntil: z.string().nullable(),
    }),
  ),
  coverage: z.object({
    complete: z.boolean(),
    statement: z.string().nullable(),
    answered: z.array(
      z.object({ county, asOf: z.string(), listVersion: z.string(), source: z.enum(['LIVE', 'INDEX']) }),
    ),
    unanswered: z.array(z.object({ county, reason: z.string() })),
  }),
  receipt: z.string(),
})

/** A credit check as the gateway answers it. */
export type CreditCheckAnswer = z.infer<typeof creditCheckSchema>
