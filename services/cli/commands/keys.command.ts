import { type Command, Option } from 'commander'
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

/** `liandong keys generate|public`: makes a key pair, and shows the public part of one. */
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
