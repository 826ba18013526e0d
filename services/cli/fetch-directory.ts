import { CommandFailed } from './exit-codes.ts'

const deadlineMs = 15_000

/** The signed directory as the coordination node publishes it at `url`, not verified. */
export async function fetchDirectory(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(deadlineMs) })
    if (response.ok) return await response.text()
    throw new CommandFailed(`${url} answered HTTP ${response.status}.`)
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    throw new CommandFailed(`No coordination node answers at ${url}.`)
  }
}
