import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addDays, workingDays } from '../../platform/calendar/working-days.ts'
import { snapshotSchema } from '../../platform/directory/snapshot.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { deadlineAt, remindersOf } from '../matters/deadline.ts'
import type { InboxState } from '../matters/inbox-state.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { Forge } from '../matters/testing/forge.ts'
import { assistanceDeadline } from './assistance-request.view.ts'
import { AssistanceSteps, codeOf } from './testing/assistance-steps.ts'

const [xixian, xincai] = ['411528', '411729'] as const
const both = [xixian, xincai]
let exchange: Exchange
let steps: AssistanceSteps
let forge: Forge

beforeAll(async () => {
  exchange = await startExchange(both)
  steps = new AssistanceSteps(exchange)
  forge = new Forge(exchange)
})
afterAll(() => exchange.close())
afterEach(() => steps.clear(both))

describe('the limit of assistance (程序规定 art. 45)', () => {
  it('[A07] is fifteen working days from the receipt that the assisting node acknowledged, on both sides', async () => {
    exchange.cut.add(xincai)
    const id = (await steps.issued())[xincai] ?? ''
    expect(await steps.deadline(xixian, id)).toBeUndefined()
    exchange.clock.set('2026-03-04T02:00:00.000Z')
    exchange.cut.delete(xincai)
    await exchange.settled()
    expect(await steps.deadline(xixian, id)).toMatchObject({
      from: new Date('2026-03-04T02:00:00.000Z'),
      dueOn: '2026-03-25',
      limit: { days: 15, unit: 'WORKING_DAYS', law: '市场监督管理行政处罚程序规定', article: '第四十五条第二款' },
    })
    expect(await steps.deadline(xincai, id)).toEqual(await steps.deadline(xixian, id))
  })

  it('[A07] is extended to a later day, with the reason, and only before it is over', async () => {
    const id = await steps.begun()
    const extend = (until: string | null, text: string | null = '待鉴定') =>
      codeOf(steps.step(xincai, id, 'EXTEND', { until, text }))
    expect(await extend('2026-03-23')).toBe('BAD_USER_INPUT')
    expect(await extend(null)).toBe('BAD_USER_INPUT')
    expect(await extend('2026-02-30')).toBe('BAD_USER_INPUT')
    expect(await extend('2026-04-10', null)).toBe('BAD_USER_INPUT')
    exchange.clock.set('2026-03-23T15:59:59.000Z')
    expect(await extend('2026-04-10')).toBe('OK')
    expect(await steps.deadline(xixian, id)).toMatchObject({ firstDueOn: '2026-03-23', extendedTo: '2026-04-10' })
    expect((await steps.history(xixian, id)).at(-1)?.text).toBe('告知延期至2026-04-10完成：待鉴定')
    // The rule says nothing of a second one: it is told again before the day that was named.
    expect(await extend('2026-04-10')).toBe('BAD_USER_INPUT')
    exchange.clock.set('2026-04-10T02:00:00.000Z')
    expect(await extend('2026-04-20')).toBe('OK')
    expect(await steps.deadline(xincai, id)).toMatchObject({ dueOn: '2026-04-20', state: 'RUNNING' })
    exchange.clock.set('2026-04-20T16:00:00.000Z')
    expect(await extend('2026-05-20')).toBe('TRANSITION_REFUSED')
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
  })

  it('[A07] is not extended by what bears a time before its end and was received long after it: both go by the receipt', async () => {
    const id = await steps.begun()
    const until = '2026-04-30'
    const backdated = await forge.next(xincai, xixian, {
      matter: id,
      event: 'EXTEND',
      body: { until, reason: '待鉴定' },
      at: '2026-03-23T15:00:00.000Z',
    })
    exchange.clock.set('2026-03-24T16:00:00.000Z')
    // By its own copy, as if it had come back after a restore, so that the liar's node holds it too.
    await exchange.at(xincai).delivery.receive([backdated.jws], xincai)
    await exchange.settled()
    for (const county of both) {
      expect((await steps.row(county, id))?.state).toBe('EXTENDED')
      expect(await steps.deadline(county, id)).toMatchObject({
        dueOn: '2026-03-23',
        extendedTo: null,
        state: 'OVERDUE',
      })
      expect(await steps.extensions(county, id)).toMatchObject([
        { toldAt: new Date('2026-03-23T15:00:00.000Z'), receivedAt: new Date('2026-03-24T16:00:00.000Z') },
      ])
      expect(await steps.inbox(county, 'OVERDUE')).toEqual([id])
    }
    expect(await steps.history(xincai, id)).toEqual(await steps.history(xixian, id))
  })

  it('[A07] is extended though the line was cut when it was told, when that comes by the end of the next working day', async () => {
    const id = await steps.begun()
    exchange.clock.set('2026-03-23T14:00:00.000Z')
    exchange.cut.add(xixian)
    await steps.step(xincai, id, 'EXTEND', { until: '2026-04-10', text: '待鉴定' })
    // While nobody has said when it was received, the county that told it goes by its own clock.
    expect(await steps.deadline(xincai, id)).toMatchObject({ dueOn: '2026-04-10' })
    expect(await steps.deadline(xixian, id)).toMatchObject({ dueOn: '2026-03-23' })
    exchange.clock.set('2026-03-24T15:59:59.000Z')
    exchange.cut.delete(xixian)
    await exchange.settled()
    for (const county of both) {
      expect(await steps.deadline(county, id)).toMatchObject({ dueOn: '2026-04-10', extendedTo: '2026-04-10' })
    }
  })

  it('[A07] is not extended by what says itself that it was told too late, however soon it was received', async () => {
    const id = await steps.begun()
    exchange.clock.set('2026-03-23T16:00:00.000Z')
    const body = { until: '2026-04-30', reason: '待鉴定' }
    const late = await forge.next(xincai, xixian, { matter: id, event: 'EXTEND', body })
    await exchange.at(xincai).delivery.receive([late.jws], xincai)
    await exchange.settled()
    for (const county of both) expect(await steps.deadline(county, id)).toMatchObject({ dueOn: '2026-03-23' })
  })

  it('[A07] shows itself before, on and after the last day in both inboxes and histories, without anybody watching', async () => {
    const id = await steps.begun()
    const seen = async (state: InboxState) => [await steps.inbox(xixian, state), await steps.inbox(xincai, state)]
    const reminders = async (county: string) =>
      (await steps.history(county, id)).filter(({ status }) => status === 'REMINDER').map(({ event }) => event)
    expect(await seen('DUE_SOON')).toEqual([[], []])
    exchange.clock.set('2026-03-18T00:00:00.000Z')
    expect(await seen('DUE_SOON')).toEqual([[id], [id]])
    exchange.clock.set('2026-03-23T00:00:00.000Z')
    expect([await reminders(xixian), await reminders(xincai)]).toEqual([
      ['DUE_SOON', 'DUE_TODAY'],
      ['DUE_SOON', 'DUE_TODAY'],
    ])
    exchange.clock.set('2026-03-23T16:00:00.000Z')
    expect(await seen('DUE_SOON')).toEqual([[], []])
    expect(await seen('OVERDUE')).toEqual([[id], [id]])
    await steps.note(xixian, id, 'REMIND', '已超期，请尽快函复')
    await steps.note(xincai, id, 'COMMENT', '正在办理')
    const lines = await steps.history(xixian, id)
    expect(lines.slice(-3).map(({ event }) => event)).toEqual(['OVERDUE', 'REMIND', 'COMMENT'])
    expect(await steps.history(xincai, id)).toEqual(lines)
    await steps.answer(id, 1)
    await steps.step(xincai, id, 'REPLY', { text: '完成' })
    expect(await seen('OVERDUE')).toEqual([[], []])
    expect(await steps.deadline(xixian, id)).toMatchObject({ state: 'MET', late: true })
  })

  it('[A07] begins at the same moment for the requester whose node never heard the acknowledgement', async () => {
    exchange.deaf.add(xixian)
    const { service, context } = steps.at(xixian)
    const [draft] = await service.draft(context, undefined, await steps.draftOf([{ ...part, tasks: ['核实'] }]))
    const given = { number: '息市监协查〔2026〕聋号', certificate: null, attachments: [] }
    await service.issue(context, draft?.letter ?? '', given)
    const id = draft?.id ?? ''
    await expect.poll(async () => (await steps.row(xincai, id))?.state, { timeout: 20_000 }).toBe('ISSUED')
    exchange.clock.set('2026-03-04T02:00:00.000Z')
    const there = steps.at(xincai)
    const signed = { text: null, certificate: null, ground: null, until: null, part: null, outcome: null, number: null }
    const step = { ...signed, material: [], parts: [], attachments: [] }
    await there.service.advance(there.context, id, 'RECEIVE', step)
    await expect.poll(async () => (await steps.row(xixian, id))?.state, { timeout: 20_000 }).toBe('RECEIVED')
    expect((await steps.deadline(xixian, id))?.from).toEqual(new Date('2026-03-02T02:00:00.000Z'))
    exchange.deaf.delete(xixian)
    await exchange.settled()
    expect(await steps.facts(xixian)).toEqual(await steps.facts(xincai))
  })
})

