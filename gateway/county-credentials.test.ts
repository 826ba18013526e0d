import { expect, test } from 'vitest'
import type { Transaction, Viewer } from '../services/platform/viewer.ts'
import { createNodeCredentials } from './county-credentials.ts'

const viewer: Viewer = { agency: 'a', county: '411528', scopes: new Set(['credit:check']) }
const transaction: Transaction = {
  id: 'T',
  purpose: { kind: 'APPROVAL', number: '许可 1' },
  officer: '张三 1',
  deadline: 0,
}

test('a node is told the transaction, the purpose and the officer, with a token for it alone', async () => {
  const credentials = createNodeCredentials({ mint: async ({ county }) => `for ${county}` })
  expect(await credentials('411528', { viewer, transaction })).toEqual({
    authorization: 'Bearer for 411528',
    'exchange-transaction-id': 'T',
    'exchange-purpose': `approval/${encodeURIComponent('许可 1')}`,
    'exchange-officer': encodeURIComponent('张三 1'),
  })
  const bare = { id: 'U', deadline: 0 }
  expect(await credentials('411729', { viewer, transaction: bare })).toEqual({
    authorization: 'Bearer for 411729',
    'exchange-transaction-id': 'U',
  })
})

test('headers are there at once when the token is', () => {
  const credentials = createNodeCredentials({ mint: ({ county }) => `for ${county}` })
  const given = ['411528', '411729'].map((county) => credentials(county, { viewer, transaction }))
  expect(given).toMatchObject([{ authorization: 'Bearer for 411528' }, { authorization: 'Bearer for 411729' }])
})
