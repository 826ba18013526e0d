import type { RequestContext } from '../../platform/viewer.ts'

/** Notes whose records an answer shows, so that the journal can say who looked at whom. */
export function noteShown(context: RequestContext, codes: Iterable<string>): void {
  for (const code of codes) context.shown.add(code)
}
