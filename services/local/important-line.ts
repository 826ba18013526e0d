const warnLevel = 40
const repeatMs = 30_000
const longestLine = 300

/**
 * Decides what of a process's output people should see at once: warnings and errors of its log (pino's JSON lines), the
 * same message once in 30 seconds. Returns the text to show, or undefined.
 */
export function importantLine(now: () => number = Date.now): (line: string) => string | undefined {
  const said = new Map<string, number>()
  return (line) => {
    const text = textOf(line)
    if (text === undefined) return undefined
    const before = said.get(text)
    if (before !== undefined && now() - before < repeatMs) return undefined
    if (said.size > 500) said.clear()
    said.set(text, now())
    return text
  }
}

function textOf(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  let entry: unknown
  try {
    entry = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof entry !== 'object' || entry === null) return undefined
  const { level, msg, err } = entry as { level?: unknown; msg?: unknown; err?: { message?: unknown } }
  if (typeof level !== 'number' || level < warnLevel || typeof msg !== 'string') return undefined
  const reason = typeof err?.message === 'string' && err.message !== msg ? ` (${err.message})` : ''
  return `${msg}${reason}`.replaceAll(/\s+/g, ' ').slice(0, longestLine)
}
