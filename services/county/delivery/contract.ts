import { z } from 'zod'
import type { Database } from '../../platform/database.ts'

/** Code of a county that is party to a matter. */
export type Party = string

const county = z.string().regex(/^\d{6}$/)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
/** Highest number of an envelope: what a database counts. */
const mostSequence = 2_147_483_647
/** A word or a name on one line, without control characters and without halves of characters: no database takes those. */
const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => !/\p{Cc}|\p{Cs}/u.test(value), 'holds a control character')

/** Within the years that a calendar and a database can count: a day or a moment of ISO 8601. */
export const isOfOurTime = (text: string): boolean => /^(19|20|21)/.test(text)

/** A moment to the millisecond, ISO 8601 in UTC. */
export const momentSchema = z.iso.datetime({ precision: 3 }).refine(isOfOurTime, 'is of another time')

/** `<opening county>:<kind slug>:<uuid>`. */
export const matterIdShape = /^(\d{6}):([a-z][a-z-]{1,30}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** A file that an envelope speaks of; the file itself stays with its sender until it is fetched. */
export const attachmentSchema = z.strictObject({
  /** SHA-256 of the contents, hex. */
  hash: sha256,
  /** Bytes. */
  size: z.int().positive().max(209_715_200),
  mediaType: line(127).min(3),
  name: line(255),
})

/** The last envelope of a party that a sender had processed. */
const seenSchema = z.strictObject({ sequence: z.int().positive().max(mostSequence), hash: sha256 })

/** What a county signs when it acts in a matter: the payload of the JWS. */
export const envelopeSchema = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  matter: z.string().regex(matterIdShape),
  /** {@link MatterKind.kind}. */
  kind: z.string().regex(/^[A-Z][A-Z_]{1,39}$/),
  sender: county,
  /** The other parties, as far as the sender knew them. */
  recipients: z.array(county).min(1).max(20),
  /** 1, 2, 3 … per matter and sender. */
  sequence: z.int().positive().max(mostSequence),
  /** SHA-256 of the sender's envelope before this one in the matter (its compact JWS, hex); 64 zeros at first. */
  previous: sha256,
  /** For each other party of which the sender had processed one: its last envelope. */
  seen: z.record(county, seenSchema),
  event: z.string().regex(/^[A-Z][A-Z_]{1,39}$/),
  /** Whatever the kind's `decode` accepts for the event. */
  body: z.record(z.string(), z.unknown()),
  attachments: z.array(attachmentSchema).max(100),
  /** When the sender acted, by its clock. */
  at: momentSchema,
  /** Who acted. */
  actor: z.strictObject({
    agency: line(120),
    officer: line(120),
    name: line(120).optional(),
  }),
})

/** The payload of an envelope. */
export type EnvelopePayload = z.infer<typeof envelopeSchema>
/** A file that an envelope speaks of. */
export type AttachmentReference = z.infer<typeof attachmentSchema>
/** The agency and the officer who acted. */
export type Actor = EnvelopePayload['actor']

/** Why an envelope is refused; each is named to its sender in the acknowledgement and kept at both ends. */
export const refusalCodes = [
  /** No JWS of the right type, or not signed by the key that it names. */
  'SIGNATURE_INVALID',
  /** The directory does not list that key for the sender, or does not know the sender. */
  'KEY_UNKNOWN',
  /** The key was not valid at the time that the envelope bears. */
  'KEY_EXPIRED',
  /** The payload is not an envelope's. */
  'MALFORMED',
  /** Its id stands in another envelope. */
  'ID_REUSED',
  /** Two different envelopes with one number, or a chain that denies what was sent before. The matter is frozen. */
  'FORK',
  /** The matter has been frozen here: the envelope is kept, and will not be applied. */
  'FROZEN',
  /** The kind of matter or the event is not known here. */
  'KIND_UNKNOWN',
  'EVENT_UNKNOWN',
  /** The body does not fit the event. */
  'BODY_INVALID',
  /** The first envelope of the matter does not open it, or a later one opens it again. */
  'NOT_OPENING',
  /** The sender is no party to the matter. */
  'NOT_PARTY',
  /** It names parties that its event does not bring in. */
  'STRANGER_NAMED',
  /** It was another party's turn to act. */
  'NOT_YOUR_TURN',
  /** The state machine does not list this event for this state. */
  'TRANSITION_REFUSED',
  /** A rule of the kind is broken; the reason says which. */
  'RULE_BROKEN',
] as const

/** A code of {@link refusalCodes}. */
export type RefusalCode = (typeof refusalCodes)[number]

