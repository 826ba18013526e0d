import { text } from 'node:stream/consumers'
import { runProgram } from './program.ts'

/** The `liandong` command: environment and arguments in, exit code out. */
await runProgram(process.argv.slice(2), {
  env: process.env,
  out: (line) => void process.stdout.write(line),
  err: (line) => void process.stderr.write(line),
  progress: process.stderr,
  stdin: () => text(process.stdin),
  exit: (code) => {
    process.exitCode = code
  },
})
