import type { AgencyEntry, Snapshot } from '../../platform/directory/snapshot.ts'

/**
 * The counterpart at the same level (对方同级部门): the one agency of the other county that has the same name but for the
 * county's own, e.g. 新蔡县市场监督管理局 for 息县市场监督管理局. Null when there is none, or more than one: then the matter goes
 * to the county.
 */
export function counterpartOf(
  snapshot: Snapshot,
  agency: AgencyEntry,
  county: string,
): { id: string; name: string } | null {
  const role = roleOf(snapshot, agency)
  if (role === undefined) return null
  const found = snapshot.agencies.filter((other) => other.county === county && roleOf(snapshot, other) === role)
  const [only] = found
  return only && found.length === 1 ? { id: only.id, name: only.name } : null
}

/** An agency's name without its county's; undefined when the name does not begin with it. */
function roleOf({ counties }: Snapshot, { county, name }: AgencyEntry): string | undefined {
  const prefix = counties.find(({ code }) => code === county)?.name
  if (prefix === undefined || !name.startsWith(prefix) || name === prefix) return undefined
  return name.slice(prefix.length)
}
