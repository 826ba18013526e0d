import { ClueTransferKind } from './clues/clue-transfer.kind.ts'
import { ClueTransferView } from './clues/clue-transfer.view.ts'
import type { MatterKind } from './delivery/contract.ts'
import type { MatterView } from './matters/matter-view.ts'

/** The kinds of matter that this county's node takes part in, as people see them. A new one is entered here. */
export const matterViews: readonly MatterView[] = [new ClueTransferView(new ClueTransferKind())]

/** The same kinds, as delivery knows them. */
export const matterKinds: readonly MatterKind[] = matterViews.map(({ kind }) => kind)
