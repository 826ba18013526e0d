const format = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
})

/** A moment in Asia/Shanghai, e.g. `2026-03-01 08:00:00`; the text itself when it is no moment. */
export function localTime(moment: string | number | Date): string {
  const date = new Date(moment)
  return Number.isNaN(date.getTime()) ? String(moment) : format.format(date)
}
