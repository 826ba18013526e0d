/** What the inbox is asked for. */
export const inboxStates = ['WAITING', 'WAITING_FOR_OTHERS', 'DUE_SOON', 'OVERDUE', 'REFUSED', 'ENDED'] as const
/** What the inbox is asked for. */
export type InboxState = (typeof inboxStates)[number]
