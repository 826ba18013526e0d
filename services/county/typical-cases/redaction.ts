import {
  type RedactionKind,
  type RedactionRule,
  generalRules,
  invisible,
  organisationMask,
} from './redaction-patterns.ts'

/** What a county knows of a case and must not be published. */
export interface KnownNames {
  /** Natural persons: parties, representatives, officers. */
  people: readonly string[]
  /** Enterprises and other bodies. */
  organisations: readonly string[]
  /** Codes, document numbers, certificates, and whatever else the nomination names. */
  others: readonly string[]
}

const mostRounds = 8
/** What may stand between the characters of what is known. */
const between = '[\\s·•・.．_/／\\-‐-―－]'

/**
 * Replaces names, numbers and addresses: what is known by any spelling with blanks, width and case changed, and what is
 * recognised by its form. A person keeps the surname (张某), as published judgments do. {@link residues} finds nothing in
 * what it gives.
 */
export function redact(text: string, known: KnownNames): string {
  const rules = rulesFor(known)
  let redacted = text
  // A mask can bring two halves together.
  for (let round = 0; round < mostRounds; round++) {
    const before = redacted
    for (const { pattern, mask } of rules) {
      redacted = typeof mask === 'string' ? redacted.replace(pattern, () => mask) : redacted.replace(pattern, mask)
    }
    if (redacted !== before) continue
    // What only its other form shows is masked in that form.
    if (residuesIn(redacted.normalize('NFKC'), rules).length === 0) return redacted
    redacted = redacted.normalize('NFKC')
  }
  return redacted
}

/**
 * What of a text may not be published, by kind, each kind once; nothing when it may. Looked for also in the text's
 * compatibility form: circled digits, letters of mathematics, ideographs that stand twice in Unicode.
 */
export function residues(text: string, known: KnownNames): RedactionKind[] {
  const rules = rulesFor(known)
  const found = [text, text.normalize('NFKC')].flatMap((form) => residuesIn(form, rules))
  return [...new Set(found)]
}

function residuesIn(text: string, rules: readonly RedactionRule[]): RedactionKind[] {
  return rules.filter(({ pattern }) => text.search(pattern) >= 0).map(({ kind }) => kind)
}

function rulesFor({ people, organisations, others }: KnownNames): RedactionRule[] {
  const known = [
    ...organisations.map((name) => ({ kind: 'ORGANISATION' as const, name, mask: organisationMask(name) })),
    ...people.map((name) => ({ kind: 'NAME' as const, name, mask: `${name.trim().charAt(0)}某` })),
    ...others.map((name) => ({ kind: 'HIDDEN' as const, name, mask: '×××' })),
  ]
  const rules = known
    .map(({ name, ...rest }) => ({ ...rest, signs: signsOf(name) }))
    .filter(({ signs }) => signs.length >= 2)
    .toSorted((one, other) => other.signs.length - one.signs.length)
    .map(({ kind, mask, signs }) => ({
      kind,
      mask,
      pattern: new RegExp(signs.map(anySpelling).join(`${between}*`), 'gu'),
    }))
  const [first, ...rest] = generalRules
  return first ? [first, ...rules, ...rest] : rules
}

/** The characters of a name by which it is known, in their compatibility form. */
function signsOf(name: string): string[] {
  return Array.from(name.normalize('NFKC').replace(invisible, '').replace(new RegExp(between, 'gu'), ''))
}

/** A pattern for one character in half and full width, upper and lower case. */
function anySpelling(sign: string): string {
  const half = sign.normalize('NFKC')
  if (half === '(' || half === ')') return half === '(' ? '[（(]' : '[）)]'
  if (!/^[0-9A-Za-z]$/.test(half)) return sign.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
  const spellings = [half.toLowerCase(), half.toUpperCase()]
  const wide = spellings.map((each) => String.fromCodePoint((each.codePointAt(0) ?? 0) + 0xfee0))
  return `[${[...new Set([...spellings, ...wide])].join('')}]`
}
