/** For a container's healthcheck: ends with 0 when this machine's process on PORT says that it is ready, else with 1. */
const url = `http://127.0.0.1:${process.env['PORT'] ?? '4000'}/health/ready`
const ready = await fetch(url, { signal: AbortSignal.timeout(4_000) }).then(
  (response) => response.ok,
  () => false,
)
process.exitCode = ready ? 0 : 1
