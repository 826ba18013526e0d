/** Who asks: the agency named by a verified token. */
export interface Viewer {
  /** Agency identifier, the token's `sub`. */
  agency: string
  /** County code of the agency, six digits. */
  county: string
  /** Scopes the token grants. */
  scopes: ReadonlySet<string>
  /** Identifier of the gateway that asks in the agency's name (`act.sub`), absent on the agency's own token. */
  actor?: string
}

/** What kind of use a request states (政务数据共享条例 art. 20: 使用依据 and 使用场景). */
export type PurposeKind = 'APPROVAL' | 'CASE' | 'ANALYSIS'

/** The stated purpose: its kind and the approval, case or study number it names. */
export interface Purpose {
  kind: PurposeKind
  number: string
}

/** One question from one asker; both sides' journals carry its id. */
export interface Transaction {
  /** UUID, `exchange-transaction-id`. */
  id: string
  purpose?: Purpose
  /** 执法证号 or staff number, `exchange-officer`. */
  officer?: string
  /** When the answer must have left, epoch milliseconds. */
  deadline: number
}

/** What every resolver and service is given, and no more. */
export interface RequestContext {
  viewer: Viewer
  transaction: Transaction
  /** Aborts when the caller goes away or the deadline passes. */
  signal: AbortSignal
  /** Subject codes whose records the answer shows; services add to it, the county's journal keeps references of them. */
  shown: Set<string>
}

/** HTTP header names of the exchange. */
export const headers = {
  transaction: 'exchange-transaction-id',
  purpose: 'exchange-purpose',
  officer: 'exchange-officer',
  /** Milliseconds left until the asker stops waiting. */
  deadline: 'exchange-deadline-ms',
  /** Unique per request from the gateway to a county; the county's answer repeats it. */
  request: 'exchange-request-id',
  /** What a gateway sends with a request for a digest, and the county signs with it: the statement is no older one. */
  nonce: 'exchange-nonce',
  /** The answering county's code, on every answer of a county node. */
  county: 'exchange-county',
} as const
