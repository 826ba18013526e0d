import { expect, test } from 'vitest'
import type { CreditCheckAnswer } from './credit-check-answer.ts'
import { describeCheck } from './describe-check.ts'
import { runProgram } from './program.ts'

async function run(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const result = { out: '', err: '', code: 0 }
  await runProgram(args, {
    // Port 9 (discard) is never listened on; no process of a demo is asked.
    env: { LIANDONG_HOME: '/nonexistent', LIANDONG_GATEWAY_URL: 'http://127.0.0.1:9/graphql', LIANDONG_TOKEN: 'x' },
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    progress: { write: () => true },
    stdin: async () => '',
    exit: (code) => void (result.code = code),
  })
  return result
}

const commands = ['check', 'token', 'verify', 'import', 'directory fetch', 'directory show']
test.each([...commands, 'keys generate', 'keys public', 'receipt export', 'journal verify'])(
  'liandong %s --help explains itself with an example',
  async (command) => {
    const { out, code } = await run(...command.split(' '), '--help')
    expect(code).toBe(0)
    expect(out).toContain(`Usage: liandong ${command}`)
    expect(out).toMatch(/Examples?:/)
    expect(out).toContain(`$ liandong ${command}`)
  },
)

test('an unknown command, a missing option and a gateway that is not there end with code 3 and without a stack', async () => {
  for (const args of [['chekc'], ['check', '91110000600037341L'], ['import', 'x.csv', '--county', '411528']]) {
    const { err, code } = await run(...args)
    expect(code).toBe(3)
    expect(err).not.toMatch(/ at .*\.ts:/)
  }
  const { err, code } = await run('check', '91110000600037341L', '--matter', 'FOOD_BUSINESS_LICENCE')
  expect(code).toBe(3)
  expect(err).toBe(
    'liandong: No gateway answers at http://127.0.0.1:9/graphql. Start it (npm start) or name another with --gateway.\n',
  )
})

test('a failure is one line, whatever stands in the name of a file or in what a server says', async () => {
  const asker = ['--client', 'xixian-enforcement', '--purpose', 'case/1', '--officer', '41152801']
  const { err, code } = await run('attach', '\u001b[2J\u202e虚构\n核验通过.pdf', ...asker)
  expect([err, code]).toEqual(['liandong: There is no file  [2J 虚构 核验通过.pdf.\n', 3])
})

test('a client without a key is told where its key was looked for', async () => {
  const { err, code } = await run('token', 'xixian-approval')
  expect(code).toBe(3)
  expect(err).toContain('/nonexistent/keys/clients/xixian-approval.jwk.json')
})

const answer: CreditCheckAnswer = {
  subject: '91411528MAX00004X0',
  matter: 'FOOD_BUSINESS_LICENCE',
  matterLabel: '食品经营许可',
  checkedAt: '2026-03-01T00:00:00Z',
  verdict: 'BARRED',
  verdictLabel: '法定限制',
  consequences: [
    {
      measure: { code: 'FOOD_FIVE_YEAR_BAR', label: '五年内不得申请', effect: 'BAR' },
      legalBasis: [{ law: '中华人民共和国食品安全法', article: '第一百三十五条' }],
      until: '2030-01-01',
      listing: { id: '411729:listing:1' },
    },
  ],
  listings: [],
  coverage: {
    complete: false,
    statement: null,
    answered: [
      {
        county: { code: '411729', name: '新蔡县' },
        asOf: '2026-03-01T00:00:00Z',
        listVersion: '3',
        source: 'LIVE',
      },
    ],
    unanswered: [{ county: { code: '411528', name: '息县' }, reason: 'UNREACHABLE' }],
  },
  receipt: 'a.b.c',
}

test('a check shows the verdict, each consequence with its law, and each county in aligned columns', () => {
  const text = describeCheck(answer)
  expect(text).toContain('BARRED 法定限制')
  expect(text).toContain('《中华人民共和国食品安全法》第一百三十五条')
  expect(text).toContain('Counties: 1 of 2 covered')
  expect(text).toContain(
    '  411729 新蔡县  实时答复 answered live  截至 as of 2026-03-01 08:00:00  名单版本 list version 3\n',
  )
  expect(text).toContain('  411528 息县    未答复 NO ANSWER        无法连接 cannot be reached\n')
})

test('an inconclusive check says that nothing may be decided on it', () => {
  expect(describeCheck({ ...answer, verdict: 'INCONCLUSIVE' })).toContain('Do not decide on this')
  expect(describeCheck(answer)).not.toContain('Do not decide on this')
})
