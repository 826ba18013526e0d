/**
 * `npm run bench`: measures this gateway against other federation gateways and writes the report. See `--help`, and
 * docs/benchmarks/ for what was found.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { packageRoot } from '../services/platform/package-root.ts'
import { casesLines, checkLines } from './contestants/lines.ts'
import type { IndexMemory } from './memory.ts'
import { type Results } from './report/aims.ts'
import { writeMarkdown } from './report/markdown.ts'
import { plotsOf } from './report/plots.ts'
import { describeMachine, readVersions } from './report/versions.ts'
import { startHelper, stopAll } from './run/child.ts'
import { type LineResult, measureScene } from './run/measure.ts'
import { openScene } from './run/scene.ts'
import { type Settings, readSettings, tablesOf, usage } from './run/settings.ts'
import { createDatabases } from './world/databases.ts'
import { createWorld } from './world/world.ts'

const started = Date.now()

function say(text: string): void {
  process.stdout.write(`${String(Math.round((Date.now() - started) / 1_000)).padStart(5)} s  ${text}\n`)
}

function prepare(settings: Settings): void {
  const run = (args: string[]): void => {
    const { status } = spawnSync('npm', args, { cwd: packageRoot(), stdio: 'inherit' })
    if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`)
  }
  if (!isInstalled()) run(['ci', '--prefix', 'bench', '--ignore-scripts'])
  if (settings.build) run(['run', '--silent', 'build'])
}

/** Whether what stands in bench/node_modules is of the present lock file. */
function isInstalled(): boolean {
  const folder = join(packageRoot(), 'bench')
  const installed = join(folder, 'node_modules/.package-lock.json')
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs
}

async function measure(settings: Settings): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'liandong-bench-'))
  const databases = createDatabases(settings.databaseUrl)
  const world = await createWorld(folder)
  let ending: Promise<void> | undefined
  const end = (): Promise<void> => {
    ending ??= (async () => {
      await stopAll()
      await Promise.all([databases.drop(), world.close(), rm(folder, { recursive: true, force: true })])
    })()
    return ending
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // More than one comes: from the terminal to the whole group, and again from whoever started this process.
    process.on(signal, () => {
      if (ending === undefined) say('stopping')
      void end().finally(() => process.exit(130))
    })
  }
  try {
    const scene = async (size: number, question: 'check' | 'cases', real: boolean): Promise<LineResult[]> => {
      say(`${question}, ${size} counties, ${real ? 'real nodes' : 'the light process'}`)
      const opened = await openScene(world, databases, size, question, real, settings.profile)
      try {
        const lines = (question === 'check' ? checkLines : casesLines)(opened.scene)
        const wanted = (id: string): boolean => settings.contestants.length === 0 || settings.contestants.includes(id)
        return await measureScene(
          {
            ...opened,
            lines: lines.filter(({ id }) => wanted(id)),
            tokensFile: opened.settled.tokensFile,
            withFloor: question === 'check' && wanted('floor'),
          },
          settings,
          say,
        )
      } finally {
        await opened.counties.stop()
      }
    }
    const checks: Results['checks'] = []
    // One scene at a time has the machine.
    // oxlint-disable no-await-in-loop
    if (settings.scenarios.has('check'))
      for (const size of settings.sizes)
        for (const real of tablesOf(size, settings))
          checks.push({ size, real, lines: await scene(size, 'check', real) })
    const entities = settings.scenarios.has('entities') ? await scene(10, 'cases', false) : undefined
    const memory = settings.scenarios.has('memory') ? await indexMemory(folder, settings.entries) : undefined
    await report(settings, { checks, entities }, memory)
  } finally {
    await end()
  }
}

async function indexMemory(folder: string, entries: number): Promise<IndexMemory> {
  say(`index, ${entries} entries`)
  const helper = startHelper('memory.ts', join(folder, 'memory.log'))
  try {
    return await helper.call<IndexMemory>('fill', { entries })
  } finally {
    await helper.stop()
  }
}

async function report(settings: Settings, results: Results, memory: IndexMemory | undefined): Promise<void> {
  const name = settings.save ?? 'trial'
  const folder = join(packageRoot(), 'docs/benchmarks')
  const plots = plotsOf(results)
  const text = await format(
    writeMarkdown({
      ...results,
      memory,
      settings,
      date: new Date().toISOString().slice(0, 10),
      machine: await describeMachine(settings.databaseUrl),
      versions: readVersions(),
      command: ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' '),
      minutes: (Date.now() - started) / 60_000,
      plots: plots.map((plot) => ({ file: `${name}-${plot.name}.svg`, title: plot.title })),
    }),
    { ...(await resolveConfig(join(folder, `${name}.md`))), parser: 'markdown' },
  )
  process.stdout.write(`\n${text}\n`)
  if (settings.save === undefined) return
  await mkdir(folder, { recursive: true })
  await write(join(folder, `${name}.md`), text)
  for (const plot of plots) await write(join(folder, `${name}-${plot.name}.svg`), plot.svg)
  say(`saved in docs/benchmarks/${name}.md`)
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.tmp`, text)
  await rename(`${path}.tmp`, path)
}

const settings = readSettings(process.argv.slice(2), process.env, new Date().toISOString().slice(0, 10))
if (settings) {
  prepare(settings)
  await measure(settings)
} else process.stdout.write(usage)
