import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import {
  type Receiver,
  answerWith,
  isSignedWith,
  startReceiver,
} from '../../services/county/webhooks/testing/receiver.ts'
import { systemClock } from '../../services/platform/clock.ts'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { createCountyTokenMinter } from '../../services/platform/tokens/county-token.ts'
import { freePorts } from '../journeys/free-ports.ts'
import { type TestCounties, officersOf, openTestDatabase, post, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust, gatewayId } from '../support/trust.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))
const patience = { timeout: 60_000, interval: 50 }

interface Registered {
  webhook: { id: string; standing: string }
  secret: string
}

/** What came, each once, in the order in which it came first. */
const firstSeen = (receiver: Receiver): string[] => [...new Set(receiver.taken.map(({ id }) => id))]

describe('webhooks of two counties, through the gateway and on sockets', () => {
  let trust: Trust
  let counties: TestCounties
  let journal: OpenDatabase
  let gateway: TestGateway
  const receivers = new Map<string, Receiver>()
  const at = (county: string): Receiver => receivers.get(county) as Receiver

  beforeAll(async () => {
    for (const county of [xixian, xincai, wuzhi]) receivers.set(county, await startReceiver())
    trust = await createTrust([xixian, xincai, wuzhi])
    const privateTargets = (code: string): string => (code === wuzhi ? '' : '127.0.0.0/8')
    counties = await startCounties(trust, [xixian, xincai, wuzhi], { privateTargets })
    journal = await openTestDatabase('gateway/journal/migrations')
    const { directory, snapshot } = counties
    gateway = await startGateway({ trust, snapshot, directory, database: journal, env: { DEADLINE_MS: '20000' } })
    const gateways = snapshot.gateways.map((entry) => ({ ...entry, url: `${gateway.url}/graphql` }))
    directory.set({ ...snapshot, serial: snapshot.serial + 1, gateways })
  })
  afterAll(async () => {
    for (const { code } of counties?.list ?? []) await counties.at(code).stop()
    await gateway?.close()
    await journal?.close()
    await counties?.close()
    await trust?.close()
    for (const receiver of receivers.values()) await receiver.close()
  })

  const asked = async (county: string, name: string, variables: Record<string, unknown>, scopes = allScopes) => {
    const token = await trust.token(agencyOf(county), scopes)
    const [officer] = officersOf(county)
    return gateway.ask(token, documents.get(name) ?? '', variables, { 'exchange-officer': officer })
  }
  async function run<Data>(county: string, name: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { body } = await asked(county, name, variables)
    expect(body.errors).toBeUndefined()
    return Object.values(body.data ?? {})[0] as Data
  }
  const draft = async (): Promise<string> => {
    const input = {
      recipient: xincai,
      title: '涉嫌发布虚假广告线索',
      source: 'INSPECTION',
      field: 'FOOD_AND_DRUGS',
      subject: '91411528MADE000117',
      subjectName: '虚构安心示例食品有限公司',
      act: 'FALSE_ADVERTISING',
      facts: '检查发现其在新蔡县的门店发布虚假广告。',
      items: [{ kind: 'GOODS', name: '宣传册', quantity: '3箱' }],
    }
    return (await run<{ id: string }>(xixian, 'draft-clue', { input })).id
  }

  it('tell both counties’ agencies of each document once, under one id, signed, and of nobody’s name', async () => {
    const secrets = new Map<string, string>()
    for (const county of [xixian, xincai]) {
      const { secret, webhook } = await run<Registered>(county, 'add-webhook', { url: at(county).url })
      expect(webhook.standing).toBe('WORKING')
      secrets.set(county, secret)
    }
    const id = await draft()
    await run(xixian, 'send-clue', { id, letter: { number: '息示例移〔2026〕1号' } })
    await expect.poll(() => at(xincai).taken.length, patience).toBe(1)
    await run(xincai, 'advance-clue', { id, event: 'RECEIVE', step: {} })
    await run(xincai, 'advance-clue', { id, event: 'ACCEPT', step: {} })
    for (const county of [xixian, xincai]) {
      await expect.poll(() => at(county).taken.length, patience).toBe(3)
      const { taken } = at(county)
      expect(taken.map(({ event }) => event.data['event'])).toEqual(['SEND', 'RECEIVE', 'ACCEPT'])
      expect(taken.map(({ event }) => event.data['sender'])).toEqual([xixian, xincai, xincai])
      for (const each of taken) {
        expect(each.event).toMatchObject({ type: 'matter.changed', data: { matter: id, kindLabel: '线索移送' } })
        expect(isSignedWith(each, secrets.get(county) ?? '')).toBe(true)
        expect(isSignedWith(each, secrets.get(county === xixian ? xincai : xixian) ?? '')).toBe(false)
        expect(each.body).not.toMatch(/91411528MADE000117|安心|虚构|宣传册|门店/)
      }
    }
    expect(firstSeen(at(xixian))).toEqual(firstSeen(at(xincai)))
  })

  it('keep what happens while the receiver fails, tell its agency so, and hand it over in order after that', async () => {
    const receiver = at(xixian)
    const before = receiver.taken.length
    receiver.answer(answerWith(500))
    const ids = [await draft(), await draft(), await draft()]
    for (const [index, id] of ids.entries()) {
      await run(xixian, 'send-clue', { id, letter: { number: `息示例移〔2026〕1${index}号` } })
    }
    interface Standing {
      id: string
      standing: string
      lastError: string
      waiting: number
    }
    const standing = async (): Promise<Standing | undefined> => (await run<Standing[]>(xixian, 'webhooks'))[0]
    await expect.poll(standing, patience).toMatchObject({
      standing: 'RETRYING',
      standingLabel: '重试中',
      waiting: 3,
      lastError: 'It answered with HTTP status 500.',
    })
    receiver.answer(answerWith(204))
    await run(xixian, 'test-webhook', { id: (await standing())?.id })
    await expect.poll(standing, patience).toMatchObject({ standing: 'WORKING', waiting: 0 })
    const told = new Map(receiver.taken.slice(before).map(({ id, event }) => [id, event]))
    expect([...told.values()].map(({ data }) => data['matter'])).toEqual([...ids, undefined])
    expect([...told.values()].at(-1)?.type).toBe('webhook.test')
  })

  it('go to no private network that the county’s configuration does not list, and need the scope to write', async () => {
    for (const url of [at(wuzhi).url, at(wuzhi).url.replace('http:', 'https:')]) {
      const { body } = await asked(wuzhi, 'add-webhook', { url })
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'url' } }])
    }
    const { body } = await asked(xixian, 'add-webhook', { url: 'https://hooks.example/' }, [
      'matter:read',
      'query:adhoc',
    ])
    expect(body.errors).toMatchObject([{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }])
    expect(await run(wuzhi, 'webhooks')).toEqual([])
    expect(at(wuzhi).taken).toEqual([])
  })
})

