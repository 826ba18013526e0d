import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type DemoAsker, DemoRefused } from './demo-asker.ts'
import { type DemoCourse, type DemoStep, demoCourses } from './demo-matter-steps.ts'

const inboxSchema = z.object({ inbox: z.object({ nodes: z.array(z.object({ id: z.string(), state: z.string() })) }) })
const pauseMs = 200
const mostMatters = 100

/** A course on its way. */
interface Way {
  course: DemoCourse
  steps: DemoStep[]
  /** Why the next step could not be taken when it was tried last. */
  trouble: string | undefined
}

/**
 * Takes the demo's matters as far as {@link demoCourses} say, by the counties' own operations. A step waits until its matter
 * has come so far at its county; one that was taken before is left out. Rejects, with what is in the way, after `limitMs`.
 */
export async function goOnWithDemoMatters(ask: DemoAsker, limitMs: number, signal: AbortSignal): Promise<void> {
  const until = Date.now() + limitMs
  let ways: Way[] = demoCourses.map((course) => ({ course, steps: [...course.steps], trouble: undefined }))
  while (ways.length > 0) {
    signal.throwIfAborted()
    const moved = await round(ask, ways)
    ways = ways.filter(({ steps }) => steps.length > 0)
    if (Date.now() > until && ways.length > 0) throw new Error(troubleOf(ways))
    if (!moved) await sleep(pauseMs, undefined, { signal })
  }
}

/** Takes each course's next step if its time has come; whether any was. */
async function round(ask: DemoAsker, ways: readonly Way[]): Promise<boolean> {
  const counties = [...new Set(ways.flatMap(({ steps }) => steps[0]?.county ?? []))]
  const found = await Promise.all(counties.map(async (county) => [county, await statesAt(ask, county)] as const))
  const inboxes = new Map(found)
  const moves = ways.map(async (way): Promise<boolean> => {
    const [step] = way.steps
    if (step === undefined) return false
    const inbox = inboxes.get(step.county)
    if (inbox === undefined || 'trouble' in inbox) {
      way.trouble = inbox?.trouble
      return false
    }
    const state = inbox.states.get(way.course.matter)
    if (state === undefined) return false
    const [here, due] = [way.course.states.indexOf(state), way.course.states.indexOf(step.when)]
    // Somebody who tries the demo has taken it elsewhere.
    if (here === -1) way.steps = []
    if (here === -1 || here < due) return false
    if (here === due && !(await taken(ask, step, way))) return false
    way.steps.shift()
    return true
  })
  return (await Promise.all(moves)).includes(true)
}

async function taken(ask: DemoAsker, step: DemoStep, way: Way): Promise<boolean> {
  try {
    await ask(step.county, step.operation, step.variables)
    return true
  } catch (error) {
    const refused = error instanceof DemoRefused && error.code === 'TRANSITION_REFUSED'
    way.trouble = `${step.operation} by ${step.county}: ${error instanceof Error ? error.message : String(error)}`
    return refused && step.refusedWhenDone === true
  }
}

/** The states of a county's matters, or why they are not known. */
async function statesAt(
  ask: DemoAsker,
  county: string,
): Promise<{ states: ReadonlyMap<string, string> } | { trouble: string }> {
  try {
    const { inbox } = inboxSchema.parse(await ask(county, 'inbox-news', { first: mostMatters }))
    return { states: new Map(inbox.nodes.map(({ id, state }) => [id, state])) }
  } catch (error) {
    return { trouble: error instanceof Error ? error.message : String(error) }
  }
}

function troubleOf(ways: readonly Way[]): string {
  const [way] = ways.toSorted((one, other) => Number(one.trouble === undefined) - Number(other.trouble === undefined))
  const { matter } = way?.course ?? { matter: '' }
  return `${ways.length} of the demo’s matters have not come as far as they should, first ${matter} (${way?.trouble ?? 'it has not arrived'})`
}
