/** How far an import has come. */
export interface ImportProgress {
  /** From 0 to 1, by bytes read. */
  done: number
  read: number
  rejected: number
  seconds: number
}

/** What progress is written to: process.stdout or the like. */
export interface ProgressStream {
  isTTY?: boolean
  columns?: number
  write(text: string): unknown
}

/** Shows progress until told the end. */
export interface ProgressReporter {
  onProgress(progress: ImportProgress): void
  /** Ends the bar's line. */
  end(): void
}

const redrawEverySeconds = 0.1

/** A bar that redraws itself on a terminal; elsewhere one plain line each `everyRows` rows. */
export function showProgress(stream: ProgressStream, name: string, everyRows = 50_000): ProgressReporter {
  let next = 0
  let drawn = false
  if (stream.isTTY !== true) {
    return {
      onProgress: (progress) => {
        if (progress.read < next + everyRows) return
        next = progress.read - (progress.read % everyRows)
        stream.write(`${name}: ${figures(progress)}\n`)
      },
      end: () => {},
    }
  }
  return {
    onProgress: (progress) => {
      if (progress.done < 1 && progress.seconds < next) return
      next = progress.seconds + redrawEverySeconds
      drawn = true
      stream.write(`\r\u001b[K${bar(progress, Math.min(stream.columns ?? 80, 120))}`)
    },
    end: () => {
      if (drawn) stream.write('\n')
    },
  }
}

function figures({ done, read, rejected, seconds }: ImportProgress): string {
  const speed = seconds > 0 ? Math.round(read / seconds) : 0
  return `${Math.floor(done * 100)}% · ${read} rows, ${rejected} rejected, ${speed} rows/s`
}

function bar(progress: ImportProgress, columns: number): string {
  const text = figures(progress)
  const width = Math.max(0, Math.min(40, columns - text.length - 4))
  const full = Math.round(width * Math.min(1, progress.done))
  return width < 5 ? text : `[${'█'.repeat(full)}${'░'.repeat(width - full)}] ${text}`
}
