import type { Expectation } from '../load/expectation.ts'
import type { Databases } from '../world/databases.ts'
import type { World } from '../world/world.ts'

/** The counties of a measurement, as every contestant is told of them. */
export interface Scene {
  world: World
  databases: Databases
  codes: readonly string[]
  /** GraphQL endpoints, in the order of `codes`. */
  urls: readonly string[]
  /** The peers' supergraph, and their subgraphs' SDL in the order of `codes`. */
  supergraphFile: string
  sdls: readonly string[]
  peerDocument: string
  question: 'check' | 'cases'
  /** Whether this gateway writes a processor profile. */
  profile: boolean
}

/** A contestant that runs. */
export interface Started {
  pid: number
  port: number
  stop(): Promise<void>
  /** Why it ended, undefined while it runs. */
  ended(): string | undefined
  /** Where it writes its processor profile when it ends. */
  profileFolder?: string
}

/** A gateway that is measured. */
export interface Contestant {
  id: string
  name: string
  path: string
  ours: boolean
  start(scene: Scene): Promise<Started>
}

/** One line of a table: a contestant and the selection it is asked with. */
export interface Line {
  id: string
  name: string
  contestant: Contestant
  document: string
  operationName: string
  variables: 'check' | 'questions' | 'subject'
  expect: Expectation
}
