import { join } from 'node:path'
import type { Command } from 'commander'
import { requestToken } from '../platform/tokens/client-credentials.ts'
import { readSigningKey } from '../platform/tokens/keys.ts'
import { errorCode } from '../platform/error-code.ts'
import { CommandFailed } from './exit-codes.ts'
import { localDefaults } from './local-defaults.ts'

/** Who asks, and how its token is had. */
export interface ClientOptions {
  client?: string
  key?: string
  issuer?: string
  scope?: string
}

const defaultClient = 'xixian-approval'

/** Adds the options that {@link obtainToken} reads. */
export function withClientOptions(command: Command, { client = true }: { client?: boolean } = {}): Command {
  if (client) {
    command.option('--client <id>', `who asks (LIANDONG_CLIENT; default: ${defaultClient} of the local demo)`)
  }
  return command
    .option('--key <file>', 'private JWK of the client (LIANDONG_CLIENT_KEY_FILE; default: the local demo’s)')
    .option('--issuer <url>', 'token issuer (LIANDONG_ISSUER_URL; default: the local demo’s)')
    .option('--scope <scopes>', 'scopes to ask for, separated by blanks (default: all that the client may have)')
}

/** An access token of the client; LIANDONG_TOKEN, when set, is used as it is. */
export async function obtainToken(options: ClientOptions, env: NodeJS.ProcessEnv): Promise<string> {
  const given = env['LIANDONG_TOKEN']
  if (given && options.client === undefined) return given
  const client = options.client ?? env['LIANDONG_CLIENT'] ?? defaultClient
  if (!/^[\w.-]+$/.test(client)) throw new CommandFailed(`"${client}" is no client id.`)
  const { home, issuer } = localDefaults(env)
  const file = options.key ?? env['LIANDONG_CLIENT_KEY_FILE'] ?? join(home, 'keys', 'clients', `${client}.jwk.json`)
  const granted = await requestToken({
    issuer: options.issuer ?? issuer,
    clientId: client,
    key: await readKey(file, client),
    allowHttpOnLoopback: true,
    ...(options.scope === undefined ? {} : { scope: options.scope }),
  })
  return granted.accessToken
}

async function readKey(file: string, client: string): ReturnType<typeof readSigningKey> {
  try {
    return await readSigningKey(file)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    throw new CommandFailed(
      `There is no key of client ${client} at ${file}. Start the demo once (npm start), or name the key with --key.`,
    )
  }
}
