import type { RequestContext } from '../../platform/viewer.ts'

const shown = new WeakMap<RequestContext, Set<string>>()

/** Notes whose records an answer shows, so that the journal can say who looked at whom. */
export function noteShown(context: RequestContext, codes: Iterable<string>): void {
  const known = shown.get(context) ?? new Set<string>()
  for (const code of codes) known.add(code)
  shown.set(context, known)
}

/** Codes noted for this request, each once. */
export function subjectsShown(context: RequestContext): string[] {
  return [...(shown.get(context) ?? [])]
}
