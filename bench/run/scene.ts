import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SigningKey, generateSigningKey } from '../../services/platform/tokens/keys.ts'
import type { Scene } from '../contestants/contestant.ts'
import type { LightOptions } from '../counties/light.ts'
import type { RealOptions } from '../counties/real.ts'
import { casesPerCounty } from '../world/cases.ts'
import { countyCodes } from '../world/codes.ts'
import { composeSupergraph } from '../world/compose.ts'
import { type Databases } from '../world/databases.ts'
import { casesSdl, checkSdl, peerCases, peerCheck } from '../world/peer-schema.ts'
import { type Settled, type World, gatewayId } from '../world/world.ts'
import { type Helper, startHelper } from './child.ts'
import { processorMs } from './processor.ts'

/** Counties that run. */
export interface Counties {
  real: boolean
  /** Questions they were asked so far. */
  calls(): Promise<number>
  /** Their processor time so far, in milliseconds. */
  processorMs(): number
  stop(): Promise<void>
}

/** Starts `size` counties, as real nodes or in the light process, publishes their directory and composes the peers' supergraph. */
export async function openScene(
  world: World,
  databases: Databases,
  size: number,
  question: 'check' | 'cases',
  real: boolean,
  profile: boolean,
): Promise<{ scene: Scene; counties: Counties; settled: Settled }> {
  const codes = countyCodes(size)
  const keys = await Promise.all(codes.map(() => generateSigningKey()))
  const { helpers, urls } = await (real ? startReal(world, databases, codes, keys) : startLight(world, codes, keys))
  const settled = await world.settle(codes, urls, keys)
  if (real) await Promise.all(helpers.map((helper) => helper.call('settle', settled.snapshot)))
  const sdls = codes.map((code) => (question === 'check' ? checkSdl(code) : casesSdl(codes, code)))
  const folder = join(world.folder, `${question}-${size}-${real ? 'real' : 'light'}`)
  await mkdir(folder, { recursive: true })
  const supergraphFile = join(folder, 'supergraph.graphql')
  const subgraphs = codes.map((code, place) => ({ name: `c${code}`, url: urls[place] ?? '', sdl: sdls[place] ?? '' }))
  await writeFile(supergraphFile, composeSupergraph(subgraphs))
  return {
    settled,
    scene: {
      world,
      databases,
      codes,
      urls,
      supergraphFile,
      sdls,
      peerDocument: question === 'check' ? peerCheck(codes) : peerCases(codes, casesPerCounty),
      question,
      profile,
    },
    counties: {
      real,
      calls: async () => {
        const counts = await Promise.all(helpers.map((helper) => helper.call<number>('calls')))
        return counts.reduce((sum, count) => sum + count, 0)
      },
      processorMs: () => helpers.reduce((sum, { pid }) => sum + processorMs(pid), 0),
      stop: async () => {
        await Promise.all(helpers.map((helper) => helper.stop()))
      },
    },
  }
}

async function startLight(world: World, codes: string[], keys: SigningKey[]) {
  const helper = startHelper('counties/light.ts', join(world.folder, 'light.log'))
  const options: LightOptions = { codes, keys, epoch: world.epoch, gatewayId }
  const ports = await helper.call<number[]>('start', options)
  return { helpers: [helper], urls: ports.map((port) => `http://127.0.0.1:${port}/graphql`) }
}

/** Processes that the real counties are spread over: as many as the machine of the measurement has processors. */
const realProcesses = 2

async function startReal(world: World, databases: Databases, codes: string[], keys: SigningKey[]) {
  const shares: RealOptions['counties'][] = Array.from({ length: realProcesses }, () => [])
  for (const [place, code] of codes.entries()) {
    const key = keys[place]
    // One after the other: each needs a lock on the same catalogue.
    // oxlint-disable-next-line no-await-in-loop
    if (key) shares[place % realProcesses]?.push({ code, place, key, databaseUrl: await databases.create() })
  }
  const started = await Promise.all(
    shares.map(async (counties, index): Promise<{ helper: Helper; urls: [string, string][] }> => {
      const helper = startHelper('counties/real.ts', join(world.folder, `real-${index}.log`))
      const options: RealOptions = { folder: world.folder, gatewayId, gatewayKey: world.gatewayKey, counties }
      const urls = await helper.call<string[]>('start', options)
      return { helper, urls: counties.map(({ code }, place) => [code, urls[place] ?? '']) }
    }),
  )
  const byCode = new Map(started.flatMap(({ urls }) => urls))
  return { helpers: started.map(({ helper }) => helper), urls: codes.map((code) => byCode.get(code) ?? '') }
}
