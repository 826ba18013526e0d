import { createHash } from 'node:crypto'
import type { MatterRow, StoredEnvelope } from '../delivery/contract.ts'
import { deadlineStateLabels } from '../matters/matter.labels.ts'
import type { MatterView } from '../matters/matter-view.ts'
import type { DueMatter } from './webhook-deadline.repository.ts'
import type { QueuedEvent } from './webhook.repository.ts'

/** What endpoints are told; types are added, never renamed. */
export const webhookTypes = [
  'matter.changed',
  'matter.frozen',
  'matter.due_soon',
  'matter.overdue',
  'webhook.test',
] as const
/** A type of {@link webhookTypes}. */
export type WebhookType = (typeof webhookTypes)[number]

/** The views of the kinds of matter, by kind. */
export type Views = ReadonlyMap<string, MatterView>

/** A matter and who is waited for: the counties whose notes it waits for, else who has the pen, unless it rests. */
export interface ToldMatter extends Pick<MatterRow, 'id' | 'kind' | 'parties' | 'pen'> {
  awaited: readonly string[]
  resting: boolean
}

/**
 * A document was taken up. Thin on purpose: which matter, what happened, who is next. No subject, no name, no free text:
 * these are read from the county itself, under its rules and its journal.
 */
export function matterChanged(views: Views, { payload, hash }: StoredEnvelope, matter: ToldMatter): QueuedEvent {
  const { event, sender, at } = payload
  const label = views.get(matter.kind)?.eventLabel(event) ?? event
  return eventOf('matter.changed', hash, new Date(at), { ...aboutMatter(views, matter), event, label, sender })
}

/** A matter was frozen: a document was refused, or a county signed two histories. */
export function matterFrozen(
  views: Views,
  matter: MatterRow,
  why: { at: Date; reason: string; by: string },
): QueuedEvent {
  const { at, reason, by } = why
  const nobody = { ...matter, awaited: [], resting: true }
  const data = { ...aboutMatter(views, nobody), reason, label: '事项冻结', by }
  return eventOf('matter.frozen', digest(`frozen ${matter.id}`), at, data)
}

/** A matter's last day is near, or over. */
export function matterDue(views: Views, due: DueMatter, now: Date): QueuedEvent {
  const { matter, standing, dueOn } = due
  const label = deadlineStateLabels[standing]
  const data = { ...aboutMatter(views, { ...due, id: matter }), dueOn, label }
  const type = standing === 'OVERDUE' ? 'matter.overdue' : 'matter.due_soon'
  return eventOf(type, digest(`${standing} ${matter} ${dueOn}`), now, data)
}

/** A test that the agency asked for. */
export function testEvent(endpoint: string, uuid: string, now: Date): QueuedEvent {
  return eventOf('webhook.test', digest(uuid), now, { endpoint })
}

/** What is said of a matter of whatever kind. */
function aboutMatter(views: Views, { id, kind, parties, pen, awaited, resting }: ToldMatter) {
  const nextActors = awaited.length > 0 || resting || pen === null ? awaited : [pen]
  return { matter: id, kind, kindLabel: views.get(kind)?.label ?? kind, parties, nextActors }
}

function eventOf(type: WebhookType, hash: string, at: Date, data: object): QueuedEvent {
  return { id: `msg_${hash}`, body: JSON.stringify({ type, timestamp: at.toISOString(), data }) }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
