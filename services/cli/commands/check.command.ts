import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { packageRoot } from '../../platform/package-root.ts'
import { obtainToken, type ClientOptions, withClientOptions } from '../client-options.ts'
import type { CommandIo } from '../command-io.ts'
import { type CreditCheckAnswer, creditCheckSchema } from '../credit-check-answer.ts'
import { describeCheck } from '../describe-check.ts'
import { CommandFailed, exitCodes } from '../exit-codes.ts'
import { askGateway } from '../gateway-client.ts'
import { localDefaults } from '../local-defaults.ts'

interface CheckOptions extends ClientOptions {
  matter: string
  gateway?: string
  purpose?: string
  officer?: string
  receipt?: string
  maxStaleness?: string
  json?: boolean
}

const examples = `
Exit code: 0 CLEAR, 1 CONSIDER or BARRED, 2 INCONCLUSIVE (some county is not covered), 3 error.

Examples:
  $ liandong check 91411528MA4XXXXXXX --matter FOOD_BUSINESS_LICENCE
  $ liandong check 91411528MA4XXXXXXX --matter DRUG_RETAIL_LICENCE --purpose approval/息审许2026-17 --receipt check.jws
  $ liandong check 91411528MA4XXXXXXX --matter FOOD_BUSINESS_LICENCE --max-staleness PT0S
  $ liandong check 91411528MA4XXXXXXX --matter GOVERNMENT_PROCUREMENT --json | jq .coverage`

/** `liandong check`: checks an applicant in every county, shows what follows and who covers it. */
export function checkCommand(program: Command, io: CommandIo): void {
  const command = program
    .command('check')
    .description('信用核查: check an applicant in every county')
    .argument('<code>', 'unified social credit code (统一社会信用代码) or identity number of the applicant')
    .requiredOption('--matter <matter>', 'approval matter (许可事项), e.g. FOOD_BUSINESS_LICENCE')
    .option('--gateway <url>', 'GraphQL endpoint of the gateway (LIANDONG_GATEWAY_URL; default: the local demo)')
    .option('--purpose <kind/number>', 'what the check is for, e.g. approval/<number>')
    .option('--officer <number>', 'number of the officer who asks (执法证号)')
    .option('--receipt <file>', 'keep the signed receipt in this file')
    .option('--max-staleness <duration>', 'oldest data that will do, e.g. PT1M; PT0S asks every county live')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', examples)
  withClientOptions(command).action(async (code: string, options: CheckOptions) => {
    const answer = await check(code, options, io)
    if (options.receipt !== undefined) writeFileSync(options.receipt, `${answer.receipt}\n`)
    io.out(options.json === true ? `${JSON.stringify(answer, null, 2)}\n` : describeCheck(answer))
    io.exit(exitCodeOf(answer.verdict))
  })
}

async function check(code: string, options: CheckOptions, io: CommandIo): Promise<CreditCheckAnswer> {
  const value = await askGateway(
    {
      url: options.gateway ?? localDefaults(io.env).gateway,
      token: await obtainToken(options, io.env),
      // The registered document: a gateway in production admits no other.
      document: readFileSync(join(packageRoot(), 'schema', 'operations', '01-credit-check.graphql'), 'utf8'),
      variables: { subject: code, matter: options.matter, maxStaleness: options.maxStaleness },
      purpose: options.purpose,
      officer: options.officer,
    },
    'creditCheck',
  )
  const answer = creditCheckSchema.safeParse(value)
  if (!answer.success) throw new CommandFailed('The gateway answered with something that is no credit check.')
  return answer.data
}

function exitCodeOf(verdict: CreditCheckAnswer['verdict']): number {
  if (verdict === 'CLEAR') return exitCodes.ok
  return verdict === 'INCONCLUSIVE' ? exitCodes.inconclusive : exitCodes.finding
}
