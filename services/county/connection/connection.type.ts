import { type ClassType, Directive, Field, ObjectType } from 'type-graphql'
import { type Page, type PageRequest, cursorOf } from './page.ts'
import { Coverage } from './coverage.type.ts'

/** Where a page stands in its connection. */
@Directive('@shareable')
@ObjectType('PageInfo', { description: '分页信息: where a page stands in its connection.' })
export class PageInfo {
  @Field(() => Boolean, { description: '是否有后页.' })
  hasNextPage!: boolean

  @Field(() => Boolean, { description: '是否有前页.' })
  hasPreviousPage!: boolean

  @Field(() => String, { nullable: true, description: '本页首条的游标.' })
  startCursor?: string | null

  @Field(() => String, { nullable: true, description: '本页末条的游标.' })
  endCursor?: string | null
}

/** A record and its cursor. */
export interface Edge<Node> {
  cursor: string
  node: Node
}

/** A page of records. */
export interface Connection<Node> {
  nodes: Node[]
  edges: Edge<Node>[]
  pageInfo: PageInfo
  coverage: Coverage
}

/** Makes the edge and connection classes of a node; `term` is the record's Chinese name. */
export function connectionOf<Node extends object>(
  node: ClassType<Node>,
  name: string,
  term: string,
): ClassType<Connection<Node>> {
  @Directive('@shareable')
  @ObjectType(`${name}Edge`, { description: `${term}及其游标: a record and its cursor.` })
  class NodeEdge implements Edge<Node> {
    @Field(() => String, { description: '游标.' })
    cursor!: string

    @Field(() => node, { description: `${term}.` })
    node!: Node
  }
  @Directive('@shareable')
  @ObjectType(`${name}Connection`, { description: `${term}分页结果: newest first.` })
  class NodeConnection implements Connection<Node> {
    @Field(() => [node], { description: `本页的${term}.` })
    nodes!: Node[]

    @Field(() => [NodeEdge], { description: `本页的${term}及其游标.` })
    edges!: Edge<Node>[]

    @Field(() => PageInfo, { description: '分页信息.' })
    pageInfo!: PageInfo

    @Field(() => Coverage, { description: '覆盖情况: which counties answered.' })
    coverage!: Coverage
  }
  return NodeConnection
}

/** A connection of a page: `key` gives each row's sort key, `toNode` its record. */
export function toConnection<Row, Node>(
  page: Page<Row>,
  request: PageRequest,
  key: (row: Row) => readonly [moment: string, id: string],
  toNode: (row: Row) => Node,
  coverage: Coverage,
): Connection<Node> {
  const edges = page.rows.map((row) => ({ cursor: cursorOf(request, ...key(row)), node: toNode(row) }))
  return {
    nodes: edges.map((edge) => edge.node),
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    coverage,
  }
}
