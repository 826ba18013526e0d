/** The day that a `Date` argument names, `YYYY-MM-DD`; undefined when it was left out. */
export function dayOf(argument: Date | null | undefined): string | undefined {
  return argument?.toISOString().slice(0, 10)
}

/** The moment at which a day begins in Asia/Shanghai. */
export function startOfDay(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`)
}

/** The moment at which a day ends in Asia/Shanghai, which is the next one's beginning. */
export function endOfDay(day: string): Date {
  return new Date(startOfDay(day).getTime() + 86_400_000)
}
