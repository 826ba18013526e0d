import { Option } from 'commander'

/** A language in which a command tells a matter. */
export type Language = 'zh' | 'en'

/**
 * A text as one line: what a county wrote must not look like a line of this program's own, nor turn the direction of what
 * follows. Line breaks, control and format characters become one blank.
 */
export function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
}

/** `--lang`: Chinese unless English is asked for. */
export function languageOption(): Option {
  return new Option('--lang <language>', '语言 language of what is told').choices(['zh', 'en']).default('zh')
}
