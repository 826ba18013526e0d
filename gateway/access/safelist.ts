import { createHash } from 'node:crypto'
import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import {
  type DefinitionNode,
  type DocumentNode,
  getOperationAST,
  Kind,
  parse,
  print,
  separateOperations,
} from 'graphql'
import { BoundedCache } from '../../services/platform/bounded-cache.ts'
import { ExchangeError } from '../../services/platform/errors.ts'

/** Clients with this scope may send documents of their own. */
export const adHocScope = 'query:adhoc'

/** Of how many texts it is remembered whether they are registered. */
const rememberedTexts = 1_000
/** Names are as long as a caller makes them; those of longer ones are judged each time. */
const longestKey = 300

/** Hashes of the operations that are registered. */
export type Safelist = ReadonlySet<string>

/**
 * Registers every operation of the documents, each with the fragments it uses. White space, comments and the order of
 * definitions do not count.
 *
 * @throws GraphQLError for a document that does not parse; Error for an operation without a name.
 */
export function readSafelist(documents: Iterable<string>): Safelist {
  const hashes = new Set<string>()
  for (const text of documents) {
    for (const [name, document] of Object.entries(separateOperations(parse(text, { noLocation: true })))) {
      if (name === '') throw new Error('A registered operation needs a name.')
      hashes.add(hashOf(document))
    }
  }
  return hashes
}

/**
 * In the mode `safelist` admits registered operations, and any of a caller with the scope `query:adhoc`; in the mode
 * `open` all. Judges the text as it was sent, whatever other plugins have made of it. Otherwise OPERATION_NOT_REGISTERED.
 */
export function createSafelistPlugin<Context extends BaseContext>(options: {
  mode: 'safelist' | 'open'
  safelist: Safelist
  scopesOf: (contextValue: Context) => ReadonlySet<string>
}): ApolloServerPlugin<Context> {
  const judged = new BoundedCache<{ registered: boolean }>(rememberedTexts)
  return {
    async requestDidStart() {
      let sentHash: string
      return {
        async didResolveSource({ queryHash }) {
          // Later the scope plugin may have put another in its place.
          sentHash = queryHash
        },
        async didResolveOperation({ source, request, contextValue, operationName }) {
          if (options.mode === 'open' || options.scopesOf(contextValue).has(adHocScope)) return
          const judge = () => ({ registered: isRegistered(options.safelist, source, request.operationName) })
          const key = JSON.stringify([sentHash, request.operationName])
          if ((key.length > longestKey ? judge() : judged.getOrMake(key, judge)).registered) return
          throw new ExchangeError(
            'OPERATION_NOT_REGISTERED',
            `${operationName ? `"${operationName}"` : 'This operation'} is not registered with this exchange. Send a ` +
              'registered document as it stands, have yours registered with the coordination office, or use a token ' +
              `with the scope ${adHocScope}.`,
          )
        },
      }
    },
  }
}

/** Whether the operation that the name selects in the text is registered; the text has parsed before. */
function isRegistered(safelist: Safelist, text: string, operationName: string | undefined): boolean {
  const document = parse(text, { noLocation: true })
  const selected = getOperationAST(document, operationName)
  if (!selected) return false
  const separate = separateOperations(document)[selected.name?.value ?? '']
  return separate !== undefined && safelist.has(hashOf(separate))
}

function hashOf(document: DocumentNode): string {
  const definitions = document.definitions.map((definition) => [nameOf(definition), print(definition)] as const)
  const sorted = definitions.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)
  return createHash('sha256').update(sorted.join('\n')).digest('base64url')
}

function nameOf(definition: DefinitionNode): string {
  const isFragment = definition.kind === Kind.FRAGMENT_DEFINITION
  return isFragment ? `fragment ${definition.name.value}` : ''
}
