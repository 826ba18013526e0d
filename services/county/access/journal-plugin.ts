import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import {
  type DocumentNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'
import type { Clock } from '../../platform/clock.ts'
import { ExchangeError } from '../../platform/errors.ts'
import type { Journal } from '../../platform/journal/journal.ts'
import { rootFields } from '../../platform/journal/root-fields.ts'
import { subjectsAsked } from '../../platform/journal/subjects-asked.ts'
import type { RequestContext } from '../../platform/viewer.ts'

/** What the county's journal of accesses needs. */
export interface JournalPluginOptions {
  journal: Journal
  clock: Clock
  /** A subject as the journal names it. */
  reference(code: string): string
}

interface Question {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  request: { variables?: Record<string, unknown> }
  contextValue: RequestContext
}

/**
 * Writes every access into the county's journal: a change before it is made, and again with the subjects it turned out
 * to be about; a question before its answer leaves, with the subjects that were asked about and shown
 * (政务数据共享条例 art. 29). If that fails the change is not made and the answer does not leave: JOURNAL_UNAVAILABLE.
 */
export function createJournalPlugin(options: JournalPluginOptions): ApolloServerPlugin<RequestContext> {
  async function append(question: Question): Promise<void> {
    const fields = rootFields(question.document, question.operation).filter((name) => !name.startsWith('__'))
    if (fields.length === 0) return
    const { viewer, transaction, shown } = question.contextValue
    const asked = subjectsAsked(question.schema, question.document, question.request.variables ?? {})
    const subjects = new Set([...asked, ...shown].map((code) => options.reference(code)))
    await options.journal.append({
      at: options.clock.now(),
      transaction: transaction.id,
      agency: viewer.agency,
      county: viewer.county,
      actor: viewer.actor ?? null,
      officer: transaction.officer ?? null,
      purposeKind: transaction.purpose?.kind ?? 'APPROVAL',
      purposeNumber: transaction.purpose?.number ?? null,
      fields,
      subjects: [...subjects],
    })
  }

  return {
    // oxlint-disable-next-line require-await -- the interface wants a promise
    requestDidStart: async () => ({
      responseForOperation: async (context) => {
        if (context.operation.operation !== OperationTypeNode.MUTATION) return null
        const refusal = await refusalOf(append(context))
        if (!refusal) return null
        return { http: { status: 503, headers: new HeaderMap() }, body: { kind: 'single', singleResult: refusal } }
      },
      willSendResponse: async (context) => {
        const { operation, document, response } = context
        if (!operation || !document || response.body.kind !== 'single') return
        // A change that was refused before it was made has shown nobody.
        if (operation.operation === OperationTypeNode.MUTATION && context.contextValue.shown.size === 0) return
        const refusal = await refusalOf(append({ ...context, document, operation }))
        // A change has been made and is in the journal: to say now that it was refused would not be true.
        if (!refusal || operation.operation === OperationTypeNode.MUTATION) return
        response.http.status = 503
        response.body.singleResult = refusal
      },
    }),
  }
}

/** The answer when an append was refused; undefined when it went through. */
async function refusalOf(appended: Promise<void>): Promise<{ errors: GraphQLFormattedError[] } | undefined> {
  try {
    await appended
    return undefined
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    return { errors: [{ message: error.message, extensions: error.extensions }] }
  }
}
