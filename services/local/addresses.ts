import type { LocalSettings } from './settings.ts'

/** Base addresses of the local processes, as the processes reach each other. */
export interface LocalAddresses {
  gateway: string
  coordination: string
  issuer: string
  /** By county code. */
  counties: Record<string, string>
}

/** The addresses that follow from host and ports; a host that means every interface is reached over loopback. */
export function localAddresses({ host, ports }: LocalSettings): LocalAddresses {
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const name = reached.includes(':') ? `[${reached}]` : reached
  const at = (port: number): string => `http://${name}:${port}`
  return {
    gateway: at(ports.gateway),
    coordination: at(ports.coordination),
    issuer: at(ports.issuer),
    counties: Object.fromEntries(Object.entries(ports.counties).map(([code, port]) => [code, at(port)])),
  }
}
