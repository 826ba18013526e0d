import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from './package-root.ts'

test('the package root is where package.json and the schema folder are', () => {
  expect(existsSync(join(packageRoot(), 'package.json'))).toBe(true)
  expect(existsSync(join(packageRoot(), 'schema'))).toBe(true)
})