const part = { county: xincai, agency: null, name: null }
const calendar = workingDays(
  snapshotSchema.shape.calendars.parse(
    JSON.parse(readFileSync(join(packageRoot(), 'services/coordination/catalogue/calendars.json'), 'utf8')),
  ),
)
const at = (day: string, hour = 10): Date => new Date(new Date(`${day}T00:00:00+08:00`).getTime() + hour * 3_600_000)

describe('extensions of whatever dates', () => {
  const offset = fc.integer({ min: 0, max: 120 })
  const told = fc.array(
    fc.record({
      toldAt: offset,
      until: offset,
      hour: fc.integer({ min: 0, max: 23 }),
      wayHours: fc.option(fc.integer({ min: 0, max: 120 })),
    }),
    { maxLength: 6 },
  )
  const start = '2026-03-02'
  const row = { state: 'EXTENDED', receivedAt: at(start), repliedAt: null, declinedAt: null }
  type Told = { toldAt: number; until: number; hour: number; wayHours: number | null }
  const extensionsOf = (given: readonly Told[]) =>
    given
      .toSorted((one, other) => one.toldAt - other.toldAt || one.hour - other.hour)
      .map(({ toldAt, until, hour, wayHours }) => ({
        toldAt: at(addDays(start, toldAt), hour),
        until: addDays(start, until),
        receivedAt: wayHours === null ? null : at(addDays(start, toldAt), hour + wayHours),
      }))
  const dueOn = (extensions: ReturnType<typeof extensionsOf>, now = at(addDays(start, 200))) => {
    const facts = assistanceDeadline(row, extensions)
    return facts && deadlineAt(facts, calendar, now)
  }

  it('[A07] only ever move the last day later, and only those count that were told before it was over and received by the next working day', () => {
    fc.assert(
      fc.property(told, (given) => {
        let last = '2026-03-23'
        for (const { toldAt, until, receivedAt } of extensionsOf(given)) {
          let next = addDays(last, 1)
          while (calendar.isWorkingDay(next) === false) next = addDays(next, 1)
          const received = receivedAt === null || receivedAt < at(addDays(next, 1), 0)
          if (received && toldAt < at(addDays(last, 1), 0) && until > last) last = until
        }
        const deadline = dueOn(extensionsOf(given))
        expect(deadline).toMatchObject({
          dueOn: last,
          extendedTo: last === '2026-03-23' ? null : last,
          firstDueOn: last === '2026-03-23' ? null : '2026-03-23',
        })
      }),
    )
  })

  it('[A07] say the same at every moment at which they are looked at, and remind once each', () => {
    fc.assert(
      fc.property(told, offset, (given, later) => {
        const now = at(addDays(start, later))
        const deadline = dueOn(extensionsOf(given), now)
        expect(deadline?.dueOn).toBe(dueOn(extensionsOf(given))?.dueOn)
        const kinds = deadline ? remindersOf(deadline, calendar, now).map(({ kind }) => kind) : []
        expect(kinds).toEqual(['DUE_SOON', 'DUE_TODAY', 'OVERDUE'].slice(0, kinds.length))
        expect(kinds.includes('OVERDUE')).toBe(deadline?.state === 'OVERDUE')
      }),
    )
  })
})
