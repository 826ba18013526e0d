import { createHash, randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AttachmentRepository } from '../../county/attachments/attachment.repository.ts'
import { FileStore } from '../../county/attachments/file-store.ts'
import type { AttachmentReference } from '../../county/delivery/contract.ts'
import type { Database } from '../../platform/database.ts'
import { demoCountyFacts } from '../demo-data/demo-county-facts.ts'

/** The site record of a county as a file: the same bytes in every demo. */
export function demoSiteRecord(county: string): { reference: AttachmentReference; contents: Buffer } {
  const facts = demoCountyFacts.find(({ code }) => code === county)
  const contents = Buffer.from(
    [
      '现场检查笔录（演示，纯属虚构）',
      '',
      `检查机关：${facts?.organ ?? county}`,
      '检查地点：虚构路1号',
      '执法人员：甲示例、乙示例，已出示执法证件',
      '现场情况：门店内存放宣传册3箱，所载内容与商品实际性能不符。',
      '当事人意见：以上记录属实。（虚构签名）',
      '',
    ].join('\n'),
  )
  const hash = createHash('sha256').update(contents).digest('hex')
  return {
    contents,
    reference: { hash, size: contents.length, mediaType: 'text/plain', name: '现场检查笔录（演示）.txt' },
  }
}

/** Puts a county's site record into its folder of files, as an upload would, and gives how documents name it. */
export async function keepSiteRecord(
  db: Database,
  folder: string,
  given: { county: string; agency: string; at: Date },
): Promise<AttachmentReference> {
  const { reference, contents } = demoSiteRecord(given.county)
  const { hash, size, mediaType } = reference
  const store = await FileStore.open(folder)
  const upload = store.incoming(randomUUID())
  await mkdir(dirname(upload), { recursive: true })
  await writeFile(upload, contents, { mode: 0o600 })
  await store.keep(upload, hash)
  const row = { hash, size, mediaType, storedAt: given.at, agency: given.agency, origin: 'OWN' }
  await new AttachmentRepository().put(db, row)
  return reference
}
