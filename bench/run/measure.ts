import { join } from 'node:path'
import type { Contestant, Line, Scene, Started } from '../contestants/contestant.ts'
import type { Expectation } from '../load/expectation.ts'
import type { Phase, PhaseResult, Question } from '../load/question.ts'
import { listedSubject } from '../world/codes.ts'
import { type Helper, startHelper } from './child.ts'
import { type Profile, type Stretch, monotonicMicroseconds, readProfile } from './profile.ts'
import { peakMegabytes, processorMs } from './processor.ts'
import type { Counties } from './scene.ts'
import { type Settings, busyConcurrency, realWarmFactor } from './settings.ts'

/** One round of one line. */
export interface Round {
  busy: PhaseResult
  quiet: PhaseResult
  /** Processor milliseconds of the gateway, of the counties and of the load a request, in the busy phase. */
  gatewayMs: number
  countiesMs: number
  /** Questions to counties a request, in the busy phase. */
  calls: number
}

/** All rounds of one line. */
export interface LineResult {
  id: string
  name: string
  rounds: Round[]
  /** Peak memory of the gateway process, in megabytes. */
  peakMb: number
  /** Why there is nothing to show. */
  failed?: string
  profile?: Profile
}

interface Runner {
  line: { id: string; name: string }
  /** When its busy phases were. */
  stretches: Stretch[]
  profileFolder?: string | undefined
  pid: number
  run(phase: Phase): Promise<PhaseResult>
}

const readyMs = 60_000
const retryMs = 250
/** The floor asks the counties itself. */
const floorName = 'bare undici client (floor)'

/** Runs all lines of a scene, rounds interleaved, and gives their results; tells `say` how far it is. */
export async function measureScene(
  given: { scene: Scene; counties: Counties; lines: Line[]; tokensFile: string; withFloor: boolean },
  settings: Settings,
  say: (text: string) => void,
): Promise<LineResult[]> {
  const { scene, counties, tokensFile } = given
  const load = startHelper('load/generator.ts', join(scene.world.folder, 'load.log'))
  await load.call('readTokens', tokensFile)
  const started = new Map<Contestant, Started | string>()
  const results: LineResult[] = []
  const runners: Runner[] = []
  const helpers: Helper[] = [load]
  try {
    for (const line of given.lines) {
      const result: LineResult = { id: line.id, name: line.name, rounds: [], peakMb: 0 }
      results.push(result)
      // Rounds and starts follow each other, so that nobody has the machine taken from under him.
      // oxlint-disable no-await-in-loop
      const running = started.get(line.contestant) ?? (await startOne(line, scene, load))
      started.set(line.contestant, running)
      const failed = typeof running === 'string' ? running : await prove(line, running, scene, load)
      if (typeof running === 'string' || failed !== undefined) {
        result.failed = failed ?? 'did not start'
        say(`${line.name}: ${result.failed}`)
        continue
      }
      const question = questionOf(line, running)
      runners.push({
        line,
        stretches: [],
        profileFolder: running.profileFolder,
        pid: running.pid,
        run: (phase) => load.call('run', { question, phase }),
      })
    }
    if (given.withFloor) {
      const floor = startHelper('load/floor.ts', join(scene.world.folder, 'floor.log'))
      helpers.push(floor)
      const targets = scene.codes.map((code, place) => ({ code, origin: new URL(scene.urls[place] ?? '').origin }))
      await floor.call('start', targets)
      results.push({ id: 'floor', name: floorName, rounds: [], peakMb: 0 })
      runners.push({
        line: { id: 'floor', name: floorName },
        stretches: [],
        pid: floor.pid,
        run: (phase) => floor.call('run', { phase }),
      })
    }
    const warmMs = settings.warmMs * (counties.real ? realWarmFactor : 1)
    for (const runner of runners) await runner.run({ ms: warmMs, concurrency: busyConcurrency })
    for (let number = 0; number < settings.rounds; number++) {
      for (const runner of rotated(runners, number)) {
        const round = await oneRound(runner, counties, settings)
        const result = results.find(({ id }) => id === runner.line.id)
        result?.rounds.push(round)
        if (result) result.peakMb = peakMegabytes(runner.pid)
        say(
          `round ${number + 1} ${runner.line.id}: ${(round.busy.requests / round.busy.seconds).toFixed(1)}/s, ` +
            `p99 ${round.busy.p99.toFixed(1)} / ${round.quiet.p99.toFixed(1)} ms, CPU ${round.gatewayMs.toFixed(2)} ms, ` +
            `${round.calls.toFixed(2)} calls, ${round.busy.failures + round.quiet.failures} failed ` +
            [...round.busy.wrong, ...round.quiet.wrong].slice(0, 1).join(''),
        )
      }
    }
    await stopStarted(started)
    for (const { line, profileFolder, stretches } of runners) {
      const profile = profileFolder === undefined ? undefined : readProfile(profileFolder, line.name, stretches)
      const result = results.find(({ id }) => id === line.id)
      if (result && profile) result.profile = profile
    }
    return results
  } finally {
    await Promise.all([stopStarted(started), ...helpers.map((helper) => helper.stop())])
  }
}

