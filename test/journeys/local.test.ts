import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { demoClients } from '../../services/local/demo-clients.ts'
import { demoSubjects } from '../../services/local/demo-data/demo-subjects.ts'
import { demoMatters } from '../../services/local/demo-matters/demo-matters.ts'
import { testPages } from '../support/tools.ts'
import { openBrowserPage } from './browser.ts'
import { Demo, eventually, type Finished, lives, runCommand } from './demo-process.ts'
import { freePorts } from './free-ports.ts'

const names = ['coordination', 'issuer', 'county-411528', 'county-411729', 'county-410823', 'gateway']
let home: string
let env: Record<string, string>
let demo: Demo

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'liandong-local-'))
  const [gateway, coordination, issuer, first, second, third] = await freePorts(6)
  env = {
    LIANDONG_HOME: home,
    GATEWAY_PORT: String(gateway),
    COORDINATION_PORT: String(coordination),
    ISSUER_PORT: String(issuer),
    COUNTY_411528_PORT: String(first),
    COUNTY_411729_PORT: String(second),
    COUNTY_410823_PORT: String(third),
    // Machines that run many tests at once are slow.
    DEADLINE_MS: '15000',
  }
  demo = new Demo(['--no-restart'], env)
  await demo.shows('is ready (')
  await demo.shows('Ctrl-C stops everything')
})

afterAll(async () => {
  await demo?.interrupt()
  rmSync(home, { recursive: true, force: true })
})

function liandong(...args: string[]): Promise<Finished> {
  return runCommand(process.execPath, ['services/cli/liandong.mjs', ...args], env)
}

/** Asks the demo's gateway as 息县's enforcement bureau, with one token. */
async function bureau(): Promise<(query: string, variables: object) => Promise<object>> {
  const client = demoClients.find(({ id }) => id === 'xixian-enforcement')
  const { out } = await liandong('token', 'xixian-enforcement')
  return async (query, variables) => {
    const response = await fetch(`http://127.0.0.1:${env['GATEWAY_PORT']}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${out.trim()}`,
        'content-type': 'application/json',
        'exchange-purpose': client?.purpose ?? '',
        'exchange-officer': client?.officer ?? '',
      },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as object
  }
}

/** Every matter of 息县. */
async function inbox(): Promise<{ id: string; state: string }[]> {
  const news = loadOperations().find(({ name }) => name === '58-inbox-news')?.document ?? ''
  const { data } = (await (await bureau())(news, { first: 200 })) as { data: { inbox: { nodes: never[] } } }
  return data.inbox.nodes
}

/** An official file of the demo. */
function demoFile(county: string, name: string): string {
  return join(home, 'demo-files', county, name)
}

const check = (subject: string): Promise<Finished> => liandong('check', subject, '--matter', 'FOOD_BUSINESS_LICENCE')

