import type { Clock } from '../../platform/clock.ts'
import { badInput } from '../../platform/errors.ts'

/** Kinds of record that have an id of their own. */
export type RecordIdKind = 'listing' | 'penalty' | 'case' | 'link' | 'agency' | 'officer' | 'webhook' | 'typical'

const shape =
  /^(\d{6}):(listing|penalty|case|link|agency|officer|webhook|typical):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** A new id `<county>:<kind>:<uuid>`. */
export function newRecordId(county: string, kind: RecordIdKind, clock: Clock): string {
  return `${county}:${kind}:${clock.uuid()}`
}

/** County code of an id of this kind; anything else is BAD_USER_INPUT naming `argument`. */
export function countyOfId(id: string, kind: RecordIdKind, argument: string): string {
  const match = shape.exec(id)
  if (match?.[1] === undefined || match[2] !== kind) {
    throw badInput(`"${argument}" is not the id of a ${kind}: expected <county>:${kind}:<uuid>.`, argument)
  }
  return match[1]
}

/** Whether the id is one of this county's and of this kind. */
export function isOwnId(id: string, kind: RecordIdKind, county: string): boolean {
  const match = shape.exec(id)
  return match?.[1] === county && match[2] === kind
}
