import {
  type DocumentNode,
  getNamedType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Found } from './scope-reference.ts'

/** Types of matters by what stands in their ids. */
const matterTypes: Record<string, string> = {
  clue: 'ClueTransfer',
  evidence: 'EvidenceSharing',
  assistance: 'AssistanceRequest',
  dispute: 'JurisdictionDispute',
  consultation: 'Consultation',
  bulletin: 'Bulletin',
}

const kindOf = (matter: unknown): string =>
  matterTypes[(matter as { id?: string } | null)?.id?.split(':')[1] ?? ''] ?? ''

/** What an answer is read by: the schema, and the field behind each alias, by `Type.alias`. */
export interface Names {
  schema: GraphQLSchema
  aliases: ReadonlyMap<string, string>
}

/** What the answers to a document are read by. */
export function namesIn(schema: GraphQLSchema, document: DocumentNode): Names {
  const aliases = new Map<string, string>()
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ alias, name }) {
        if (alias) aliases.set(`${types.getParentType()?.name}.${alias.value}`, name.value)
      },
    }),
  )
  return { schema, aliases }
}

/** The answer to an unrestricted caller with the name of each object's type, which the schema alone tells here. */
function withTypes(value: unknown, named: GraphQLNamedType, names: Names): unknown {
  if (Array.isArray(value)) return value.map((item) => withTypes(item, named, names))
  const { schema } = names
  const type = isAbstractType(named) ? schema.getPossibleTypes(named).find(({ name }) => name === kindOf(value)) : named
  return isObjectType(type) && typeof value === 'object' && value !== null ? foundIn(value, type, names) : value
}

/** An unrestricted caller’s answer to fields of this type, as the reference wants it: fields by their own names. */
export function foundIn(data: object, type: GraphQLObjectType, names: Names): Found {
  const fields = Object.entries(data).map(([key, below]) => {
    const name = names.aliases.get(`${type.name}.${key}`) ?? key
    const field = type.getFields()[name]
    if (!field) throw new Error(`${type.name} has no field ${name}.`)
    return [name, withTypes(below, getNamedType(field.type), names)] as const
  })
  return { __typename: type.name, ...Object.fromEntries(fields) }
}