describe('a newcomer who types npm start', () => {
  test('sees each process with its address and number, the playground, and a line for each demo client', async () => {
    const pids = names.map((name) => demo.pidOf(name))
    expect(new Set(pids).size).toBe(names.length)
    expect(pids.filter(lives)).toEqual(pids)
    expect(demo.output).toContain(`http://localhost:${env['GATEWAY_PORT']}/`)
    for (const { id } of demoClients) expect(demo.output).toContain(`npx liandong token ${id}`)
  })

  test('can paste the line of any demo client and gets data', async () => {
    const lines = demo.output.split('\n').filter((line) => line.trim().startsWith('curl '))
    expect(lines).toHaveLength(demoClients.length)
    for (const line of lines) {
      const { out } = await runCommand('bash', ['-c', line], env)
      expect(JSON.parse(out)).toMatchObject({ data: expect.anything() })
      expect(out).not.toContain('"errors"')
    }
  })

  test('finds the secrets readable by nobody else', () => {
    const files = readdirSync(join(home, 'keys'), { recursive: true, encoding: 'utf8' }).map((name) =>
      statSync(join(home, 'keys', name)),
    )
    expect(files.filter((file) => file.isFile() && (file.mode & 0o077) !== 0)).toEqual([])
    expect(files.length).toBeGreaterThan(10)
  })

  test('is told CLEAR with exit code 0 for an applicant that no county lists, by every county', async () => {
    const { code, out } = await check(demoSubjects.clear.code)
    expect(out).toContain('CLEAR')
    expect(out).toContain('3 of 3 covered')
    expect(code).toBe(0)
  })

  test('is told what follows, and the law, with exit code 1 for listed applicants', async () => {
    const listed = await check(demoSubjects.listedTwice.code)
    expect(listed).toMatchObject({ code: 1, out: expect.stringContaining('CONSIDER') })
    expect(listed.out).toContain('《市场监督管理严重违法失信名单管理办法》')
    expect(await check(demoSubjects.barredFood.code)).toMatchObject({ code: 1, out: expect.stringContaining('BARRED') })
  })

  test('is told in one line, with exit code 3, what is wrong with a mistyped code', async () => {
    const { code, out, err } = await check('91411528MADE000118')
    expect(code).toBe(3)
    expect(out).toBe('')
    expect(err).toMatch(/^liandong: .*BAD_USER_INPUT\)\n$/)
  })

  test('can keep the receipt and verify it with nothing but files', async () => {
    const file = join(home, 'receipt.jws')
    await liandong('check', demoSubjects.clear.code, '--matter', 'FOOD_BUSINESS_LICENCE', '--receipt', file)
    const snapshot = join(home, 'snapshot.jws')
    expect(await liandong('directory', 'fetch', snapshot)).toMatchObject({ code: 0 })
    const bundle = join(home, 'receipt.bundle.json')
    expect(await liandong('receipt', 'export', file, '--out', bundle)).toMatchObject({ code: 0, err: '' })
    const genuine = await liandong('verify', bundle)
    expect(genuine).toMatchObject({ code: 0, out: expect.stringContaining('The receipt is genuine') })
    expect(genuine.out).toContain('CLEAR')
    expect(genuine.out).toContain('Nobody is left out')
    expect(genuine.out).toMatch(/411729 新蔡县 +(索引|实时) .* list version \d+/)
    expect(await liandong('verify', file, '--directory', snapshot)).toMatchObject({ code: 0 })
    const [header = '', payload = '', signature = ''] = readFileSync(file, 'utf8').trim().split('.')
    const contents: { verdict: string } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const forged = Buffer.from(JSON.stringify({ ...contents, agency: 'analyst' })).toString('base64url')
    writeFileSync(file, [header, forged, signature].join('.'))
    expect(await liandong('verify', file, '--directory', snapshot)).toMatchObject({ code: 1, out: '' })
  })

  test('finds matters with the other counties, and every registered operation on them runs as its example stands', async () => {
    await demo.shows('The matters between the counties are there')
    const states = new Map((await inbox()).map(({ id, state }) => [id, state]))
    expect(states.get(demoMatters.clueFiled)).toBe('FEEDBACK')
    expect(states.get(demoMatters.assistanceAsked)).toBe('IN_PROGRESS')
    expect(states.get(demoMatters.consultationConcluded)).toBe('CONCLUDED')
    const drafts = [demoMatters.clueToAnnounce, demoMatters.clueToSend, demoMatters.assistanceToIssue] as string[]
    expect([...states.keys()].toSorted()).toEqual(
      Object.values(demoMatters)
        .filter((id) => !drafts.includes(id))
        .toSorted(),
    )
    const ask = await bureau()
    for (const { name, document, variables = '{}' } of loadOperations().filter((each) => each.name >= '20')) {
      expect(await ask(document, JSON.parse(variables)), name).not.toHaveProperty('errors')
    }
  })

  test('can print a letter, and have a history checked that was exported', async () => {
    const letter = join(home, 'letter.html')
    const officer = ['--client', 'xixian-enforcement', '--purpose', 'case/2026-8', '--officer', '41152802']
    const printed = await liandong('letter', demoMatters.assistanceAsked, ...officer, '--out', letter)
    expect(printed).toMatchObject({ code: 0, err: '' })
    expect(readFileSync(letter, 'utf8')).toContain('协助调查函')
    const clue = join(home, 'clue.json')
    expect(await liandong('export', demoMatters.clueFiled, ...officer, '--out', clue)).toMatchObject({ code: 0 })
    expect(await liandong('verify', clue)).toMatchObject({ code: 0, out: expect.stringContaining('核验通过') })
  })

  test('gets a bare token for scripts', async () => {
    const { out, code } = await liandong('token', 'xixian-approval')
    expect(code).toBe(0)
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  })

  test.skipIf(!testPages)('opens the playground, whose examples run, without a request to any other host', async () => {
    const watched = await openBrowserPage()
    try {
      const { page, hosts } = watched
      const address = `http://localhost:${env['GATEWAY_PORT']}/`
      await page.goto(address)
      await page.locator('.graphiql-tab-button', { hasText: /^CreditCheck$/ }).waitFor()
      await page.selectOption('#client', 'xixian-approval')
      await page.click('.graphiql-execute-button')
      await page.waitForSelector('.result-window:has-text("CLEAR")')
      await page.selectOption('#client', 'analyst')
      await page.locator('.graphiql-tab', { hasText: 'FollowCase' }).click()
      await page.click('.graphiql-execute-button')
      await page.waitForSelector('.result-window:has-text("UPSTREAM_DOWNSTREAM")')
      expect([...hosts]).toEqual([new URL(address).host])
      expect(watched.problems).toEqual([])
    } finally {
      await watched.close()
    }
  })
})

