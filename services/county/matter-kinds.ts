import type { MatterKind } from './delivery/contract.ts'

/** The kinds of matter that this county's node takes part in. A new one is entered here. */
export const matterKinds: readonly MatterKind[] = []
