import { buildSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../services/platform/clock.ts'
import type { JournalEntry } from '../../services/platform/journal/journal.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'
import { admit, mostSubjects } from './admission.ts'

const schema = buildSchema('scalar SubjectCode type Query { known(codes: [SubjectCode!]!): Boolean }')
const document = parse('query Known($codes: [SubjectCode!]!) { known(codes: $codes) }')
const context: RequestContext = {
  viewer: { agency: '411528-agency', county: '411528', scopes: new Set() },
  transaction: { id: 'T-1', deadline: 0 },
  signal: new AbortController().signal,
  shown: new Set(),
}

async function entriesFor(subjects: number): Promise<JournalEntry[]> {
  const written: JournalEntry[] = []
  const journal = {
    append: async (entry: JournalEntry) => void written.push(entry),
    status: async () => ({ ok: true, detail: '' }),
  }
  const codes = Array.from({ length: subjects }, (_, index) => `CODE${index}`)
  await admit(
    { journal, clock: systemClock, pepper: 'a pepper that only tests use' },
    { schema, document, operationName: null, variables: { codes }, context },
  )
  return written
}

describe('the journal entry of an operation', () => {
  it('names every subject, up to several full batches', async () => {
    const [entry] = await entriesFor(mostSubjects)
    expect(entry?.subjects).toHaveLength(mostSubjects)
  })

  it('is not written for more, and the operation is refused', async () => {
    await expect(entriesFor(mostSubjects + 1)).rejects.toMatchObject({ code: 'OPERATION_TOO_COMPLEX' })
  })
})