/**
 * What {@link MatterKind.decode} and {@link MatterKind.apply} throw to refuse an envelope. In an own action it reaches the
 * caller as TRANSITION_REFUSED (or BAD_USER_INPUT for BODY_INVALID) and nothing is stored; of another party's envelope it
 * becomes the refusal in the signed acknowledgement. Throw it only for reasons that every party finds alike from the
 * matter's own history: never for what only this county's records say.
 */
export class Refusal extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, reason: string) {
    super(reason)
    this.name = 'Refusal'
    this.code = code
  }
}

/** A matter as delivery knows it: no facts of its kind. */
export interface MatterRow {
  /** `<opening county>:<kind slug>:<uuid>`. */
  id: string
  kind: string
  /** County codes, the opening one first, the others in the order in which they came. */
  parties: Party[]
  /** Who must act next; null when the matter is at its end. */
  pen: Party | null
  /** The envelope that gave the pen: its sender and sequence. */
  penFrom: Party
  penSequence: number
  openedAt: Date
  /** When something was wrong with the chain itself; nothing is sent or applied from then on. */
  frozenAt: Date | null
  /** FORK: a party signed two histories. REFUSED: another party refused what this county did. */
  frozenReason: 'FORK' | 'REFUSED' | null
  /** The county on whose account it is frozen. */
  frozenBy: Party | null
}

/** An envelope in the matter's order. */
export interface StoredEnvelope {
  payload: EnvelopePayload
  /** SHA-256 of the JWS, hex. */
  hash: string
  jws: string
}

/** What else an envelope's application may know. */
export interface ApplyContext {
  /** This county. */
  county: Party
  /** This county sent it: now, or before it was restored from a backup. */
  own: boolean
  /** The matter before this envelope; undefined for the one that opens it. */
  matter: MatterRow | undefined
  /** The event is one of the kind's notes. */
  note: boolean
  /**
   * When this county received it, as its acknowledgement says; time limits that run from here run from this moment.
   * Null for an own envelope: the recipient's moment comes with {@link MatterKind.acknowledged}.
   */
  receivedAt: Date | null
}

/** What an envelope did. */
export interface Applied {
  /** Who must act next; null at the end. Ignored for notes. */
  pen: Party | null
  /** Parties that this event brings in (a common superior): recipients that were none before. */
  joins?: readonly Party[]
}

/** What a recipient signs about an envelope. */
export const acknowledgementSchema = z.strictObject({
  v: z.literal(1),
  /** Id of the envelope; null when it could not be read. */
  envelope: z.string().nullable(),
  /** SHA-256 of the envelope's JWS, hex. */
  hash: sha256,
  matter: z.string().nullable(),
  sender: z.string().nullable(),
  recipient: county,
  receivedAt: momentSchema,
  outcome: z.enum(['ACCEPTED', 'REFUSED']),
  code: z.enum(refusalCodes).optional(),
  reason: z.string().max(500).optional(),
})

/** What a recipient signs about an envelope. */
export type Acknowledgement = z.infer<typeof acknowledgementSchema>

/**
 * A kind of matter between counties. Its facts stand in its own tables, which are written in `apply` and nowhere else:
 * the same function runs for what this county does, for what it receives, and again for what it gets back from its peers
 * after a restore, so that both ends come to the same state.
 */
export interface MatterKind {
  /** In envelopes, e.g. CLUE_TRANSFER. */
  readonly kind: string
  /** In matter ids, e.g. clue. */
  readonly slug: string
  /** Events that open a matter. */
  readonly opening: readonly string[]
  /** Events that any party may send at any time and that change no state (reminder, comment, further material). */
  readonly notes: readonly string[]
  /**
   * Events whose `apply` reads and writes rows of their own matter only: those of a batch are taken up for all matters at the
   * same time. None when left out.
   */
  readonly apart?: readonly string[]
  /** The body of an event, checked; throws {@link Refusal} EVENT_UNKNOWN or BODY_INVALID. Pure. */
  decode(event: string, body: unknown): unknown
  /**
   * Takes up one envelope, in the transaction (a savepoint of it) that stores it. Called once per envelope, in causal
   * order; `body` is what `decode` gave. Whether it is the sender's turn has been checked (`matter.pen`), and whether the
   * event may open a matter; the state machine is the kind's. Throws {@link Refusal}; any other error rolls back and is
   * tried again later. Must not ask anything outside the transaction, nor any clock: `payload.at` and
   * `context.receivedAt` are the times.
   */
  apply(tx: Database, envelope: StoredEnvelope & { body: unknown }, context: ApplyContext): Promise<Applied>
  /**
   * A recipient's signed acceptance of an own envelope came in: time limits that start with it run from `receivedAt`. Called
   * for many matters at the same time; touches rows of its own matter only.
   */
  acknowledged?(tx: Database, envelope: StoredEnvelope, acknowledgement: Acknowledgement): Promise<void>
  /** A recipient refused an own envelope. The matter has been frozen unless the envelope was a note. */
  refused?(tx: Database, envelope: StoredEnvelope, acknowledgement: Acknowledgement): Promise<void>
}

