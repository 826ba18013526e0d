/** Small plots as SVG text; numbers in, no dependency. */

/** A line of a plot. */
export interface Series {
  name: string
  colour: string
  /** Drawn stronger than the others. */
  strong: boolean
  dashed: boolean
  points: (readonly [x: number, y: number])[]
}

const width = 900
const font = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"'
const ink = '#1c2430'
const faint = '#66707f'
const rule = '#e3e7ec'

interface Scale {
  (value: number): number
  ticks: number[]
}

/** A plot with logarithmic axes, names at the ends of the lines. `parting`: a dashed line at x, with words beside it. */
export function lineChart(given: {
  title: string
  subtitle: string
  xTitle: string
  xTicks: number[]
  series: Series[]
  parting?: { x: number; left: string; right: string }
}): string {
  const height = 520
  const box = { left: 64, right: 640, top: 92, bottom: 462 }
  const values = given.series.flatMap(({ points }) => points.map(([, y]) => y))
  const x = logarithmic(given.xTicks, [box.left, box.right])
  const y = logarithmic(decades(values), [box.bottom, box.top])
  const ends = spread(
    given.series.flatMap((series) => {
      const end = series.points.at(-1)
      return end ? [{ series, y: y(end[1]), at: y(end[1]), value: end[1] }] : []
    }),
    17,
    [box.top, box.bottom],
  )
  return svg(height, given.title, given.subtitle, [
    ...y.ticks.map(
      (tick) =>
        `<line x1="${box.left}" x2="${box.right}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="${rule}"/>` +
        text(box.left - 10, y(tick) + 4, plain(tick), { anchor: 'end', colour: faint }),
    ),
    ...given.xTicks.map((tick) => text(x(tick), box.bottom + 22, plain(tick), { anchor: 'middle', colour: faint })),
    `<line x1="${box.left}" x2="${box.right}" y1="${box.bottom}" y2="${box.bottom}" stroke="${faint}"/>`,
    text((box.left + box.right) / 2, box.bottom + 44, given.xTitle, { anchor: 'middle', colour: faint }),
    ...(given.parting
      ? [
          `<line x1="${at(x(given.parting.x))}" x2="${at(x(given.parting.x))}" y1="${box.top}" y2="${box.bottom}" stroke="#b7bfca" stroke-dasharray="3 4"/>`,
          text(x(given.parting.x) - 8, box.top + 12, given.parting.left, { anchor: 'end', colour: faint, size: 11 }),
          text(x(given.parting.x) + 8, box.top + 12, given.parting.right, { colour: faint, size: 11 }),
        ]
      : []),
    ...given.series.map(({ points, colour, strong, dashed }) => {
      const path = points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${at(x(px))} ${at(y(py))}`).join(' ')
      const dots = points.map(
        ([px, py]) => `<circle cx="${at(x(px))}" cy="${at(y(py))}" r="${strong ? 4.5 : 3}" fill="${colour}"/>`,
      )
      const stroke = `stroke="${colour}" stroke-width="${strong ? 3.5 : 1.8}"${dashed ? ' stroke-dasharray="6 5"' : ''}`
      return `<path d="${path}" fill="none" ${stroke} stroke-linejoin="round"/>${dots.join('')}`
    }),
    ...ends.map(
      ({ series, y: end, at: label, value }) =>
        `<path d="M${box.right + 6} ${at(end)} L${box.right + 18} ${at(label)}" stroke="${series.colour}" fill="none"/>` +
        text(box.right + 24, label + 4, `${series.name}  ${plain(value)}`, {
          colour: series.colour,
          bold: series.strong,
          size: 12,
        }),
    ),
  ])
}

/** A bar of a {@link barChart}. */
export interface Bar {
  name: string
  colour: string
  strong: boolean
  value: number
  /** Words behind the value. */
  note: string
}

/** Lying bars from zero, longest scale shared. */
export function barChart(given: { title: string; subtitle: string; bars: Bar[] }): string {
  const rowHeight = 38
  const top = 88
  const left = 300
  const right = width - 190
  const most = Math.max(...given.bars.map(({ value }) => value), 0)
  return svg(
    top + given.bars.length * rowHeight + 20,
    given.title,
    given.subtitle,
    given.bars.map(({ name, colour, strong, value, note }, index) => {
      const y = top + index * rowHeight
      const length = most > 0 ? Math.max(2, ((right - left) * value) / most) : 2
      return (
        text(left - 12, y + 20, name, { anchor: 'end', bold: strong }) +
        `<rect x="${left}" y="${y + 4}" width="${at(length)}" height="${rowHeight - 14}" rx="3" fill="${colour}"/>` +
        text(left + length + 10, y + 20, `${plain(value)}  ${note}`, { bold: strong })
      )
    }),
  )
}

function svg(height: number, title: string, subtitle: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" ${font}>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${text(24, 36, title, { size: 19, bold: true })}
${text(24, 59, subtitle, { colour: faint })}
${parts.join('\n')}
</svg>
`
}

function text(
  x: number,
  y: number,
  words: string,
  look: { anchor?: 'middle' | 'end'; colour?: string; size?: number; bold?: boolean } = {},
): string {
  const { anchor = 'start', colour = ink, size = 13, bold = false } = look
  const weight = bold ? ' font-weight="600"' : ''
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" font-size="${size}"${weight} fill="${colour}" xml:space="preserve">${escaped(words)}</text>`
}

function logarithmic(ticks: readonly number[], [from, to]: readonly [number, number]): Scale {
  const low = Math.log(ticks[0] ?? 1)
  const high = Math.log(ticks.at(-1) ?? 10)
  const scale = (value: number): number =>
    from + ((Math.log(Math.max(value, 1e-9)) - low) / (high - low || 1)) * (to - from)
  return Object.assign(scale, { ticks: [...ticks] })
}

/** Powers of ten around the values, with 2 and 5 between them where there are few. */
function decades(values: readonly number[]): number[] {
  const known = values.filter((value) => value > 0)
  const low = Math.floor(Math.log10(Math.min(...known, 1)))
  const high = Math.ceil(Math.log10(Math.max(...known, 10)))
  return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
}

/** Moves labels apart that would lie on each other, and keeps them inside. */
function spread<Label extends { at: number }>(
  labels: Label[],
  gap: number,
  [top, bottom]: readonly [number, number],
): Label[] {
  const sorted = labels.toSorted((a, b) => a.at - b.at)
  for (const [index, label] of sorted.entries()) {
    const before = sorted[index - 1]
    label.at = Math.max(label.at, before ? before.at + gap : top)
  }
  let limit = bottom
  for (const label of sorted.toReversed()) {
    label.at = Math.min(label.at, limit)
    limit = label.at - gap
  }
  return sorted
}

function plain(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)))
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
