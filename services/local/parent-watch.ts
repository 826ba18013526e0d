/**
 * Loaded before a child's own program (`node --import`). When the supervisor is gone, however it ended, the channel to
 * it closes, and the child ends as if it had been asked to: no process is left behind.
 */
const drainMs = 10_000

process.channel?.unref()
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGTERM')
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), drainMs).unref()
})
