import { type DocumentNode, getOperationAST, type GraphQLSchema, type OperationDefinitionNode } from 'graphql'
import type { Clock } from '../../services/platform/clock.ts'
import { subjectReference } from '../../services/platform/codes/mask.ts'
import { ExchangeError } from '../../services/platform/errors.ts'
import type { Journal } from '../../services/platform/journal/journal.ts'
import { memoise } from '../../services/platform/memoise.ts'
import { rootFields } from '../../services/platform/journal/root-fields.ts'
import { subjectsAsked } from '../../services/platform/journal/subjects-asked.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'

/** One operation about to be executed. */
export interface AskedOperation {
  schema: GraphQLSchema
  document: DocumentNode
  operationName: string | null
  variables: Readonly<Record<string, unknown>>
  context: RequestContext
}

const fieldsIn = memoise((document: DocumentNode) =>
  memoise((operation: OperationDefinitionNode) => rootFields(document, operation)),
)

/** Subjects that one operation may name: several full batches. All of them stand in one entry. */
export const mostSubjects = 5_000

/**
 * Writes the question into the gateway's journal; resolves when the entry is durable, rejects with JOURNAL_UNAVAILABLE,
 * and with OPERATION_TOO_COMPLEX when it names more than {@link mostSubjects}. Questions about the schema alone are not
 * journalled.
 */
export async function admit(
  deps: { journal: Journal; clock: Clock; pepper: string },
  { schema, document, operationName, variables, context }: AskedOperation,
): Promise<void> {
  const operation = getOperationAST(document, operationName)
  const fields = operation ? fieldsIn(document)(operation) : []
  if (fields.every((name) => name.startsWith('__'))) return
  const subjects = subjectsAsked(schema, document, variables)
  if (subjects.length > mostSubjects) {
    throw new ExchangeError(
      'OPERATION_TOO_COMPLEX',
      `The operation names ${subjects.length} subjects; the limit is ${mostSubjects}. Send several operations.`,
    )
  }
  const { viewer, transaction } = context
  await deps.journal.append({
    at: deps.clock.now(),
    transaction: transaction.id,
    agency: viewer.agency,
    county: viewer.county,
    actor: null,
    officer: transaction.officer ?? null,
    purposeKind: transaction.purpose?.kind ?? 'APPROVAL',
    purposeNumber: transaction.purpose?.number ?? null,
    fields,
    subjects: subjects.map((code) => subjectReference(code, deps.pepper)),
  })
}
