import type { IndexMemory } from '../memory.ts'
import type { LineResult } from '../run/measure.ts'
import { type Settings, busyConcurrency, realWarmFactor } from '../run/settings.ts'
import { type Results, aims, oneForEachSize } from './aims.ts'
import { type Figure, baselineOf, countsOf, figures, lineOf, medianOf, ratio, show } from './statistics.ts'

/** What a report is written from. */
export interface Report extends Results {
  date: string
  settings: Settings
  memory: IndexMemory | undefined
  machine: string[]
  versions: [name: string, version: string][]
  command: string
  minutes: number
  /** Names of the plots beside the report, with what they show. */
  plots: { file: string; title: string }[]
}

/** The report as Markdown. */
export function writeMarkdown(report: Report): string {
  const { settings, checks, entities, memory } = report
  const growing = oneForEachSize(report)
  return `${[
    `# Benchmark of ${report.date}`,
    intro(report),
    '## Aims',
    table(
      ['what', 'aim', 'measured', ''],
      aims(report).map(({ what, aim, measured, reached }) => [what, aim, measured, reached]),
    ),
    ...report.plots.map(({ file, title }) => `![${title}](${file})`),
    ...(checks.length > 0 ? ['## The check', checkText] : []),
    ...checks.flatMap(({ size, real, lines }) => [
      `### ${size} counties, ${real ? 'real nodes on PostgreSQL' : 'the light process'}`,
      resultTable(lines),
      ...profiles(lines),
    ]),
    ...(growing.length > 1
      ? [
          '## Growth',
          growthText,
          ...growthFigures.flatMap((figure) => [`${figure.title}:`, growthTable(growing, figure)]),
        ]
      : []),
    ...(entities
      ? ['## A page of 50 cases with 100 links followed', entityText, resultTable(entities), ...profiles(entities)]
      : []),
    ...(memory ? ['## Memory of the hit index', memoryTable(memory)] : []),
    '## How it was measured',
    method(settings),
  ].join('\n\n')}\n`
}

function intro({ machine, versions, command, minutes }: Report): string {
  return `${machine.map((line) => `- ${line}`).join('\n')}
- \`${command}\`, ${Math.round(minutes)} minutes

${table(['contestant', 'version'], versions)}`
}

const checkText = `“Nobody lists the subject”: is this applicant on any county’s list? The peers select, per county, \`asOf\`,
\`listVersion\` and the listings. This gateway gives verdict, consequences, listings, every county’s \`asOf\`, \`listVersion\`
and \`source\`, who did not answer, and the receipt; the line “small selection” is what an approval system would send: the
verdict, whether it is complete, and the receipt that proves it. Behind each figure stands its ratio to the first line.`

const entityText = `A subject’s 50 cases in ten counties (the light process), each with two links into other counties, whose cases are
fetched there: 100 references. This gateway answers one field; plain federation has a field and a type a county.`

const columns: readonly Figure[] = [
  figures.rate,
  figures.busyP50,
  figures.busyP99,
  figures.quietP50,
  figures.quietP99,
  figures.gatewayMs,
  figures.countiesMs,
  figures.calls,
]

function resultTable(lines: readonly LineResult[]): string {
  const base = baselineOf(lines)
  const cell = (line: LineResult, figure: Figure): string => {
    const value = show(medianOf(line, figure), figure.digits)
    const times = ratio(line, base, figure)
    return line === base || !Number.isFinite(times) ? value : `${value} (${show(times, 2)} ×)`
  }
  const memory = (line: LineResult): string => {
    const value = show(line.peakMb, 0)
    return line === base || !base?.peakMb ? value : `${value} (${show(line.peakMb / base.peakMb, 2)} ×)`
  }
  const rows = lines.map((line) => {
    if (line.failed !== undefined)
      return [`${line.name} (cannot: ${line.failed.slice(0, 160)})`, ...columns.map(() => '–'), '–', '–']
    const { requests, failures } = countsOf(line)
    return [
      line.name,
      ...columns.map((figure) => cell(line, figure)),
      memory(line),
      `${show(failures, 0)} of ${show(requests, 0)}`,
    ]
  })
  return table(['', ...columns.map(({ title }) => title), 'peak MB', 'failed'], rows)
}

const growthText = `The check again, against the number of counties; behind each figure how often the first one it is.`

const growthFigures: readonly Figure[] = [figures.gatewayMs, figures.quietP99, figures.busyP99]

