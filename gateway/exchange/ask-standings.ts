import type { RequestContext } from '../../services/platform/viewer.ts'
import type { CountyQuestions } from './county-questions.ts'
import { type CreditQuestion, readStandings, type StandingOutcome } from './standing.ts'

const standingsDocument = /* GraphQL */ `
  query Standings($questions: [CreditQuestion!]!) {
    creditStandings(questions: $questions) {
      county {
        code
      }
      asOf
      listVersion
      standings {
        subject
        matter
        listings {
          id
          relation
          documentNumber
          subjectCode
          subjectName
          category
          categoryLabel
          state
          stateLabel
          facts
          basis
          organ
          listedOn
          effectUntil
          imposedMeasures
          restrictionUntil
        }
      }
    }
  }
`

/** One question, and the counties that it is put to. */
export interface PutQuestion {
  question: CreditQuestion
  ask: readonly string[]
}

/**
 * Puts each question to its counties; each county gets all of its questions in one request. Gives the outcomes of each
 * question, in the order of the questions. `floor` is the lowest list version that a county's answer may have, as it is
 * when the county is asked; `now` the moment at which the answers are judged stale or not.
 */
export async function askStandings(
  deps: { counties: CountyQuestions; floor: (county: string) => number; now: () => Date },
  put: readonly PutQuestion[],
  context: RequestContext,
): Promise<readonly (readonly StandingOutcome[])[]> {
  const outcomes: StandingOutcome[][] = put.map(() => [])
  await Promise.all(
    groups(put).map(async ({ indices, counties }) => {
      const questions = indices.flatMap((index) => put[index]?.question ?? [])
      // What is seen of a list from here on may be newer than the answer.
      const floors = new Map(counties.map((county) => [county, deps.floor(county)]))
      const replies = await deps.counties.ask({
        document: standingsDocument,
        variables: { questions },
        counties,
        context,
      })
      const now = deps.now()
      for (const [county, reply] of replies) {
        const answer =
          'outage' in reply
            ? questions.map(() => ({ county, outage: reply.outage }))
            : readStandings(county, questions, reply.data['creditStandings'], now, floors.get(county) ?? 0)
        for (const [place, outcome] of answer.entries()) outcomes[indices[place] ?? -1]?.push(outcome)
      }
    }),
  )
  return outcomes
}

/** Counties that are asked the same questions. */
function groups(put: readonly PutQuestion[]): { indices: readonly number[]; counties: readonly string[] }[] {
  const asked = new Map<string, number[]>()
  for (const [index, { ask }] of put.entries()) {
    for (const county of ask) {
      const indices = asked.get(county)
      if (indices) indices.push(index)
      else asked.set(county, [index])
    }
  }
  const alike = new Map<string, { indices: readonly number[]; counties: string[] }>()
  for (const [county, indices] of asked) {
    const key = indices.join()
    const group = alike.get(key)
    if (group) group.counties.push(county)
    else alike.set(key, { indices, counties: [county] })
  }
  return [...alike.values()]
}
