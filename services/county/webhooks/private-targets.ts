import { BlockList, isIP } from 'node:net'

/** Addresses that no agency of the public network has: loopback, private, shared, link-local, metadata, reserved … */
const forbiddenIPv4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
/** Of IPv6 only global unicast is public, less what embeds IPv4 addresses or is for documents. */
const publicIPv6 = ['2000::', 3] as const
const forbiddenIPv6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

const forbidden = new BlockList()
for (const [net, bits] of forbiddenIPv4) forbidden.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of forbiddenIPv6) forbidden.addSubnet(net, bits, 'ipv6')
const global6 = new BlockList()
global6.addSubnet(...publicIPv6, 'ipv6')

/** Whether an IP address is one of the public network. What cannot be read is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !forbidden.check(address, 'ipv4')
  return family === 6 && global6.check(address, 'ipv6') && !forbidden.check(address, 'ipv6')
}

/** Targets outside of the public network that the county's configuration allows. */
export interface PrivateTargets {
  /** The host is listed by its name or address, for all ports or this one: any address of it, and http, is allowed. */
  allowsHost(host: string, port: number): boolean
  /** The address lies in a listed network. */
  allowsAddress(address: string): boolean
}

/** No target outside of the public network. */
export const noPrivateTargets: PrivateTargets = { allowsHost: () => false, allowsAddress: () => false }

/**
 * Reads a list, by commas or blanks: networks (`10.20.0.0/16`, `fd00:1::/48`) and hosts, with or without a port
 * (`oa.xixian.local`, `10.0.0.5:8080`, `[fd00::5]:8080`). Gives the entries that cannot be read as `problems`.
 */
export function readPrivateTargets(list: string): PrivateTargets & { problems: string[] } {
  const networks = new BlockList()
  const hosts = new Set<string>()
  const problems: string[] = []
  for (const entry of list.split(/[\s,]+/).filter((each) => each !== '')) {
    const host = entry.includes('/') ? undefined : readHost(entry)
    if (host !== undefined) hosts.add(host)
    else if (!addNetwork(networks, entry)) problems.push(entry)
  }
  return {
    problems,
    allowsHost: (host, port) => hosts.has(host) || hosts.has(`${host}:${port}`),
    allowsAddress(address) {
      const family = isIP(address)
      return family !== 0 && networks.check(address, family === 4 ? 'ipv4' : 'ipv6')
    },
  }
}

/** `host` or `host:port` as a URL writes it; undefined when it is none. */
function readHost(entry: string): string | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[^[\]:/?#@\s]+)(?::(\d{1,5}))?$/i.exec(entry)
  if (!parts?.[1] || !URL.canParse(`http://${parts[1]}/`)) return undefined
  const name = hostOf(new URL(`http://${parts[1]}/`))
  return parts[2] === undefined ? name : `${name}:${Number(parts[2])}`
}

function addNetwork(networks: BlockList, entry: string): boolean {
  const [net = '', bits = ''] = entry.split('/')
  const family = isIP(net)
  const most = family === 4 ? 32 : 128
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most) return false
  networks.addSubnet(net, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return true
}

/** A URL's host without brackets and without the final dot of a full name. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
}
