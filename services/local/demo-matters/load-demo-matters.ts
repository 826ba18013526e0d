import { readFile } from 'node:fs/promises'
import { readSeed } from '../../coordination/directory/read-seed.ts'
import { directoryKinds, type DirectoryContents } from '../../coordination/seed.ts'
import type { Database } from '../../platform/database.ts'
import type { Snapshot } from '../../platform/directory/snapshot.ts'
import { readSigningKey } from '../../platform/tokens/keys.ts'
import type { LoaderNode } from '../run-loader.ts'
import { openDesk } from './demo-desk.ts'
import { keepSiteRecord } from './demo-evidence-file.ts'
import { enterWebhook } from './demo-webhook.ts'
import { openDemoMatters } from './open-demo-matters.ts'

const dayMs = 86_400_000

/** Opens a county's matters of the demo in its database, with its own key; those that are there stay as they are. */
export async function loadDemoMatters(db: Database, county: string, node: LoaderNode): Promise<number> {
  const snapshot = await snapshotOf(node.seedFolders)
  const desk = await openDesk({ county, db, key: await readSigningKey(node.keyFile), snapshot })
  const { agency } = desk.context().viewer
  const record = await keepSiteRecord(db, node.attachmentsDir, { county, agency, at: desk.clock.now() })
  await enterWebhook(desk, (await readFile(node.pepperFile, 'utf8')).trim())
  return openDemoMatters(desk, record, node.markFile)
}

/** The directory as the coordination node will publish it from these folders. */
async function snapshotOf(folders: readonly string[]): Promise<Snapshot> {
  const none = Object.fromEntries(directoryKinds.map((kind) => [kind, []])) as unknown as DirectoryContents
  const now = Date.now()
  return {
    format: 1,
    serial: 0,
    issuedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + dayMs).toISOString(),
    office: 'demo',
    measuresVersion: '0',
    ...(await readSeed(folders, none)),
  }
}
