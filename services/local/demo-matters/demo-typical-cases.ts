import { TypicalCaseRepository } from '../../county/typical-cases/typical-case.repository.ts'
import type { TypicalEvent } from '../../county/typical-cases/typical-case.machine.ts'
import type { TypicalStep } from '../../county/typical-cases/typical-case.service.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { demoMatterCaseIds } from '../demo-data/demo-matter-cases.ts'
import { demoSubjects } from '../demo-data/demo-subjects.ts'
import type { DemoDesk } from './demo-desk.ts'
import { demoMatterRecords, uuidOf } from './demo-matters.ts'

const silent: TypicalStep = { texts: {}, publishOn: undefined, reason: undefined }
const plannedDays = ['03-15', '06-15', '09-15', '12-04']

/** The days on which typical cases of a year are published. */
export function demoPublicationDays(year: number): string[] {
  return plannedDays.map((day) => `${year}-${day}`)
}

/** A typical case that was published on the last planned day, and one that waits for its redaction. */
export async function enterTypicalCases(desk: DemoDesk): Promise<number> {
  const { clock, db, typical } = desk
  const { typicalPublished, typicalNominated } = demoMatterRecords
  const known = await new TypicalCaseRepository().byIds(db, [typicalPublished, typicalNominated])
  let made = 0
  const today = shanghaiDay(clock.now())
  const year = Number(today.slice(0, 4))
  for (const each of [year - 1, year]) {
    const days = demoPublicationDays(each)
    if ((await typical.calendar(desk.context(), each)).length === 0) await typical.plan(desk.context(), each, days)
  }
  if (!known.has(typicalPublished)) {
    const [day = today] = [...demoPublicationDays(year - 1), ...demoPublicationDays(year)]
      .filter((each) => each <= today)
      .toReversed()
    clock.standing = new Date(`${day}T02:00:00.000Z`)
    await nominate(desk, typicalPublished, demoMatterCaseIds.typical, demoSubjects.barredFood.name)
    const steps: [TypicalEvent, 1 | 2][] = [
      ['REDACT', 2],
      ['APPROVE', 1],
      ['PUBLISH', 1],
    ]
    for (const [event, officer] of steps) {
      await typical.advance(desk.context(officer), typicalPublished, event, silent)
    }
    clock.standing = undefined
    made += 1
  }
  if (!known.has(typicalNominated)) {
    await nominate(desk, typicalNominated, demoMatterCaseIds.nominated, demoSubjects.removedEarly.name)
    made += 1
  }
  return made
}

async function nominate(desk: DemoDesk, id: string, caseId: string, subject: string): Promise<void> {
  desk.clock.planned = [uuidOf(id)]
  await desk.typical.nominate(desk.context(), {
    caseId,
    reasons: ['WARNING_AND_EDUCATION'],
    texts: {
      title: `${subject}无证经营案（演示，纯属虚构）`,
      law: '《中华人民共和国食品安全法》第一百二十二条第一款',
      facts: `执法人员检查发现${subject}未取得许可从事经营活动。`,
      outcome: '没收违法所得，罚款五万元。',
      significance: '警示经营者先取得许可，再从事经营。',
    },
    hidden: [],
  })
}
