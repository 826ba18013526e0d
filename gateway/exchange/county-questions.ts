import type { RequestContext } from '../../services/platform/viewer.ts'
import type { OutageReason } from './standing.ts'

/** One county's answer to a document, or why there is none. */
export type CountyReply = { data: Record<string, unknown> } | { outage: OutageReason }

/** How the exchange asks counties: through the same sharded data source as the planner. */
export interface CountyQuestions {
  /** Codes of the counties that an answer must cover, in the order of the directory; the same array until it changes. */
  targets(): readonly string[]
  /** Asks every target, or only `counties`, one document of county root fields, and keeps the replies apart. */
  ask(question: {
    document: string
    variables: Record<string, unknown>
    counties?: readonly string[]
    context: RequestContext
  }): Promise<ReadonlyMap<string, CountyReply>>
  /** Runs a document as the planner's fetch would be run: routed, scattered and merged. */
  execute(question: {
    document: string
    variables: Record<string, unknown>
    context: RequestContext
  }): Promise<{ data: Record<string, unknown> | null; errors: readonly Error[] }>
}
