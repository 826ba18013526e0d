import type { FastifyInstance } from 'fastify'
import { type TransferLimits, transferLimits } from '../../platform/attachments/transfer.ts'
import type { Journal } from '../../platform/journal/journal.ts'
import type { Logger } from '../../platform/log.ts'
import type { CountyTokenVerifier } from '../../platform/tokens/county-token.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { Delivery } from '../delivery/contract.ts'
import { AttachmentFetcher, type FetchBounds } from './attachment-fetcher.ts'
import { registerAttachmentRoutes } from './attachment.route.ts'
import { AttachmentService } from './attachment.service.ts'
import { startSweeping } from './attachment-sweeper.ts'
import type { FileSource } from './file-source.ts'
import { FileStore } from './file-store.ts'

/** How long a request waits for a file that is being fetched before it is told to ask again. */
const usualWaitMs = 10_000

/** What a test may set otherwise. */
export interface AttachmentSettings {
  limits?: Partial<TransferLimits>
  fetch?: Partial<FetchBounds>
  waitMs?: number
}

/** What the files of a county's node need. */
export interface AttachmentNodeParts extends NodeParts {
  app: FastifyInstance
  /** Folder of the files; none: the node keeps no files. */
  folder: string | undefined
  delivery: Pick<Delivery, 'matter' | 'history'>
  /** The way to files of other counties. */
  source: FileSource
  verifier: CountyTokenVerifier
  journal: Journal
  logger: Logger
  settings?: AttachmentSettings | undefined
}

/** Opens the county's files and the ways to them. Gives what stops it all. */
export async function openAttachments(parts: AttachmentNodeParts): Promise<() => Promise<void>> {
  const { folder, settings = {} } = parts
  const limits = { ...transferLimits, ...settings.limits }
  if (folder === undefined) {
    registerAttachmentRoutes(parts.app, { ...parts, limits, service: undefined })
    return async () => {}
  }
  const store = await FileStore.open(folder)
  const fetcher = new AttachmentFetcher({ ...parts, store }, settings.fetch)
  const service = new AttachmentService({ ...parts, store, fetcher, waitMs: settings.waitMs ?? usualWaitMs })
  registerAttachmentRoutes(parts.app, { ...parts, limits, service })
  const stopSweeping = startSweeping({ ...parts, store })
  return async () => {
    await Promise.all([fetcher.stop(), service.settled()])
    await stopSweeping()
  }
}
