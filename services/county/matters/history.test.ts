import { describe, expect, it } from 'vitest'
import type { HistoryEntry, MatterKind } from '../delivery/contract.ts'
import { type Deadline, remindersOf, deadlineAt } from './deadline.ts'
import { historyLines } from './history.ts'
import { verificationLimit } from './limits.ts'
import type { MatterView } from './matter-view.ts'
import { workingDays } from '../../platform/calendar/working-days.ts'

const calendar = workingDays([{ from: '2026-01-01', to: '2026-12-31', holidays: [], makeUpDays: [] }])
const kind = {
  decode: (event: string, body: unknown) => {
    if (event === 'STRANGE') throw new Error('unreadable')
    return body
  },
} as Partial<MatterKind> as MatterKind
const view: MatterView = {
  kind,
  label: '示例',
  eventLabel: (event) => `事项${event}`,
  describe: (event) => ({ zh: `办理${event}`, en: `did ${event}` }),
  deadlines: () => Promise.resolve(new Map()),
}

function entry(event: string, at: string, changes: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    payload: {
      v: 1,
      id: '00000000-0000-4000-8000-000000000001',
      matter: '411528:clue:00000000-0000-4000-8000-000000000001',
      kind: 'CLUE_TRANSFER',
      sender: '411528',
      recipients: ['411729'],
      sequence: 1,
      previous: '0'.repeat(64),
      seen: {},
      event,
      body: {},
      attachments: [{ hash: 'a'.repeat(64), size: 3, mediaType: 'application/pdf', name: '笔录.pdf' }],
      at,
      actor: { agency: 'xixian-enforcement', officer: '41152801', name: '虚构甲' },
    },
    hash: 'a'.repeat(64),
    jws: 'signed',
    status: 'APPLIED',
    refusal: null,
    receivedAt: null,
    acknowledgements: [
      { recipient: '411729', jws: 'signed', state: 'ACCEPTED', receivedAt: new Date('2026-03-02T00:00:01.000Z') },
    ],
    ...changes,
  }
}

const lines = (entries: readonly HistoryEntry[], deadline?: Deadline, now = '2026-04-01T00:00:00.000Z') =>
  historyLines(view, entries, deadline ? remindersOf(deadline, calendar, new Date(now)) : [], deadline)

describe('the history of a matter', () => {
  it('says in both languages who did what when, and when the other county’s node received it', () => {
    expect(lines([entry('SEND', '2026-03-02T00:00:00.000Z')])).toEqual([
      {
        at: new Date('2026-03-02T00:00:00.000Z'),
        county: '411528',
        agency: 'xixian-enforcement',
        officer: '41152801',
        officerName: '虚构甲',
        event: 'SEND',
        label: '事项SEND',
        text: '办理SEND',
        textEn: 'did SEND',
        status: 'APPLIED',
        refusalCode: null,
        refusalReason: null,
        receipts: [{ county: '411729', state: 'ACCEPTED', at: new Date('2026-03-02T00:00:01.000Z') }],
        attachments: [
          {
            hash: 'a'.repeat(64),
            size: 3,
            mediaType: 'application/pdf',
            name: '笔录.pdf',
            matter: '411528:clue:00000000-0000-4000-8000-000000000001',
          },
        ],
      },
    ])
  })

  it('shows what was refused with its code and reason, and what nobody can read as that', () => {
    const refusal = { code: 'NOT_YOUR_TURN', reason: '411729 acts next.' } as const
    expect(lines([entry('STRANGE', '2026-03-02T00:00:00.000Z', { status: 'REFUSED', refusal })])).toMatchObject([
      { status: 'REFUSED', refusalCode: 'NOT_YOUR_TURN', refusalReason: '411729 acts next.', text: '内容无法识别' },
    ])
  })

  it('has the reminders that the dates give at their place between the steps', () => {
    const facts = { limit: verificationLimit, from: new Date('2026-03-02T00:00:00.000Z'), metAt: null }
    const now = '2026-03-25T00:00:00.000Z'
    const deadline = deadlineAt(facts, calendar, new Date(now))
    const steps = [entry('SEND', '2026-03-02T00:00:00.000Z'), entry('REMIND', '2026-03-23T02:00:00.000Z')]
    expect(lines(steps, deadline, now).map(({ event, county }) => [event, county])).toEqual([
      ['SEND', '411528'],
      ['DUE_SOON', null],
      ['DUE_TODAY', null],
      ['REMIND', '411528'],
      ['OVERDUE', null],
    ])
  })
})
