import { compactVerify, createLocalJWKSet, errors, type LocalJWKSet } from 'jose'
import { ExchangeError } from '../errors.ts'
import { memoise } from '../memoise.ts'
import type { PurposeKind } from '../viewer.ts'
import {
  type AgencyEntry,
  type Agreement,
  type CountyEntry,
  type ListingCategory,
  type Measure,
  type NodeEntry,
  type RecordKind,
  type Snapshot,
  type Superior,
  superiorLevels,
} from './snapshot.ts'

/** Signature algorithms accepted anywhere in the exchange; all others are refused, also when a key would fit. */
export const signatureAlgorithms = ['EdDSA', 'ES256']

/** The question whether one county's agencies may read another's records. */
export interface AgreementQuestion {
  /** Code of the county whose agency asks. */
  reader: string
  /** Code of the county that holds the records. */
  holder: string
  record: RecordKind
  purpose: PurposeKind
  /** The moment of the request; agreements hold by the day in Asia/Shanghai. */
  on: Date
}

/** The question what follows from a listing for an approval matter. */
export interface MeasureQuestion {
  /** Code of the approval matter. */
  matter: string
  category: ListingCategory
  /** How the listing concerns the applicant: listed itself, or its legal representative is that of a listed subject. */
  relation: Measure['appliesTo']
  /** Codes of the IMPOSED measures that the listing decision names. */
  imposed: readonly string[]
  on: Date
}

/** The question whose decision settles a dispute between departments of several counties. */
export interface SuperiorQuestion {
  counties: readonly string[]
  /** The system (条线) of all their departments; null when it is unknown or they differ: then only who is over every system. */
  system: string | null
  on: Date
}

/** A county or gateway of the directory as signer of a document. */
export type Signer = { county: string } | { gateway: string }

/** One snapshot's contents by key, computed once. Says nothing about whether the snapshot has expired. */
export interface SnapshotLookups {
  /** A county by its code, whatever its status. */
  county(code: string): CountyEntry | undefined
  /** Whoever takes part in matters: a county, or a superior with a node of its own. Never a list of whom to ask. */
  node(code: string): NodeEntry | undefined
  /** See {@link commonSuperior}. */
  superiorOf(question: SuperiorQuestion): Superior | undefined
  /** An agency by its id. */
  agency(id: string): AgencyEntry | undefined
  /** An approval matter by its code. */
  matter(code: string): Snapshot['matters'][number] | undefined
  /** A type of unlawful act by its code. */
  act(code: string): Snapshot['acts'][number] | undefined
  /** A token issuer by its `iss`. */
  issuer(issuer: string): Snapshot['issuers'][number] | undefined
  /** A gateway by its id. */
  gateway(id: string): Snapshot['gateways'][number] | undefined
  /** Public keys of a county or gateway; undefined when the directory does not know it. */
  keysOf(signer: Signer): LocalJWKSet | undefined
  /** The agreements that both counties have signed, whatever their dates. */
  agreementsBetween(one: string, other: string): readonly Agreement[]
  /**
   * An agreement in force, signed by both counties, that names the record kind and the purpose. A county reading its
   * own records needs none; ask only for two different counties.
   */
  agreementFor(question: AgreementQuestion): Agreement | undefined
  /** Rows of the catalogue that are in force and follow from the listing: AUTOMATIC ones and those it imposed. */
  measuresFor(question: MeasureQuestion): readonly Measure[]
  /**
   * Verifies a compact JWS by a county or gateway and gives its JSON payload. `typ` must be the header's. Refused with
   * BAD_USER_INPUT when the signer is unknown, the signature is not the signer's, or the payload is not JSON.
   */
  verifyJws(jws: string, signer: Signer, typ: string): Promise<unknown>
}

