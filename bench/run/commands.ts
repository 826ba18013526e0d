/** A call from the measuring process to one of its helpers, and what comes back. */
export interface Call {
  id: number
  name: string
  argument: unknown
}
/** The answer to a {@link Call}. */
export interface Reply {
  id: number
  result?: unknown
  error?: string
}

/**
 * Answers the parent's calls until it goes away; then this process ends too, so that nothing is left behind even when
 * the parent was killed.
 */
export function answerCalls(handlers: Readonly<Record<string, (argument: never) => unknown>>): void {
  process.on('disconnect', () => process.exit(0))
  // The parent decides when this process ends: Ctrl-C reaches the whole group.
  process.on('SIGINT', () => {})
  process.on('message', (call: Call) => {
    const handle = handlers[call.name] as ((argument: unknown) => unknown) | undefined
    const reply = (given: Omit<Reply, 'id'>): void => {
      if (process.connected) process.send?.({ id: call.id, ...given } satisfies Reply)
    }
    Promise.resolve()
      .then(() => {
        if (!handle) throw new Error(`no call ${call.name}`)
        return handle(call.argument)
      })
      .then(
        (result) => reply({ result }),
        (error: unknown) => reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
  })
}
