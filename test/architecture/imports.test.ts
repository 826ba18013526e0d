import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../services/platform/package-root.ts'

const root = packageRoot()

interface Import {
  from: string
  to: string
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.config.ts'))
    .map((name) => join(folder, name))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const specifiers = text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g)
  return [...specifiers].map(([, plain, dynamic]) => ({
    from: file,
    to: relative(root, resolve(root, dirname(file), plain ?? dynamic ?? '')),
  }))
}

const all = [...sources('gateway'), ...sources('services')].flatMap(importsOf)

/** Imports of files under `folder` that lead to none of `allowed`. */
function strays(folder: string, ...allowed: string[]): string[] {
  return all
    .filter(({ from, to }) => from.startsWith(folder) && !allowed.some((prefix) => to.startsWith(prefix)))
    .map(({ from, to }) => `${from} → ${to}`)
}

/** Imports from a file with one role to a file with another. */
function between(from: RegExp, to: RegExp): string[] {
  return all.filter((each) => from.test(each.from) && to.test(each.to)).map((each) => `${each.from} → ${each.to}`)
}

describe('the import rules', () => {
  it('let the platform import no one', () => {
    expect(strays('services/platform/', 'services/platform/')).toEqual([])
  })

  it('let the gateway and the services meet only in the platform', () => {
    expect(strays('gateway/', 'gateway/', 'services/platform/')).toEqual([])
    expect(strays('services/county/', 'services/county/', 'services/platform/')).toEqual([])
    expect(strays('services/coordination/', 'services/coordination/', 'services/platform/')).toEqual([])
    expect(strays('services/issuer/', 'services/issuer/', 'services/platform/')).toEqual([])
  })

  it('keep the sharded data source free of domain words: it knows only the shared errors, clock, cursors and cache', () => {
    expect(
      strays(
        'gateway/sharding/',
        'gateway/sharding/',
        'services/platform/bounded-cache',
        'services/platform/errors',
        'services/platform/clock',
        'services/platform/cursor',
        'services/platform/viewer',
      ),
    ).toEqual([])
  })

  it('run resolver → service → machine and repository, never back and never past the service', () => {
    expect(between(/\.resolver\.ts$/, /\.(repository|table)\.ts$/)).toEqual([])
    expect(between(/\.machine\.ts$/, /\.(repository|table|service|resolver)\.ts$/)).toEqual([])
    expect(between(/\.repository\.ts$/, /\.(service|resolver)\.ts$/)).toEqual([])
    expect(between(/\.service\.ts$/, /\.resolver\.ts$/)).toEqual([])
  })

  it('let nothing import a test, a benchmark or the program that starts everything on one machine', () => {
    expect(between(/^(gateway|services\/(?!local|cli))/, /^(test|bench|services\/(local|cli))\//)).toEqual([])
  })
})
