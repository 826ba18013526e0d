import { CommandFailed } from './exit-codes.ts'

const deadlineMs = 15_000

/**
 * The signed directory as the coordination node publishes it at `url`, not verified, and without the keys of the hit index:
 * whoever keeps it, or hands it on with a receipt, gives no secret away.
 */
export async function fetchDirectory(url: string): Promise<string> {
  try {
    const address = new URL(url)
    address.searchParams.set('epochs', 'none')
    const response = await fetch(address, { signal: AbortSignal.timeout(deadlineMs) })
    if (response.ok) return await response.text()
    throw new CommandFailed(`${url} answered HTTP ${response.status}.`)
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    throw new CommandFailed(`No coordination node answers at ${url}.`)
  }
}
