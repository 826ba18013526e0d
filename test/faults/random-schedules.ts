import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Outcome, runSchedule } from '../../services/county/delivery/testing/schedule.ts'
import { type Stage, openStage } from '../../services/county/delivery/testing/world.ts'

/** `FC_SEED` repeats one schedule; `FC_RUNS` says how many of each size there are, where others than the usual are wanted. */
const only = process.env['FC_SEED']

/** Promises that so many random schedules between so many counties keep; each size in a file, for a processor of its own. */
export function describeSchedules({ counties, usual }: { counties: number; usual: number }): void {
  describe(`delivery between ${counties} counties`, () => {
    const runs = only === undefined ? Number(process.env['FC_RUNS'] ?? usual) : 1
    let stage: Stage
    beforeAll(async () => {
      stage = await openStage(counties)
    })
    afterAll(() => stage.close())

    it(`[A04–A07] loses nothing, does nothing twice and keeps the order in ${runs} schedules, whatever fails and whenever`, async () => {
      const first = only === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(only)
      process.stderr.write(`${counties} counties: ${runs} schedules from FC_SEED=${first}\n`)
      const all: Outcome[] = []
      for (let index = 0; index < runs; index += 1) {
        const outcome = await runSchedule(stage, first + index)
        if (outcome.problems.length > 0) {
          const text = [`FC_SEED=${outcome.seed} with ${counties} counties`, ...outcome.problems, ...outcome.trace]
          expect.fail(text.join('\n'))
        }
        all.push(outcome)
      }
      const sum = (figure: (outcome: Outcome) => number): number => all.reduce((total, each) => total + figure(each), 0)
      process.stderr.write(
        `${counties} counties: seeds ${first} to ${first + runs - 1}: ${sum(({ figures }) => figures.acted)} acts, ` +
          `${sum(({ figures }) => figures.kills)} kills, ${sum(({ figures }) => (figures.restored ? 1 : 0))} restores\n`,
      )
    }, 3_600_000)
  })
}
