import { randomBytes } from 'node:crypto'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { systemClock } from '../../platform/clock.ts'
import { type HitIndexEpoch, hitIndexEpochSchema } from '../../platform/directory/snapshot.ts'
import { errorCode } from '../../platform/error-code.ts'
import {
  generateSigningKey,
  publicKeyOf,
  readSigningKey,
  type SigningAlgorithm,
  type SigningKey,
  writeSecretFile,
} from '../../platform/tokens/keys.ts'
import type { CommandIo } from '../command-io.ts'
import { CommandFailed } from '../exit-codes.ts'

const generateExample = `
The private key stays in the file, which only its owner can read (mode 0600). A file that is there is never overwritten.
What is printed is the public part: send it to the coordination office, and confirm its kid by telephone.

Examples:
  $ liandong keys generate county-key.json
  $ liandong keys generate client-key.json --alg ES256 > client-public.json`

const publicExample = `
Example:
  $ liandong keys public county-key.json`

const epochExample = `
The entry goes into hit-index-epochs.json of the directory, beside the one in use; take that out once the new one has begun
and every county's digest is of it. The key is a secret of the exchange: keep the file as you keep private keys. It begins
in ten minutes unless --from says otherwise, so that every node knows it by then.

Example:
  $ liandong keys epoch 2027 --from 2027-01-01T00:00:00+08:00`

const minutesAhead = 10

/** `liandong keys generate|public|epoch`: makes keys, and shows the public part of a key pair. */
export function keysCommand(program: Command, io: CommandIo): void {
  const keys = program.command('keys').description('密钥: make keys, and show the public part that the directory needs')
  keys
    .command('generate')
    .description('生成密钥: write a new private key (JWK) to a file and print its public part')
    .argument('<file>', 'file for the private key; it must not be there yet')
    .addOption(
      new Option('--alg <algorithm>', 'EdDSA (Ed25519) or ES256 (P-256)').choices(['EdDSA', 'ES256']).default('EdDSA'),
    )
    .addHelpText('after', generateExample)
    .action(async (file: string, { alg }: { alg: SigningAlgorithm }) => {
      const key = await generateSigningKey(alg)
      await write(file, key)
      io.err(`Private key in ${file}. Its public part, for the directory:\n`)
      print(key, io)
    })
  keys
    .command('public')
    .description('显示公钥: print the public part of a private key file')
    .argument('<file>', 'file with a private key (JWK)')
    .addHelpText('after', publicExample)
    .action(async (file: string) => print(await read(file), io))
  keys
    .command('epoch')
    .description('名单摘要密钥: print a new epoch of the hit index, for the directory')
    .argument('<id>', 'name of the epoch: letters, digits and "-", at most 32', epochId)
    .option('--from <moment>', 'when it begins, ISO 8601', moment)
    .addHelpText('after', epochExample)
    .action((id: string, { from }: { from?: Date }) => {
      const begins = from ?? new Date(systemClock.now().getTime() + minutesAhead * 60_000)
      const entry: HitIndexEpoch = { id, key: randomBytes(32).toString('base64url'), from: begins.toISOString() }
      io.out(`${JSON.stringify(entry, null, 2)}\n`)
    })
  for (const command of keys.commands) command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err })
}

function epochId(text: string): string {
  if (hitIndexEpochSchema.shape.id.safeParse(text).success) return text
  throw new InvalidArgumentError('Use letters, digits and "-", at most 32.')
}

function moment(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('Write a moment, e.g. 2027-01-01T00:00:00+08:00.')
  return date
}

async function write(file: string, key: SigningKey): Promise<void> {
  try {
    await writeSecretFile(file, `${JSON.stringify(key)}\n`, { replace: false })
  } catch (error) {
    const code = errorCode(error) ?? 'unknown reason'
    // A folder's name may be taken, too: that is another EEXIST.
    if (code === 'EEXIST' && error instanceof Error && 'syscall' in error && error.syscall === 'link')
      throw new CommandFailed(`${file} is there already. Name another file: no key is overwritten.`)
    throw new CommandFailed(`${file} cannot be written (${code}).`)
  }
}

async function read(file: string): Promise<SigningKey> {
  try {
    return await readSigningKey(file)
  } catch (error) {
    const code = errorCode(error)
    if (code !== undefined) throw new CommandFailed(`${file} cannot be read (${code}).`)
    throw new CommandFailed(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function print(key: SigningKey, io: CommandIo): void {
  io.out(`${JSON.stringify(publicKeyOf(key), null, 2)}\n`)
}