/** Who else is told of what comes over matters, in the same transaction. What it throws rolls that back, Refusals included. */
export interface MatterListener {
  /** An envelope was taken up: an own one, a received one, or one that came back after a restore. */
  applied(tx: Database, envelope: StoredEnvelope, matter: MatterRow): Promise<void>
  /** A matter was frozen; see {@link MatterRow}. */
  frozen(tx: Database, matter: string, why: { at: Date; reason: 'FORK' | 'REFUSED'; by: Party }): Promise<void>
}

/** An own action in a matter that there is. */
export interface Action {
  matter: string
  event: string
  /** Checked by the kind's `decode`; JSON only. */
  body: Readonly<Record<string, unknown>>
  attachments?: readonly AttachmentReference[]
  actor: Actor
  /** Further recipients that the event brings in. */
  joins?: readonly Party[]
}

/** An own action that opens a matter. */
export interface Opening extends Omit<Action, 'matter' | 'joins'> {
  kind: string
  /** The other parties, at least one. */
  recipients: readonly Party[]
  /** Id from {@link Delivery.newMatter} where the caller needs it beforehand, e.g. for a number; else a new one. */
  matter?: string
}

/** One line of a matter's history. Both ends give the same lines in the same order, but for what is still on its way. */
export interface HistoryEntry extends StoredEnvelope {
  /** WAITING: something that its sender had seen is missing here. FORK: signed against the sender's own history. */
  status: 'APPLIED' | 'WAITING' | 'REFUSED' | 'FORK'
  refusal: { code: RefusalCode; reason: string } | null
  /** When this county took it up; null for an own one. */
  receivedAt: Date | null
  /** One element for each recipient of an own envelope, and this county's own of a received one. */
  acknowledgements: {
    recipient: Party
    /** Compact JWS; null while the recipient has not answered. */
    jws: string | null
    state: 'PENDING' | 'ACCEPTED' | 'REFUSED'
    receivedAt: Date | null
  }[]
}

/** What the kinds use of delivery. */
export interface Delivery {
  /**
   * Runs an own action's transaction and, once it is committed, sends what it appended. The service locks, decides and
   * calls {@link open} or {@link send} inside; rows of its own that are no facts of the matter it may write beside.
   */
  act<Result>(work: (tx: Database) => Promise<Result>): Promise<Result>
  /** A new matter's id. */
  newMatter(kind: string): string
  /**
   * Locks a matter until the transaction ends, as {@link send} and the taking in of envelopes do. Whoever locks rows of his
   * own before he sends calls this first: else two transactions can wait for each other.
   */
  lock(tx: Database, matter: string): Promise<void>
  /** Opens a matter: signs, applies (by the kind's `apply`) and queues its first envelope in the caller's transaction. */
  open(tx: Database, opening: Opening): Promise<StoredEnvelope>
  /**
   * Appends an own action: locks the matter, signs, applies and queues it for every other party in the caller's
   * transaction. NOT_FOUND for an unknown matter; TRANSITION_REFUSED when it is another party's turn or the machine does
   * not list the event; BAD_USER_INPUT for a body that does not fit or is larger than 256 KiB; CONFLICT while the matter
   * is frozen or is being compared with a peer after a restore.
   */
  send(tx: Database, action: Action): Promise<StoredEnvelope>
  /** A matter; undefined when this county holds none. */
  matter(db: Database, id: string): Promise<MatterRow | undefined>
  /** Matters by their ids, those that there are. */
  matters(db: Database, ids: readonly string[]): Promise<Map<string, MatterRow>>
  /** All envelopes of a matter, in causal order. */
  history(db: Database, matter: string): Promise<HistoryEntry[]>
  /** The histories of several matters, those that have one. */
  histories(db: Database, matters: readonly string[]): Promise<Map<string, HistoryEntry[]>>
}

/** County code, slug and uuid of a matter's id; undefined when it is none. */
export function readMatterId(id: string): { county: Party; slug: string; uuid: string } | undefined {
  const [, opener, slug, uuid] = matterIdShape.exec(id) ?? []
  return opener === undefined || slug === undefined || uuid === undefined ? undefined : { county: opener, slug, uuid }
}

/** The parties but one. */
export function othersOf(parties: readonly Party[], one: Party): Party[] {
  return parties.filter((party) => party !== one)
}
