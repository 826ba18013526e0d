import { MapperKind, mapSchema } from '@graphql-tools/utils'
import {
  BREAK,
  defaultFieldResolver,
  type DocumentNode,
  execute,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  GraphQLSchema,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  responsePathAsArray,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { WrittenList } from './written-list.ts'

/** A field whose list many answers share, such as what the hit index says of every county. */
export interface SharedListField {
  type: string
  field: string
  /** `Type.field` of all that may be selected below it: what depends on nothing but the list and {@link version}. */
  lasting: ReadonlySet<string>
  /** The object that lasting fields rest on besides the list, such as the directory's snapshot. */
  version: () => object
}

/**
 * Completes the elements of a shared list once for each selection, and writes them once. A list is shared when it is
 * frozen; any other is completed each time. graphql-js completes them either way, in an operation of their own: in the
 * schema made here the field is a leaf.
 */
export class SharedList {
  /** The subgraph's schema, but for the field, whose value may be a {@link WrittenList}. */
  readonly schema: GraphQLSchema
  readonly #field: SharedListField
  readonly #given: GraphQLSchema
  /** The list alone, as the root field `list`. */
  readonly #alone: GraphQLSchema
  #version: object | undefined
  #written = new WeakMap<readonly unknown[], WeakMap<FieldNode, WrittenList>>()

  constructor(schema: GraphQLSchema, field: SharedListField) {
    const parent = schema.getType(field.type)
    const list = isObjectType(parent) ? parent.getFields()[field.field]?.type : undefined
    if (!list) throw new Error(`The schema has no field ${field.type}.${field.field}.`)
    const query = new GraphQLObjectType({ name: 'SharedLists', fields: { list: { type: list } } })
    const leaf = new GraphQLScalarType({ name: 'SharedList', serialize: (value) => value })
    const type = isNonNullType(list) ? new GraphQLNonNull(leaf) : leaf
    this.#field = field
    this.#given = schema
    this.#alone = new GraphQLSchema({ query })
    this.schema = mapSchema(schema, {
      [MapperKind.OBJECT_FIELD]: ({ resolve = defaultFieldResolver, ...config }, name, typeName) =>
        typeName === field.type && name === field.field
          ? {
              ...config,
              type,
              resolve: (source, args, context, info) =>
                this.#complete(resolve(source, args, context, info), context, info),
            }
          : undefined,
    })
  }

  /**
   * Whether a valid document may run on {@link schema}: it selects the field, below it only what lasts, has no
   * conditions, and variables in arguments of root fields only.
   */
  suits(document: DocumentNode): boolean {
    const types = new TypeInfo(this.#given)
    const below = new Set([...this.#field.lasting].map((name) => name.slice(0, name.indexOf('.'))))
    let selects = false
    let refused = false
    const refuse = (): typeof BREAK => {
      refused = true
      return BREAK
    }
    visit(
      document,
      visitWithTypeInfo(types, {
        Directive: refuse,
        Field: (node) => {
          const parent = types.getParentType()
          const name = `${parent?.name}.${node.name.value}`
          selects ||= name === `${this.#field.type}.${this.#field.field}`
          const fixed = !node.arguments?.length || parent === this.#given.getQueryType()
          const lasts = !parent || !below.has(parent.name) || this.#field.lasting.has(name)
          return (fixed && lasts) || node.name.value === '__typename' ? undefined : refuse()
        },
      }),
    )
    return selects && !refused
  }

  #complete(list: unknown, context: unknown, info: GraphQLResolveInfo): unknown {
    const [node, ...more] = info.fieldNodes
    if (!Array.isArray(list) || !node) return list
    const shared = Object.isFrozen(list) && more.length === 0 ? this.#sharedBy(list) : undefined
    const known = shared?.get(node)
    if (known) return known
    const finish = (result: ExecutionResult): unknown => {
      const [error] = result.errors ?? []
      if (error) throw moved(error, info)
      const completed: unknown = result.data?.['list']
      if (!shared) return completed
      const written = new WrittenList(JSON.stringify(completed))
      shared.set(node, written)
      return written
    }
    const result = execute({
      schema: this.#alone,
      document: ownDocument(info),
      rootValue: { list },
      contextValue: context,
    })
    return result instanceof Promise ? result.then(finish) : finish(result)
  }

  #sharedBy(list: readonly unknown[]): WeakMap<FieldNode, WrittenList> {
    const version = this.#field.version()
    if (version !== this.#version) {
      this.#version = version
      this.#written = new WeakMap()
    }
    let written = this.#written.get(list)
    if (!written) this.#written.set(list, (written = new WeakMap()))
    return written
  }
}

/** What is selected of the elements, as an operation on the list alone. */
function ownDocument({ fieldNodes, fragments }: GraphQLResolveInfo): DocumentNode {
  const selections = fieldNodes.flatMap((node) => node.selectionSet?.selections ?? [])
  const name = { kind: Kind.NAME as const, value: 'list' }
  const list = { kind: Kind.FIELD as const, name, selectionSet: { kind: Kind.SELECTION_SET as const, selections } }
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        selectionSet: { kind: Kind.SELECTION_SET, selections: [list] },
      },
      ...Object.values(fragments),
    ],
  }
}

/** The error of an element with its path in the whole answer. */
function moved(error: GraphQLError, info: GraphQLResolveInfo): GraphQLError {
  const path = [...responsePathAsArray(info.path), ...(error.path ?? []).slice(1)]
  return new GraphQLError(error.message, { path, originalError: error, extensions: error.extensions })
}
