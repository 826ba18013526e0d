import type { Command } from 'commander'
import { type ClientOptions, obtainToken, withClientOptions } from '../client-options.ts'
import type { CommandIo } from '../command-io.ts'

const examples = `
Examples:
  $ liandong token xixian-approval
  $ curl -s http://localhost:4000/graphql -H "authorization: Bearer $(npx liandong token xixian-approval)" \\
      -H 'content-type: application/json' -d '{"query":"{ counties { code name status } }"}'`

/** `liandong token`: prints an access token, and nothing else, for curl and scripts. */
export function tokenCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('token')
    .description('访问令牌: get an access token from the issuer (private_key_jwt)')
    .argument('<client>', 'client id, e.g. xixian-approval')
    .addHelpText('after', examples)
  withClientOptions(command, { client: false }).action(async (client: string, options: ClientOptions) => {
    io.out(`${await obtainToken({ ...options, client }, io.env)}\n`)
  })
}
