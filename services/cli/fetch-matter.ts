import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { FileKey, MatterFile } from '../county/proofs/matter-file.ts'
import { packageRoot } from '../platform/package-root.ts'
import { CommandFailed } from './exit-codes.ts'
import { type GatewayQuestion, askGateway } from './gateway-client.ts'

const pageSchema = z.object({
  total: z.int(),
  envelopes: z.array(z.string()),
  acknowledgements: z.array(z.string()),
  keys: z.array(z.object({ county: z.string(), key: z.string() })),
  next: z.int().nullable(),
})
type Page = z.infer<typeof pageSchema>

const mostAttempts = 5

/** All that the asking agency's county holds of a matter, but for the directory; what changes meanwhile is read anew. */
export async function fetchMatter(
  matter: string,
  question: Omit<GatewayQuestion, 'document' | 'variables'>,
): Promise<Omit<MatterFile, 'directory'>> {
  const document = readFileSync(join(packageRoot(), 'schema', 'operations', '57-matter-proof.graphql'), 'utf8')
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const pages: Page[] = []
    let after: number | null = 0
    while (after !== null) {
      const page: Page = await ask({ ...question, document, variables: { id: matter, after } })
      pages.push(page)
      after = page.total === pages[0]?.total ? page.next : null
    }
    if (pages.every(({ total }) => total === pages[0]?.total)) return joined(matter, pages)
  }
  throw new CommandFailed('The matter changed each time while it was read. Try again later.')
}

async function ask(question: GatewayQuestion): Promise<Page> {
  const page = pageSchema.safeParse(await askGateway(question, 'matterProof'))
  if (page.success) return page.data
  throw new CommandFailed('The gateway answered with something that is no page of a matter.')
}

function joined(matter: string, pages: readonly Page[]): Omit<MatterFile, 'directory'> {
  const keys = new Map(pages.flatMap((page) => page.keys.map((each) => [`${each.county} ${each.key}`, each])))
  return {
    matter,
    envelopes: pages.flatMap(({ envelopes }) => envelopes),
    acknowledgements: pages.flatMap(({ acknowledgements }) => acknowledgements),
    keys: [...keys.values()].map(({ county, key }) => ({ county, key: JSON.parse(key) as FileKey['key'] })),
  }
}
