import { z } from 'zod'
import { readSubjectCode } from '../../platform/codes/subject-code.ts'
import { Refusal, isOfOurTime, momentSchema } from '../delivery/contract.ts'

/** Usual bounds of texts in documents between counties, in characters. */
export const longest = { name: 120, number: 120, agency: 200, title: 400, text: 4_000, facts: 20_000 } as const

/** A text that says something, without control characters but line breaks and tabs, and without halves of characters. */
export const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => value.trim() !== '', 'is blank')
    .refine((value) => !/[^\P{Cc}\n\r\t]|\p{Cs}/u.test(value), 'holds a control character')

/** One of the values that have a label. */
export const oneOf = <Value extends string>(labels: Readonly<Record<Value, string>>) =>
  z.enum(Object.keys(labels) as [Value])

/** Nothing twice. */
export const distinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length

/** Id of an enforcement case: `<county>:case:<uuid>`. */
export const caseId = z.string().regex(/^\d{6}:case:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** A moment to the millisecond, ISO 8601 in UTC. */
export const moment = momentSchema

/** A day, `YYYY-MM-DD`. */
export const day = z.iso.date().refine(isOfOurTime)

/** County code. */
export const countyCode = z.string().regex(/^\d{6}$/)

/** A code of the directory’s acts. */
export const actCode = z.string().regex(/^[A-Z][A-Z0-9_]{0,99}$/)

/** A person who signs, by name and 执法证号. */
export const signatory = z.strictObject({ name: text(longest.name), certificate: text(longest.name) })

/** An agency as the directory names it. */
export const agencyNamed = z.strictObject({ id: text(longest.name), name: text(longest.agency) })

/** A subject's code in its one spelling. */
export const subjectCode = z.string().refine((code) => {
  const read = readSubjectCode(code)
  return 'code' in read && read.code === code
}, 'is no valid subject code')

type Bodies = Readonly<Record<string, z.ZodType>>

/** An event with what it says. */
export type MessageOf<Shapes extends Bodies> = {
  [Event in keyof Shapes & string]: { event: Event; body: z.infer<Shapes[Event]> }
}[keyof Shapes & string]

/**
 * Reads the bodies of a kind's events. `what` names the kind in messages, e.g. `A clue transfer`. {@link Refusal}
 * EVENT_UNKNOWN, or BODY_INVALID that names the first member that is wrong and never a value: it may be a person's number.
 */
export function bodyReader<Shapes extends Bodies>(what: string, shapes: Shapes) {
  return (event: string, body: unknown): MessageOf<Shapes> => {
    if (!Object.hasOwn(shapes, event)) throw new Refusal('EVENT_UNKNOWN', `${what} knows no event ${event}.`)
    const parsed = shapes[event as keyof Shapes & string]?.safeParse(body)
    if (parsed?.success) return { event, body: parsed.data } as MessageOf<Shapes>
    const place = parsed?.error.issues[0]?.path.join('.') ?? ''
    throw new Refusal('BODY_INVALID', `"${place === '' ? event : place}" is missing, or is not what ${event} needs.`)
  }
}
