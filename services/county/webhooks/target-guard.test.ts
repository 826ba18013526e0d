import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPublicAddress, noPrivateTargets, readPrivateTargets } from './private-targets.ts'
import { type Resolve, TargetGuard } from './target-guard.ts'

const resolveTo =
  (...addresses: string[]): Resolve =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

/** What a connection to the host would go to, or why it is refused. */
function lookup(guard: TargetGuard, host: string, port = 443): Promise<string> {
  return new Promise((resolve) =>
    guard.lookupFor(port)(host, { all: true }, (error, found) => {
      resolve(error ? error.message : (found as { address: string }[]).map(({ address }) => address).join(' '))
    }),
  )
}

const outside = [
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  'not an address',
]
const inside = ['8.8.8.8', '172.32.0.1', '100.128.0.1', '223.5.5.5', '2400:3200::1', '2606:4700::1111']

describe('the guard of targets', () => {
  it.each(outside)('takes %s for no address of the public network', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
  it.each(inside)('takes %s for an address of the public network', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it('refuses at the moment of connecting what a name has come to mean', async () => {
    const refused =
      'The host has an address outside of the public network, which the county’s configuration does not list.'
    for (const address of outside) {
      expect(await lookup(new TargetGuard(noPrivateTargets, resolveTo(address)), 'hooks.example')).toBe(refused)
      expect(await lookup(new TargetGuard(noPrivateTargets, resolveTo('8.8.8.8', address)), 'hooks.example')).toBe(
        refused,
      )
    }
    expect(await lookup(new TargetGuard(noPrivateTargets, resolveTo('8.8.8.8', '2400:3200::1')), 'a.example')).toBe(
      '8.8.8.8 2400:3200::1',
    )
    expect(await lookup(new TargetGuard(noPrivateTargets, resolveTo()), 'a.example')).toBe('The host has no address.')
  })

  it('lets pass what the configuration lists: by network, by host, or by host and port', async () => {
    const listed = readPrivateTargets(
      '10.20.0.0/16, fd00:1::/48 OA.xixian.local hooks.local:8080,[fd00::5]:9000 127.0.0.1:7000',
    )
    expect(listed.problems).toEqual([])
    const at = (address: string) => new TargetGuard(listed, resolveTo(address))
    expect(await lookup(at('10.20.3.4'), 'any.example')).toBe('10.20.3.4')
    expect(await lookup(at('10.21.3.4'), 'any.example')).toContain('outside of the public network')
    expect(await lookup(at('fd00:1::7'), 'any.example')).toBe('fd00:1::7')
    expect(await lookup(at('192.168.0.9'), 'oa.xixian.local')).toBe('192.168.0.9')
    expect(await lookup(at('192.168.0.9'), 'hooks.local', 8_080)).toBe('192.168.0.9')
    expect(await lookup(at('192.168.0.9'), 'hooks.local', 8_081)).toContain('outside of the public network')
    const guard = at('8.8.8.8')
    expect(guard.demand('http://127.0.0.1:7000/a')).toBe('http://127.0.0.1:7000/a')
    expect(guard.demand('http://[fd00::5]:9000/')).toBe('http://[fd00::5]:9000/')
    expect(guard.demand('http://oa.XIXIAN.local./hook')).toBe('http://oa.xixian.local./hook')
    expect(guard.demand('http://10.20.9.9:8080/')).toBe('http://10.20.9.9:8080/')
    expect(() => guard.checkLiteral('10.20.9.9', 1)).not.toThrow()
    expect(() => guard.checkLiteral('10.99.9.9', 1)).toThrow('outside of the public network')
    expect(() => guard.checkLiteral('127.0.0.1', 7_001)).toThrow('outside of the public network')
  })

  it('names the entries of a list that it cannot read', () => {
    expect(readPrivateTargets('10.0.0.0/33 a/b 10.0.0.0/x host:99999999 a:b:c @').problems).toEqual([
      '10.0.0.0/33',
      'a/b',
      '10.0.0.0/x',
      'host:99999999',
      'a:b:c',
      '@',
    ])
  })

  it.each([
    ['http://hooks.example/', 'must begin with https://'],
    ['ftp://hooks.example/', 'must begin with https://'],
    ['file:///etc/passwd', 'must begin with https://'],
    ['https://user:word@hooks.example/', 'no user and no password'],
    ['https://hooks.example/#part', 'no fragment'],
    ['https://hooks.example:22/', 'names port 22'],
    ['https://127.0.0.1/', 'outside of the public network'],
    ['https://2130706433/', 'outside of the public network'],
    ['https://0x7f.1/', 'outside of the public network'],
    ['https://[::1]/', 'outside of the public network'],
    ['https://[::ffff:127.0.0.1]/', 'outside of the public network'],
    ['https://169.254.169.254/latest/meta-data', 'outside of the public network'],
    ['not a url', 'is not a URL'],
    [`https://hooks.example/${'a'.repeat(2_048)}`, 'more than 2048 characters'],
  ])('refuses to register %s', (url, why) => {
    expect(() => new TargetGuard(noPrivateTargets).demand(url)).toThrow(why)
  })

  it('takes a public https URL in its normal form', () => {
    const guard = new TargetGuard(noPrivateTargets)
    expect(guard.demand('https://Hooks.Example/liandong?key=1')).toBe('https://hooks.example/liandong?key=1')
    expect(guard.demand('https://hooks.example:8443/')).toBe('https://hooks.example:8443/')
  })

  it('never lets an address of a private network pass, however it is written', () => {
    const octet = fc.integer({ min: 0, max: 255 })
    const hidden = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    )
    fc.assert(
      fc.property(hidden, ([a, b, c, d]) => {
        const number = ((a * 256 + b) * 256 + c) * 256 + d
        const hex = number.toString(16).padStart(8, '0')
        const spellings = [
          `${a}.${b}.${c}.${d}`,
          String(number),
          `0x${hex}`,
          `0${a.toString(8)}.${b}.${c}.${d}`,
          `[::ffff:${a}.${b}.${c}.${d}]`,
          `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`,
          `[64:ff9b::${hex.slice(0, 4)}:${hex.slice(4)}]`,
          `[2002:${hex.slice(0, 4)}:${hex.slice(4)}::1]`,
        ]
        for (const host of spellings) {
          expect(() => new TargetGuard(noPrivateTargets).demand(`https://${host}/`), host).toThrow('public network')
        }
      }),
    )
  })
})
