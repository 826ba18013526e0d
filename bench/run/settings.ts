import { parseArgs } from 'node:util'

/** What is measured, and for how long. */
export interface Settings {
  scenarios: ReadonlySet<Scenario>
  /** Numbers of counties. */
  sizes: number[]
  /** Whether even few counties are the light process only. */
  light: boolean
  rounds: number
  /** Before the first round, each contestant. */
  warmMs: number
  /** With {@link busyConcurrency} requests in flight. */
  busyMs: number
  /** With one request in flight. */
  quietMs: number
  /** Contestants by id; empty for all. */
  contestants: string[]
  /** Entries of the index whose memory is measured. */
  entries: number
  build: boolean
  /** Whether this gateway is run under a profiler, which slows it: what takes its time, not how much. */
  profile: boolean
  /** Where the report goes; undefined to only print it. */
  save: string | undefined
  databaseUrl: string
}

/** The scenarios. */
export const scenarios = ['check', 'entities', 'memory'] as const
type Scenario = (typeof scenarios)[number]

/** Requests in flight when the gateway is to be busy. */
export const busyConcurrency = 16

/** How much longer the warm-up is with real counties. */
export const realWarmFactor = 3

/** Up to this number, counties are real nodes on PostgreSQL. */
export const mostRealCounties = 10

/** So many counties are asked as the light process too: there the gateway is measured and hardly anything else. */
const lightAsWell = 10

/** Whether the counties of the check are real nodes, in each table for this number of them. */
export function tablesOf(size: number, { light }: Settings): boolean[] {
  if (light || size > mostRealCounties) return [false]
  return size === lightAsWell ? [true, false] : [true]
}

/** What `--help` says. */
export const usage = `npm run bench -- [options]

  --quick            two short rounds, N = 2 and 50, nothing saved: for trying out
  --only <scenario>  ${scenarios.join(', ')}; may be given several times
  --n <number>       only with so many counties; may be given several times
  --light            counties are the light process whatever their number
  --contestant <id>  ours-on, ours-on-small, ours-off, apollo, hive, hive-rust, grafbase, floor; several times
  --rounds <number>  rounds, five unless told
  --pace <factor>    warm-up and measured times multiplied by this; 0.5 takes half as long
  --save <name>      saves the report as docs/benchmarks/<name>.md; the date unless told
  --no-save          only prints it
  --profile          shows what takes this gateway's processor time (which slows it); nothing saved
  --no-build         measures dist/ as it stands

  BENCH_DATABASE_URL PostgreSQL whose user may create databases
                     (postgres://postgres:postgres@127.0.0.1:5432/postgres)
`

/** Reads the command line. Throws TypeError for what it does not know; undefined when help was asked for. */
export function readSettings(args: string[], env: NodeJS.ProcessEnv, today: string): Settings | undefined {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      n: { type: 'string', multiple: true },
      light: { type: 'boolean', default: false },
      contestant: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      pace: { type: 'string' },
      save: { type: 'string' },
      'no-save': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      'no-build': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  const { quick, profile, light } = values
  const unknown = values.only?.find((name) => !scenarios.some((scenario) => scenario === name))
  if (unknown !== undefined) throw new TypeError(`There is no scenario ${unknown}. There are: ${scenarios.join(', ')}.`)
  const sizes = (values.n ?? (quick ? ['2', '50'] : ['2', '10', '50', '100', '200'])).map(Number)
  if (sizes.some((size) => !Number.isInteger(size) || size < 2 || size > 500)) throw new TypeError('--n is 2 to 500.')
  const pace = Number(values.pace ?? 1)
  if (!(pace >= 0.1 && pace <= 20)) throw new TypeError('--pace is 0.1 to 20.')
  const partial =
    quick || profile || light || values.only !== undefined || values.n !== undefined || values.contestant !== undefined
  return {
    scenarios: new Set(scenarios.filter((scenario) => values.only?.includes(scenario) ?? true)),
    sizes,
    light,
    rounds: Number(values.rounds ?? (quick ? 2 : 5)),
    warmMs: pace * (quick ? 1_500 : 4_000),
    busyMs: pace * (quick ? 1_000 : 3_000),
    quietMs: pace * (quick ? 500 : 2_000),
    contestants: values.contestant ?? [],
    entries: 10_000_000,
    build: !values['no-build'],
    profile,
    // What is left out would look like a whole report: such a run is saved only when it has a name of its own.
    save: values['no-save'] ? undefined : (values.save ?? (partial ? undefined : today)),
    databaseUrl: env['BENCH_DATABASE_URL'] ?? 'postgres://postgres:postgres@127.0.0.1:5432/postgres',
  }
}
