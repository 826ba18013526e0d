import { createServer } from 'node:net'

/** A port and the variable that changes it. */
export interface PortVariable {
  port: number
  variable: string
}

/**
 * Why the processes cannot listen: one line that names each port that is taken (or wanted twice) and the variable that
 * changes it. Undefined when all are free.
 */
export async function portProblem(host: string, ports: readonly PortVariable[]): Promise<string | undefined> {
  const bad: string[] = []
  const seen = new Map<number, string>()
  for (const { port, variable } of ports) {
    const other = seen.get(port)
    seen.set(port, variable)
    if (other !== undefined) bad.push(`port ${port} is wanted by both ${other} and ${variable}`)
    else {
      const reason = await whyNot(host, port)
      if (reason !== undefined) bad.push(`port ${port} ${reason} (set ${variable} to another)`)
    }
  }
  if (bad.length === 0) return undefined
  const [first = '', ...rest] = bad
  return `${[first[0]?.toUpperCase() + first.slice(1), ...rest].join('; ')}.`
}

function whyNot(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used on ${host}: ${error.code ?? error.message}`)
    })
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
