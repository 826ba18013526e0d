import { Kind, type DocumentNode, type GraphQLSchema, type SelectionSetNode } from 'graphql'
import type { Clock } from '../../services/platform/clock.ts'
import { subjectReference } from '../../services/platform/codes/mask.ts'
import type { Journal } from '../../services/platform/journal/journal.ts'
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

/**
 * Writes the question into the gateway's journal; resolves when the entry is durable, rejects with JOURNAL_UNAVAILABLE.
 * Questions about the schema alone are not journalled.
 */
export async function admit(
  deps: { journal: Journal; clock: Clock; pepper: string },
  { schema, document, operationName, variables, context }: AskedOperation,
): Promise<void> {
  const fields = rootFields(document, operationName)
  if (fields.every((name) => name.startsWith('__'))) return
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
    subjects: subjectsAsked(schema, document, variables).map((code) => subjectReference(code, deps.pepper)),
  })
}

/** Names of the root fields that an operation selects, in order, each once. */
export function rootFields(document: DocumentNode, operationName: string | null): string[] {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  const operation =
    operationName === null ? operations[0] : operations.find(({ name }) => name?.value === operationName)
  const names = new Set<string>()
  const collect = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
      else {
        const fragment = document.definitions.find(
          (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
        )
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) collect(fragment.selectionSet)
      }
    }
  }
  if (operation) collect(operation.selectionSet)
  return [...names]
}