describe('a second start', () => {
  test('in the same folder is refused in one line', async () => {
    const { code, err } = await runCommand('npm', ['start', '--silent'], env)
    expect(code).toBe(1)
    expect(err.trim()).toMatch(/^Liandong already runs in this folder \(process \d+\)\. [^\n]+$/)
  })

  test('on a taken port is refused in one line that names the port and its variable, before anything starts', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'liandong-taken-'))
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const others = await freePorts(6)
    const { code, err, out } = await runCommand('npm', ['start', '--silent'], {
      ...env,
      LIANDONG_HOME: elsewhere,
      ...Object.fromEntries(
        Object.keys(env)
          .filter((name) => name.endsWith('_PORT'))
          .map((name, index) => [name, String(others[index])]),
      ),
      COUNTY_411729_PORT: String(port),
    })
    taken.close()
    expect(code).toBe(1)
    expect(err.trim()).toBe(`Port ${port} is taken (set COUNTY_411729_PORT to another).`)
    expect(out).toBe('')
    expect(existsSync(join(elsewhere, 'keys'))).toBe(false)
    rmSync(elsewhere, { recursive: true })
  })
})

describe('when a county is stopped', () => {
  test('its digest vouches for it a while; a check that wants live answers is INCONCLUSIVE and names it', async () => {
    const vouched = /411729 新蔡县 +索引未列 not on its digest/
    await eventually('the digest of 411729', async () => vouched.test((await check(demoSubjects.clear.code)).out))
    process.kill(demo.pidOf('county-411729'), 'SIGKILL')
    await demo.shows('It is left dead (--no-restart).')
    expect(await check(demoSubjects.clear.code)).toMatchObject({ code: 0, out: expect.stringMatching(vouched) })
    const live = ['--matter', 'FOOD_BUSINESS_LICENCE', '--max-staleness', 'PT0S']
    const { code, out } = await liandong('check', demoSubjects.clear.code, ...live)
    expect(code).toBe(2)
    expect(out).toContain('INCONCLUSIVE')
    expect(out).toMatch(/411729 新蔡县 +未答复 NO ANSWER/)
    expect(out).toContain('2 of 3 covered')
    expect(['county-411528', 'county-410823', 'gateway'].map((name) => lives(demo.pidOf(name)))).toEqual([
      true,
      true,
      true,
    ])
  })

  test('its records can be loaded by the command, while those of a running county are refused', async () => {
    const running = await liandong('import', demoFile('411528', 'penalties.csv'), '--county', '411528')
    expect(running).toMatchObject({ code: 3, err: expect.stringMatching(/^liandong: .* in use by process \d+\./) })
    const again = await liandong('import', demoFile('411729', 'listings.csv'), '--county', '411729')
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringMatching(/: 0 new, 0 changed, \d+ unchanged, 0 rejected\.\n$/),
    })
  })
})

test('Ctrl-C stops everything, and the next start finds the data, restarts what dies, and leaves nothing behind', async () => {
  const pids = names.map((name) => demo.pidOf(name))
  const matters = (await inbox()).length
  await demo.interrupt()
  expect(demo.output).toContain('Stopped.')
  expect(pids.filter(lives)).toEqual([])

  demo = new Demo([], env)
  await demo.shows('Ctrl-C stops everything')
  expect(demo.output).not.toContain('importing')
  expect(await inbox()).toHaveLength(matters)
  expect(await check(demoSubjects.clear.code)).toMatchObject({ code: 0 })
  const before = demo.pidOf('county-410823')
  process.kill(before, 'SIGKILL')
  await demo.shows(/county-410823 \(pid \d+\) ended: SIGKILL\. It starts again in 1 s\./)
  await eventually('the county answers again', async () => (await check(demoSubjects.clear.code)).code === 0)

  const all = names.filter((name) => name !== 'county-410823').map((name) => demo.pidOf(name))
  expect(all.filter(lives)).toEqual(all)
  await demo.crash()
  await eventually('every process has ended with its supervisor', () => !all.some(lives))
}, 240_000)

test('--fresh makes new keys, and Ctrl-C works while it starts', async () => {
  const key = join(home, 'keys', 'gateway.jwk.json')
  const before = readFileSync(key, 'utf8')
  await demo.interrupt()
  demo = new Demo(['--fresh'], env)
  await demo.shows('issuer is ready')
  await demo.interrupt()
  expect(readFileSync(key, 'utf8')).not.toBe(before)
  expect(demo.output).toContain('Stopped.')
})
