import { randomUUID } from 'node:crypto'

/** Stands in the text of an answer for a list that is written already; nobody outside this process ever reads it. */
const mark = randomUUID()

/** The lists met while one answer is being written, in order. */
let met: WrittenList[] = []

/** A list of an answer as its JSON text. Only {@link stringifyAnswer} can write it. */
export class WrittenList {
  constructor(readonly text: string) {}

  toJSON(): string {
    met.push(this)
    return mark
  }
}

/** The JSON text of an answer, with written lists as they are written. */
export function stringifyAnswer(answer: unknown): string {
  met = []
  const text = JSON.stringify(answer)
  if (met.length === 0) return text
  const [first = '', ...rest] = text.split(`"${mark}"`)
  if (rest.length !== met.length) throw new Error('A text of the answer holds the mark of a written list.')
  return rest.reduce((written, part, index) => written + (met[index]?.text ?? '') + part, first)
}
