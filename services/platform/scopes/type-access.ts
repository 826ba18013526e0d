import {
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  type GraphQLField,
  isAbstractType,
} from 'graphql'
import { either, type Requirement } from './requirement.ts'
import type { ScopeTable } from './scope-table.ts'

/** A scope table read against the schema it belongs to; one for each schema, its answers are kept. */
export class TypeAccess {
  readonly #reach = new Map<string, Requirement | undefined>()
  readonly #objects = new Map<string, readonly string[]>()

  constructor(
    readonly schema: GraphQLSchema,
    readonly table: ScopeTable,
  ) {}

  /** What the type itself requires; for an interface, what all its object types together require. */
  ofType(type: GraphQLNamedType): Requirement | undefined {
    return this.table.types.get(type.name)
  }

  /** All that selecting the field on the type requires: the type's, the field's own and the returned type's. */
  ofField(parent: GraphQLCompositeType, field: GraphQLField<unknown, unknown>): Requirement[] {
    const own = this.table.fields.get(`${parent.name}.${field.name}`)
    return [this.ofType(parent), own, this.toReach(getNamedType(field.type))].filter((some) => some !== undefined)
  }

  /**
   * What it takes to be given a value of the type: its requirement; for an interface or union, that of any one of the
   * object types behind it, since fragments may then select from that one.
   */
  toReach(type: GraphQLNamedType): Requirement | undefined {
    if (!isAbstractType(type)) return this.ofType(type)
    if (!this.#reach.has(type.name)) {
      const each = this.schema.getPossibleTypes(type).map((object) => this.ofType(object))
      const known = each.filter((requirement) => requirement !== undefined)
      const all = known.length === each.length && known.length > 0
      this.#reach.set(type.name, all ? known.reduce(either) : undefined)
    }
    return this.#reach.get(type.name)
  }

  /** Names of the object types a value of the type can have. */
  objectTypes(type: GraphQLCompositeType): readonly string[] {
    let names = this.#objects.get(type.name)
    if (!names) {
      names = isAbstractType(type) ? this.schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]
      this.#objects.set(type.name, names)
    }
    return names
  }

  /** The object types of a type condition; undefined when it takes in every object that its surroundings can be. */
  narrowed(parent: GraphQLCompositeType, condition: GraphQLCompositeType): ReadonlySet<string> | undefined {
    const names = new Set(this.objectTypes(condition))
    return this.objectTypes(parent).every((name) => names.has(name)) ? undefined : names
  }
}
