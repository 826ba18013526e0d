import type { GatewayGraphQLRequestContext, GatewayLoadResult } from '@apollo/server-gateway-interface'

type Executor = NonNullable<GatewayLoadResult['executor']>

/** Has Apollo's executor make a plan, which it then keeps, and stop before anything is fetched. */
export class PlanOnly {
  readonly #requests = new WeakSet<object>()
  readonly #made = new Error('The plan is made.')

  /** Called with each request whose plan is made; throws when no more is wanted of it. */
  stop(request: object): void {
    if (this.#requests.has(request)) throw this.#made
  }

  /** Plans the operation of a request; rejects with what keeps it from being planned. */
  async run(request: GatewayGraphQLRequestContext, executor: Executor): Promise<void> {
    this.#requests.add(request)
    try {
      const { errors } = await executor(request)
      throw errors?.[0] ?? new Error('There is nothing to plan.')
    } catch (error) {
      if (error !== this.#made) throw error
    }
  }
}