describe('webhooks of a county whose process is killed', () => {
  const child = join(packageRoot(), 'test/faults/delivery-child.ts')
  let folder: string
  let trust: Trust
  let receiver: Receiver
  let running: ChildProcess | undefined
  let file: string
  let url: string
  const acted: string[] = []
  /** Orders that were carried out or refused. */
  let answers = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'liandong-webhooks-'))
    receiver = await startReceiver()
    trust = await createTrust([xixian, xincai])
    const [port] = await freePorts(1)
    url = `http://127.0.0.1:${port}/graphql`
    file = join(folder, 'parts.json')
    const parts = {
      role: 'county',
      name: xixian,
      port,
      place: join(folder, 'data'),
      key: trust.countyKeys.get(xixian),
      snapshot: trust.snapshot({ [xixian]: url }),
      markFile: join(folder, 'mark'),
      privateTargets: receiver.host,
    }
    await writeFile(file, JSON.stringify(parts), { mode: 0o600 })
    // Without its mark the county would take itself for restored and ask its peers first.
    await writeFile(parts.markFile, '0')
    await start()
  })
  afterAll(async () => {
    await kill()
    await receiver?.close()
    await trust?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function start(): Promise<void> {
    const started = spawn(process.execPath, ['--import', 'tsx', child, file], {
      cwd: packageRoot(),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    started.stdin.on('error', () => {})
    running = started
    await new Promise<void>((resolve, reject) => {
      started.once('exit', () => reject(new Error('The county’s process ended.')))
      createInterface({ input: started.stdout }).on('line', (line) => {
        if (line === 'ready') resolve()
        else answers += 1
        if (line.startsWith('acted ')) acted.push(`msg_${line.slice(6)}`)
      })
    })
  }

  async function kill(): Promise<void> {
    if (!running || running.signalCode !== null) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }

  it('lose none that was committed, and change neither their order nor their ids', async () => {
    const minter = createCountyTokenMinter({ gatewayId, key: trust.gatewayKey, clock: systemClock })
    const viewer = { agency: agencyOf(xixian), county: xixian, scopes: new Set(allScopes) }
    const authorization = `Bearer ${await minter.mint({ viewer, county: xixian })}`
    const { body } = await post(url, authorization, {
      query: documents.get('add-webhook'),
      variables: { url: receiver.url },
    })
    const { secret } = (body.data as { addWebhook: Registered }).addWebhook
    const act = async (count: number) => {
      for (const wanted = acted.length + count; acted.length < wanted;) {
        const before = answers
        running?.stdin?.write('act\n')
        await expect.poll(() => answers, { ...patience, interval: 1 }).toBe(before + 1)
      }
    }
    await act(5)
    await expect.poll(() => firstSeen(receiver).length, patience).toBe(5)
    // Killed while the receiver has taken an event and not answered yet.
    receiver.answer(() => {})
    await act(5)
    await expect.poll(() => firstSeen(receiver).length, patience).toBe(6)
    await kill()
    receiver.answer(answerWith(204))
    await start()
    await act(5)
    await kill()
    await start()
    await expect.poll(() => firstSeen(receiver).length, patience).toBe(15)
    expect(firstSeen(receiver)).toEqual(acted)
    for (const each of receiver.taken) expect(isSignedWith(each, secret)).toBe(true)
    const twice = receiver.taken.filter(({ id }) => id === acted[5]).map(({ body: text }) => text)
    expect(twice.length).toBeGreaterThanOrEqual(2)
    expect(new Set(twice).size).toBe(1)
  })
})
