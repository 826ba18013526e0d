import { registerEnumType } from 'type-graphql'

/** A GraphQL enum whose values are their own names. */
export type LabelledEnum<Value extends string> = { readonly [Name in Value]: Name }

/** Registers an enum; `labels` gives each value's official Chinese term, which becomes its description. */
export function labelledEnum<Value extends string>(
  name: string,
  description: string,
  labels: Readonly<Record<Value, string>>,
): LabelledEnum<Value> {
  const values = Object.keys(labels) as Value[]
  const members = Object.fromEntries(values.map((value) => [value, value])) as LabelledEnum<Value>
  const valuesConfig = Object.fromEntries(values.map((value) => [value, { description: labels[value] }]))
  registerEnumType(members, { name, description, valuesConfig: valuesConfig as never })
  return members
}

/** The Chinese term of a stored value; the value itself when the table holds one that the enum does not know. */
export function labelOf(labels: Readonly<Record<string, string>>, value: string): string {
  return labels[value] ?? value
}
