import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readRegisterFile } from './agencies/agency-register.ts'
import { countyConfig } from './config.ts'

const env = {
  COUNTY_CODE: '411528',
  COUNTY_KEY_FILE: '/run/secrets/key.json',
  IDENTITY_PEPPER: '0123456789abcdef',
  DIRECTORY_URL: 'http://127.0.0.1:4100/directory',
  DIRECTORY_TRUST_FILE: '/etc/liandong/trust.json',
  DIRECTORY_CACHE_FILE: '/var/lib/liandong/directory.jws',
}

describe('the configuration of a county node', () => {
  it('needs six variables and has defaults for the rest', () => {
    expect(countyConfig(env)).toMatchObject({ HOST: '127.0.0.1', PORT: 4301, DEADLINE_MS: 10_000, MAX_IN_FLIGHT: 200 })
  })

  it('names every variable that is missing or wrong at once', () => {
    const wrong = { ...env, COUNTY_CODE: '4115', IDENTITY_PEPPER: 'short', DIRECTORY_URL: '', PORT: '70000' }
    expect(() => countyConfig(wrong)).toThrow(/COUNTY_CODE[^]*IDENTITY_PEPPER|IDENTITY_PEPPER[^]*COUNTY_CODE/)
    expect(() => countyConfig(wrong)).toThrow('DIRECTORY_URL: is missing')
    expect(() => countyConfig(wrong)).toThrow('PORT')
  })
})

describe('the file of bodies and officers', () => {
  it('is read whole, or refused with its path and what is wrong in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'register-'))
    const file = join(folder, 'register.json')
    try {
      await writeFile(file, JSON.stringify({ agencies: [{ name: '示例局', officers: [{ name: '张示例' }] }] }))
      await expect(readRegisterFile(file)).rejects.toThrow(/register\.json cannot be used:[^]*certificate/)
      await writeFile(file, '{')
      await expect(readRegisterFile(file)).rejects.toThrow('register.json cannot be used')
      const officer = { name: '张示例', certificate: '15280001' }
      await writeFile(file, JSON.stringify({ agencies: [{ name: '示例局', officers: [officer] }] }))
      expect(await readRegisterFile(file)).toEqual({ agencies: [{ name: '示例局', officers: [officer] }] })
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
