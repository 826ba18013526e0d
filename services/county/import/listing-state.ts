import { listingStateLabels } from '../credit/credit-listing.labels.ts'
import { listingStates, listingStatesSeenByOthers, type ListingState } from '../credit/credit-listing.machine.ts'
import { effectEnd } from '../credit/effect.ts'

/** Other names of states that lists in circulation use. */
const aliases: Record<string, ListingState> = {
  列入: 'LISTED',
  在列: 'LISTED',
  公示: 'PUBLISHED',
  公示中: 'PUBLISHED',
  已申请移出: 'REPAIR_APPLIED',
  已受理移出: 'REPAIR_ACCEPTED',
  已提前移出: 'REMOVED_EARLY',
  信用修复移出: 'REMOVED_EARLY',
  已修复: 'REMOVED_EARLY',
  届满移出: 'EXPIRED',
  已届满: 'EXPIRED',
  已期满: 'EXPIRED',
  已撤销: 'REVOKED',
  撤销: 'REVOKED',
  已恢复: 'RESTORED',
  已恢复列入: 'RESTORED',
}

/** State by its code or Chinese name; null when unknown or not yet a decision (a list holds decisions only). */
export function parseListingState(text: string): ListingState | null {
  const compact = text.replace(/\s/g, '').toUpperCase()
  const state =
    listingStates.find((candidate) => candidate === compact || listingStateLabels[candidate] === compact) ??
    aliases[compact]
  return state !== undefined && listingStatesSeenByOthers.includes(state) ? state : null
}

/** What a row of the list says about the entry's life; days are `YYYY-MM-DD`. */
export interface ListingLife {
  /** 状态, when the file names one. */
  state: ListingState | null
  listedOn: string
  restoredOn: string | null
  publishedFrom: string | null
  /** First day after the longest statutory restriction. */
  restrictionUntil: string | null
  removedOn: string | null
  removedReason: string | null
}

/** Where the entry stands. */
export interface ListingStanding {
  state: ListingState
  effectUntil: string
  removedOn: string | null
  /** What contradicts itself, in Chinese; such a row is refused, since a wrong end would clear a listed subject. */
  problems: string[]
}

const ends: ReadonlySet<ListingState> = new Set(['REMOVED_EARLY', 'EXPIRED', 'REVOKED'])

/** Takes the state from 状态, or computes it from the dates, and checks that they agree. */
export function listingStanding(life: ListingLife, today: string): ListingStanding {
  const effectUntil = effectEnd(life.restoredOn ?? life.listedOn, life.restrictionUntil)
  const state = life.state ?? computedState(life, effectUntil, today)
  const problems: string[] = []
  let { removedOn } = life
  if (state === 'EXPIRED') {
    if (effectUntil > today) problems.push(`状态为期满移出，但期限至${effectUntil}方满`)
    removedOn ??= effectUntil
    if (removedOn < effectUntil) problems.push('移出日期早于期限届满日，不是期满移出')
  } else if (ends.has(state) && removedOn === null) {
    problems.push(`状态为${listingStateLabels[state]}，但移出日期为空`)
  }
  if (!ends.has(state) && removedOn !== null) {
    if (state === 'RESTORED') removedOn = null
    else problems.push(`状态为${listingStateLabels[state]}，但有移出日期`)
  }
  if (state === 'RESTORED' && life.restoredOn === null) problems.push('状态为恢复列入，但恢复列入日期为空')
  return { state, effectUntil, removedOn, problems }
}

function computedState(life: ListingLife, effectUntil: string, today: string): ListingState {
  if (life.removedOn !== null) {
    if (life.restoredOn !== null && life.restoredOn >= life.removedOn) return 'RESTORED'
    if (/撤销/.test(life.removedReason ?? '')) return 'REVOKED'
    return life.removedOn >= effectUntil ? 'EXPIRED' : 'REMOVED_EARLY'
  }
  if (effectUntil <= today) return 'EXPIRED'
  if (life.restoredOn !== null) return 'RESTORED'
  return life.publishedFrom !== null && life.publishedFrom <= today ? 'PUBLISHED' : 'LISTED'
}
