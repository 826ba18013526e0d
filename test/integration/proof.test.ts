import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '../../services/cli/program.ts'
import { journalEntries } from '../../services/platform/journal/journal.table.ts'
import { signSnapshot } from '../../services/platform/directory/sign-snapshot.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../../services/platform/tokens/keys.ts'
import { type ClueJourney, startClueJourney } from '../support/clue-journey.ts'
import { agencyOf } from '../support/trust.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const trust = 'office-keys.json'
let journey: ClueJourney
let folder: string
let office: SigningKey
let clue: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-proof-'))
  office = await generateSigningKey()
  journey = await startClueJourney([xixian, xincai, wuzhi])
  writeFileSync(join(folder, trust), JSON.stringify({ keys: [publicKeyOf(office)] }))
  writeFileSync(join(folder, 'directory.jws'), await signSnapshot(published(), office))
  clue = await journey.sent('息示例移〔2026〕1号')
  await journey.step(xincai, clue, 'RECEIVE', { differences: [{ position: 1, remark: '实收2箱' }] })
  await journey.step(xincai, clue, 'ACCEPT')
  await journey.arrived(xixian, clue, 'ACCEPTED')
})
afterAll(async () => {
  await journey?.close()
  rmSync(folder, { recursive: true })
})

/** The directory as the coordination node hands it out for keeping: without the keys of the hit index. */
const published = () => ({ ...journey.counties.directory.snapshot(), hitIndexEpochs: [] })

async function liandong(county: string, ...args: string[]) {
  const said = { out: '', err: '', code: 0 }
  const { gateway } = journey
  await runProgram([...args, '--trust', join(folder, trust)], {
    env: {
      LIANDONG_HOME: folder,
      LIANDONG_TOKEN: await journey.token(county),
      LIANDONG_GATEWAY_URL: `${gateway.url}/graphql`,
    },
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    progress: { write: () => true },
    stdin: async () => '',
    exit: (code) => void (said.code = code),
  })
  return said
}

const file = (name: string): string => join(folder, name)
const write = (county: string, name: string, matter = clue) =>
  liandong(
    county,
    'export',
    matter,
    `--out=${file(name)}`,
    `--directory=${file('directory.jws')}`,
    '--lang=en',
    '--purpose=case/T-1',
    `--officer=${county}01`,
  )

describe('[A17] liandong export and verify', () => {
  it('either county writes the same file, and it tells on its own what was sent, when, and that it was received', async () => {
    expect(await write(xixian, 'ours.json')).toMatchObject({ err: '', code: 0 })
    const { out } = await write(xincai, 'theirs.json')
    expect(out).toContain('3 envelopes, 3 acknowledgements, 2 keys')
    expect(JSON.parse(readFileSync(file('theirs.json'), 'utf8'))).toEqual(
      JSON.parse(readFileSync(file('ours.json'), 'utf8')),
    )
    const told = await liandong(wuzhi, 'verify', file('ours.json'), '--lang', 'en')
    expect(told).toMatchObject({ err: '', code: 0 })
    expect(told.out).toMatch(/^VERIFIED: every envelope/)
    expect(told.out).toContain('sent the clue “涉嫌发布虚假广告线索” by letter 息示例移〔2026〕1号')
    expect(told.out).toMatch(/411729 示例县411729 signed that it received this on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/)
    expect(told.out).toContain(`by ${agencyOf(xixian)} ${xixian}01 虚构甲`)
    expect(told.out).toMatch(/Limit: 《市场监督管理行政处罚程序规定》第十八条, 15 working days from the receipt on/)
    expect(told.out).toContain('411729 示例县411729 is to act next')
    expect(told.out).toContain('Not proven: that what they say is true')
  })

  it('tells it in Chinese unless asked otherwise, and as JSON', async () => {
    const told = await liandong(wuzhi, 'verify', file('ours.json'))
    expect(told.out).toMatch(/^核验通过/)
    expect(told.out).toContain('签收，接收人虚构甲（41172901），与移交清单不符：第1项实收2箱')
    expect(told.out).toMatch(/411528 示例县411528签名确认于\d{4}-\d\d-\d\d \d\d:\d\d:\d\d收到/)
    expect(told.out).toContain('不证明：文书所述事实属实')
    const { out } = await liandong(wuzhi, 'verify', file('ours.json'), '--json')
    expect(JSON.parse(out)).toMatchObject({ proof: { matter: clue, problems: [] }, replay: { pen: xincai } })
  })

  it('of a file that somebody changed it says what is wrong and at which envelope; damaged it is unreadable', async () => {
    const ours = JSON.parse(readFileSync(file('ours.json'), 'utf8')) as {
      envelopes: string[]
      acknowledgements: string[]
    }
    writeFileSync(file('cut.json'), JSON.stringify({ ...ours, envelopes: ours.envelopes.toSpliced(1, 1) }))
    const cut = await liandong(wuzhi, 'verify', file('cut.json'))
    expect(cut.code).toBe(1)
    expect(cut.out).toMatch(/^核验不通过/)
    expect(cut.out).toContain('[ENVELOPE_MISSING] 缺少411729的第1号文书')
    writeFileSync(file('half.json'), readFileSync(file('ours.json'), 'utf8').slice(0, -100))
    expect(await liandong(wuzhi, 'verify', file('half.json'))).toMatchObject({ out: '', code: 3 })
  })

  it('a directory that another office signed proves nothing: an error, and no verdict', async () => {
    const { directory, ...ours } = JSON.parse(readFileSync(file('ours.json'), 'utf8')) as { directory: string }
    const forged = await signSnapshot(published(), await generateSigningKey())
    expect(forged).not.toBe(directory)
    writeFileSync(file('forged.json'), JSON.stringify({ ...ours, directory: forged }))
    expect(await liandong(wuzhi, 'verify', file('forged.json'))).toMatchObject({ out: '', code: 3 })
  })

  it('a county that is no party is given nothing, and no file is written', async () => {
    const { code, err } = await write(wuzhi, 'stolen.json')
    expect([code, existsSync(file('stolen.json'))]).toEqual([3, false])
    expect(err).toContain('NOT_FOUND')
  })

  it('who wrote a file stands in the county’s journal, with the subject whom it is about', async () => {
    const rows = await journey.counties.at(xixian).database.db.select().from(journalEntries)
    const [entry] = rows.filter(({ fields }) => fields.includes('matterProof'))
    expect(entry).toMatchObject({ agency: agencyOf(xixian), officer: `${xixian}01`, purposeNumber: 'T-1' })
    expect(entry?.subjects).toEqual([expect.stringContaining('0117')])
  })
})
