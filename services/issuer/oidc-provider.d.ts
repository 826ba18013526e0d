/** The part of oidc-provider that this issuer uses; the package brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  /** A client as the provider knows it, with its registered extra metadata. */
  export interface ProviderClient {
    clientId: string
    scope?: string
    [metadata: string]: unknown
  }

  export interface ProviderContext {
    oidc: { client?: ProviderClient; issuer: string; params: { scope?: string | undefined } }
  }

  export interface ProviderAdapter {
    upsert(id: string, payload: object, expiresInSeconds: number): Promise<void>
    find(id: string): Promise<object | undefined>
    findByUid(uid: string): Promise<undefined>
    findByUserCode(code: string): Promise<undefined>
    consume(id: string): Promise<void>
    destroy(id: string): Promise<void>
    revokeByGrantId(grantId: string): Promise<void>
  }

  export class Provider {
    constructor(issuer: string, configuration: object)
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    on(event: 'client_credentials.issued', listener: (token: { clientId: string }) => void): this
    on(event: 'grant.error' | 'server_error', listener: (context: ProviderContext, error: Error) => void): this
  }

  /** Errors that the provider turns into RFC 6749 error answers. */
  export const errors: {
    InvalidClientAuth: new (detail: string) => Error
    InvalidRequest: new (description: string) => Error
    InvalidTarget: new () => Error
    TemporarilyUnavailable: new (description?: string) => Error
  }
}