/** Computes the lookups of a snapshot. */
export function lookUp(snapshot: Snapshot): SnapshotLookups {
  const counties = byKey(snapshot.counties, (county) => county.code)
  const agencies = byKey(snapshot.agencies, (agency) => agency.id)
  const matters = byKey(snapshot.matters, (matter) => matter.code)
  const acts = byKey(snapshot.acts, (act) => act.code)
  const issuers = byKey(snapshot.issuers, (issuer) => issuer.issuer)
  const gateways = byKey(snapshot.gateways, (gateway) => gateway.id)
  const nodes = byKey(nodesOf(snapshot), (node) => node.code)
  const nodeKeys = new Map(nodesOf(snapshot).map((node) => [node.code, keySet(node.keys)]))
  const gatewayKeys = new Map(snapshot.gateways.map((gateway) => [gateway.id, keySet(gateway.keys)]))
  const pairs = agreementsByPair(snapshot.agreements)

  const keysOf = (signer: Signer): LocalJWKSet | undefined =>
    'county' in signer ? nodeKeys.get(signer.county) : gatewayKeys.get(signer.gateway)
  const agreementsBetween = (one: string, other: string): readonly Agreement[] => pairs.get(pairKey(one, other)) ?? []

  return {
    county: (code) => counties.get(code),
    node: (code) => nodes.get(code),
    superiorOf: (question) => commonSuperior(snapshot, question),
    agency: (id) => agencies.get(id),
    matter: (code) => matters.get(code),
    act: (code) => acts.get(code),
    issuer: (issuer) => issuers.get(issuer),
    gateway: (id) => gateways.get(id),
    keysOf,
    agreementsBetween,
    agreementFor({ reader, holder, record, purpose, on }) {
      const day = shanghaiDay(on)
      return agreementsBetween(reader, holder).find(
        (agreement) =>
          inForce(agreement, day) && agreement.records.includes(record) && agreement.purposes.includes(purpose),
      )
    },
    measuresFor: (question) => measuresOf(snapshot, question),
    async verifyJws(jws, signer, typ) {
      const name = 'county' in signer ? `county ${signer.county}` : `gateway ${signer.gateway}`
      const keys = keysOf(signer)
      if (!keys)
        throw new ExchangeError('BAD_USER_INPUT', `The directory knows no ${name}, so its signature proves nothing.`)
      try {
        const { payload, protectedHeader } = await compactVerify(jws, keys, { algorithms: signatureAlgorithms })
        if (protectedHeader.typ !== typ) throw new errors.JWSInvalid('wrong type')
        return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as unknown
      } catch {
        throw new ExchangeError('BAD_USER_INPUT', `This is not a document of type ${typ} signed by ${name}.`)
      }
    },
  }
}

/** {@link SnapshotLookups.measuresFor} of one snapshot, whether or not it is the present one. */
export function measuresOf(
  { measures }: Pick<Snapshot, 'measures'>,
  { matter, category, relation, imposed, on }: MeasureQuestion,
): readonly Measure[] {
  const day = shanghaiDay(on)
  return measures.filter(
    (measure) =>
      inForce(measure, day) &&
      measure.appliesTo === relation &&
      (measure.matters === null || measure.matters.includes(matter)) &&
      (measure.categories === null || measure.categories.includes(category)) &&
      (measure.application === 'AUTOMATIC' || imposed.includes(measure.code)),
  )
}

/** The counties, and the superiors that have nodes: all to whom documents are delivered. One array for one snapshot. */
export const nodesOf = memoise((snapshot: Pick<Snapshot, 'counties' | 'superiors'>): readonly NodeEntry[] => [
  ...snapshot.counties,
  ...snapshot.superiors.flatMap(({ name, node }) => (node ? [{ ...node, name }] : [])),
])

/**
 * The common superior (共同的上一级机关) of departments of these counties on a day: who is over all of them, and the nearest
 * of those. Undefined when the directory names none, or several at the same level.
 */
export function commonSuperior(
  { superiors }: Pick<Snapshot, 'superiors'>,
  { counties, system, on }: SuperiorQuestion,
): Superior | undefined {
  const day = shanghaiDay(on)
  const common = superiors.filter(({ over }) =>
    counties.every((county) =>
      over.some(
        (each) =>
          each.county === county &&
          (each.system === null || each.system === system) &&
          each.from <= day &&
          (each.until === null || day < each.until),
      ),
    ),
  )
  const nearest = superiorLevels.map((level) => common.filter((each) => each.level === level)).find(isFilled)
  return nearest?.length === 1 ? nearest[0] : undefined
}

/** Whether the node with this code is that of a superior who was over all of these counties on a day, in whatever system. */
export function isSuperiorNode(
  { superiors }: Pick<Snapshot, 'superiors'>,
  { node: code, counties, on }: { node: string; counties: readonly string[]; on: Date },
): boolean {
  const day = shanghaiDay(on)
  return superiors.some(
    ({ node, over }) =>
      node?.code === code &&
      counties.every((county) =>
        over.some((each) => each.county === county && each.from <= day && (each.until === null || day < each.until)),
      ),
  )
}

function isFilled(list: readonly unknown[]): boolean {
  return list.length > 0
}

/** The calendar day in Asia/Shanghai, `YYYY-MM-DD`. China has had no other offset than +08:00 since 1991. */
export function shanghaiDay(moment: Date): string {
  return new Date(moment.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
}

function inForce(row: { validFrom: string; validUntil: string | null }, day: string): boolean {
  return row.validFrom <= day && (row.validUntil === null || day < row.validUntil)
}

function keySet(keys: CountyEntry['keys']): LocalJWKSet {
  return createLocalJWKSet({ keys: [...keys] })
}

function byKey<T>(rows: readonly T[], key: (row: T) => string): Map<string, T> {
  return new Map(rows.map((row) => [key(row), row]))
}

function pairKey(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`
}

function agreementsByPair(agreements: readonly Agreement[]): Map<string, Agreement[]> {
  const pairs = new Map<string, Agreement[]>()
  for (const agreement of agreements) {
    const signed = agreement.parties.filter((party) => agreement.signedBy.includes(party))
    for (const [index, one] of signed.entries()) {
      for (const other of signed.slice(index + 1)) {
        const key = pairKey(one, other)
        pairs.set(key, [...(pairs.get(key) ?? []), agreement])
      }
    }
  }
  return pairs
}