function growthTable(checks: Results['checks'], figure: Figure): string {
  const [first] = checks
  const rows = (first?.lines ?? []).map(({ id, name }) => {
    const values = checks.map(({ lines }) => medianOf(lineOf(lines, id), figure))
    const [base = Number.NaN] = values
    const cells = values.map((value, index) =>
      index === 0 || !Number.isFinite(value / base)
        ? show(value, figure.digits)
        : `${show(value, figure.digits)} (${show(value / base, 1)} ×)`,
    )
    return [name, ...cells]
  })
  return table(['', ...checks.map(({ size }) => `N = ${size}`)], rows)
}

function profiles(lines: readonly LineResult[]): string[] {
  return lines.flatMap(({ profile }) => {
    if (!profile) return []
    const rows = (shares: readonly [string, number][]): string[][] =>
      shares.map(([name, share]) => [name, `${(share * 100).toFixed(1)} %`])
    return [
      `Where the processor time of ${profile.name} goes (${show(profile.ms, 0)} ms looked at, in the program itself):`,
      table(['part', 'share'], rows(profile.groups)),
      table(['function', 'share'], rows(profile.functions)),
    ]
  })
}

function memoryTable(memory: IndexMemory): string {
  const mb = memory.bytes / 2 ** 20
  return table(
    [
      'entries',
      'bytes an entry',
      'tables',
      'process, more than before',
      '… at most while growing',
      'filled in',
      'hit',
      'miss',
    ],
    [
      [
        show(memory.entries, 0),
        show(memory.bytes / memory.entries, 1),
        `${show(mb, 0)} MB`,
        `${show(memory.residentMb, 0)} MB`,
        `${show(memory.peakMb, 0)} MB`,
        `${show(memory.fillSeconds, 1)} s`,
        `${show(memory.hitNs, 0)} ns`,
        `${show(memory.missNs, 0)} ns`,
      ],
    ],
  )
}

function method({ rounds, busyMs, quietMs, warmMs }: Settings): string {
  return `- All contestants of a table run at the same time against the same counties; one at a time is asked. ${rounds} rounds, the
  contestants in turn, each round beginning with another one; the figures are medians over the rounds, the ratios
  medians of the rounds’ own ratios.
- A round is ${busyMs / 1_000} s with ${busyConcurrency} requests in flight (a closed loop: what a gateway can do) and ${quietMs / 1_000} s with one (what a caller
  waits when the gateway has nothing else to do), after a warm-up of ${warmMs / 1_000} s before the first (${realWarmFactor} times as long with real nodes, where fewer requests
  come through to warm up with). Processor time is that
  of the process with its threads and children (\`/proc/<pid>/stat\`), peak memory its \`VmHWM\`; subgraph calls are what
  the counties counted.
- Every request has a subject of its own and a token of its own out of 20,000 tokens, signed beforehand, of four agencies a
  county: callers grow with the exchange, and with them the tokens that this gateway signs for the counties. Every answer’s status is looked at, one in eight is read word by word: coverage, versions, listings, cases.
  What is wrong counts as failed. Before it is measured, a contestant is asked about two listed subjects and has to find
  the listings.
- This gateway runs as it is shipped, with everything on: tokens verified, registered operations only, journal on
  PostgreSQL written before the answer leaves, every receipt signed. The peers verify no token, keep no journal, sign
  nothing and prove no coverage: what they skip is their advantage.
- Peers run with their defaults in production mode, one process each, with the same composed supergraph: one subgraph and
  one root field a county. \`grafbase dev\` is the only way to serve that Grafbase’s npm package has; it composes the same SDL
  itself.
- Ten counties are asked twice: real nodes are what takes the time there, few checks come through, and the gateway runs on code that is
  hardly warm; in the light process the gateway itself is measured. Up to ten counties are real nodes on PostgreSQL in two processes, four connections each; they are the slowest part for whoever asks them. For the
  peers, the field is renamed and a county token added on the way in, in the counties’ process. From 50 on, one process
  on bare sockets answers for all counties, at the processor time given as theirs. Counties and load share the machine with the
  gateway, so requests/s of contestants that ask many counties are held down by them as well: look at the gateway’s CPU beside them.
- The floor asks all counties itself with undici and parses the answers. It has no HTTP server in front of it: its latency
  and its processor time are those of the asking program.`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return [line(head), line(rule), ...rows.map(line)].join('\n')
}
