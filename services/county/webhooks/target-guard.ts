import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import { badInput } from '../../platform/errors.ts'
import { type PrivateTargets, hostOf, isPublicAddress } from './private-targets.ts'

const longestUrl = 2_048
const httpsPort = 443
/** Below are the ports of other services (mail, remote shells, directories), which nobody should be made to speak to. */
const firstFreePort = 1_024

/** A target that the county's node does not connect to; the message says why, without the address. */
export class TargetRefused extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'TargetRefused'
  }
}

/** Gives all addresses of a name, as `dns.lookup` does with `all`. */
export type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

type LookupDone = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/** Decides which targets the node may connect to. */
export class TargetGuard {
  readonly #allowed: PrivateTargets
  readonly #resolve: Resolve

  constructor(allowed: PrivateTargets, resolve: Resolve = systemLookup) {
    this.#allowed = allowed
    this.#resolve = resolve
  }

  /**
   * The URL in its normal form. BAD_USER_INPUT unless it is https, on port 443 or from 1024 on, without user, password and
   * fragment, and no address outside of the public network; what the configuration lists may be http and on any port.
   */
  demand(text: string): string {
    if (text.length > longestUrl) throw badInput(`"url" has more than ${longestUrl} characters.`, 'url')
    if (!URL.canParse(text)) throw badInput('"url" is not a URL: expected https://host/path.', 'url')
    const url = new URL(text)
    const port = portOf(url)
    const host = hostOf(url)
    const listed = this.#isListed(host, port)
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && listed)) {
      throw badInput(
        '"url" must begin with https://; http is for targets that the county’s configuration lists.',
        'url',
      )
    }
    if (url.username !== '' || url.password !== '') throw badInput('"url" must hold no user and no password.', 'url')
    if (url.hash !== '') throw badInput('"url" must have no fragment.', 'url')
    if (!listed && port !== httpsPort && port < firstFreePort) {
      throw badInput(`"url" names port ${port}: use 443, or one from ${firstFreePort} on.`, 'url')
    }
    if (isIP(host) !== 0) {
      const reason = this.#refusal(host, port, host)
      if (reason !== undefined) throw badInput(`"url": ${reason}`, 'url')
    }
    return url.href
  }

  /** Throws TargetRefused for a host that is an address which may not be connected to: no lookup is made for these. */
  checkLiteral(host: string, port: number): void {
    const reason = isIP(host) === 0 ? undefined : this.#refusal(host, port, host)
    if (reason !== undefined) throw new TargetRefused(reason)
  }

  /** A lookup for `net.connect`: what it gives is what is connected to, so a name cannot change in between. */
  lookupFor(port: number): (host: string, options: LookupOptions, done: LookupDone) => void {
    return (host, options, done) => {
      this.#resolve(host, { ...options, all: true }, (error, addresses) => {
        if (error) return done(error, [])
        const [first] = addresses
        if (!first) return done(new TargetRefused('The host has no address.'), [])
        for (const { address } of addresses) {
          const reason = this.#refusal(host.replace(/\.$/, '').toLowerCase(), port, address)
          if (reason !== undefined) return done(new TargetRefused(reason), [])
        }
        return options.all ? done(null, addresses) : done(null, first.address, first.family)
      })
    }
  }

  #isListed(host: string, port: number): boolean {
    return this.#allowed.allowsHost(host, port) || this.#allowed.allowsAddress(host)
  }

  #refusal(host: string, port: number, address: string): string | undefined {
    if (isPublicAddress(address) || this.#allowed.allowsHost(host, port)) return undefined
    if (this.#allowed.allowsAddress(address)) return undefined
    return 'The host has an address outside of the public network, which the county’s configuration does not list.'
  }
}

/** The port of a URL. */
export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'http:' ? 80 : httpsPort
}
