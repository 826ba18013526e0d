import type { PurposeKind } from '../../services/platform/viewer.ts'

/** One county in a {@link CoverageState}. */
export interface VouchingCounty {
  county: string
  /** The county's list version, as live answers give it. */
  listVersion: string
  /** When the county read its list, by its clock. */
  asOf: Date
}

/**
 * What the index rests on at one time, for askers of one county: shared by all checks until it changes. Canonical, so
 * that equal contents have one hash.
 */
export interface CoverageState {
  /** In the order of the directory. */
  counties: readonly VouchingCounty[]
  /** The coverage statement: canonical JSON of `counties`. */
  text: string
  /** SHA-256 of `text`, hex. */
  hash: string
}

/** A question to the hit index. */
export interface IndexQuestion {
  subject: string
  /** Code of the asking agency's county. */
  asker: string
  /** APPROVAL when none was stated. */
  purpose: PurposeKind
  /** Codes of the counties that the answer must cover, in the order of the directory. */
  targets: readonly string[]
  /** Oldest `asOf` that will do, in milliseconds before now; absent when any valid statement will. */
  maxStalenessMs?: number | undefined
}

/** What the hit index says. */
export interface IndexAnswer {
  /** Absent when no county vouches. It may name counties that are in `ask`: what they say live counts instead. */
  state: CoverageState | undefined
  /** Targets that must be asked live, in their order: no valid statement, too old, or the subject may be listed. */
  ask: readonly string[]
}

/** The merged digests of the counties. */
export interface HitIndex {
  /** Never throws for a question; costs the same with any number of counties. */
  look(question: IndexQuestion): IndexAnswer
  /** Highest list version ever seen of a county; a live answer below it comes from a list that was set back. */
  floor(county: string): number
}

/** A hit index without digests: every check asks live. */
export const noHitIndex: HitIndex = {
  look: ({ targets }) => ({ state: undefined, ask: targets }),
  floor: () => 0,
}
