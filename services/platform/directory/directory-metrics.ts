import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../clock.ts'
import type { Directory } from './directory.ts'

/** Registers what every process tells of its directory: how long it lasts, and whether the centre confirmed it. */
export function registerDirectoryMetrics(registry: Registry, directory: Directory, clock: Clock): void {
  const registers = [registry]
  void new Gauge({
    name: 'liandong_directory_expires_in_seconds',
    help: 'Seconds until the directory snapshot expires; negative when it has, absent when there is none.',
    registers,
    collect() {
      const { expiresAt } = directory.status()
      // A gauge that was never set would say 0.
      if (expiresAt === undefined) this.remove()
      else this.set((Date.parse(expiresAt) - clock.now().getTime()) / 1_000)
    },
  })
  void new Gauge({
    name: 'liandong_directory_confirmed',
    help: 'Whether the coordination node confirmed the directory at the last attempt (1); 0 while only the cached one serves.',
    registers,
    collect() {
      this.set(directory.status().state === 'FRESH' ? 1 : 0)
    },
  })
}