async function stopStarted(started: ReadonlyMap<Contestant, Started | string>): Promise<void> {
  await Promise.all([...started.values()].flatMap((each) => (typeof each === 'string' ? [] : [each.stop()])))
}

async function startOne(line: Line, scene: Scene, load: Helper): Promise<Started | string> {
  const running = await line.contestant.start(scene)
  const question = questionOf(line, running)
  const until = Date.now() + readyMs
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const fault = await load.call<string | null>('once', { question })
    if (fault === null) return running
    const ended = running.ended()
    if (ended !== undefined) return ended
    if (Date.now() > until) {
      // oxlint-disable-next-line no-await-in-loop
      await running.stop()
      return `no good answer after ${readyMs / 1_000} s: ${fault}`
    }
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => {
      setTimeout(resolve, retryMs)
    })
  }
}

/** A contestant that never finds a listing would be fast: it is asked about subjects that one county lists, first. */
async function prove(line: Line, running: Started, scene: Scene, load: Helper): Promise<string | undefined> {
  const question = questionOf(line, running)
  const { expect } = question
  if (expect.kind !== 'CHECK' && expect.kind !== 'STANDINGS') return undefined
  for (const place of [0, scene.codes.length - 1]) {
    const listed: Expectation = { ...expect, listedAt: [scene.codes[place] ?? ''] }
    // oxlint-disable-next-line no-await-in-loop
    const fault = await load.call<string | null>('once', {
      question: { ...question, expect: listed },
      subject: listedSubject(place, 3),
    })
    if (fault !== null) return `a listed subject: ${fault}`
  }
  return undefined
}

async function oneRound(runner: Runner, counties: Counties, settings: Settings): Promise<Round> {
  const calls = await counties.calls()
  const before = { gateway: processorMs(runner.pid), counties: counties.processorMs() }
  const from = monotonicMicroseconds()
  const busy = await runner.run({ ms: settings.busyMs, concurrency: busyConcurrency })
  runner.stretches.push([from, monotonicMicroseconds()])
  const gatewayMs = (processorMs(runner.pid) - before.gateway) / busy.requests
  const countiesMs = (counties.processorMs() - before.counties) / busy.requests
  const asked = ((await counties.calls()) - calls) / busy.requests
  const quiet = await runner.run({ ms: settings.quietMs, concurrency: 1 })
  return { busy, quiet, gatewayMs, countiesMs, calls: asked }
}

function questionOf({ document, operationName, variables, expect, contestant }: Line, { port }: Started): Question {
  return { port, path: contestant.path, document, operationName, variables, expect }
}

function rotated<Element>(elements: readonly Element[], by: number): Element[] {
  const at = by % Math.max(1, elements.length)
  return [...elements.slice(at), ...elements.slice(0, at)]
}
