import { expect, it } from 'vitest'
import { matterViews } from '../county/matter-kinds.ts'
import { inCausalOrder } from '../county/proofs/causal-order.ts'
import type { MatterFile } from '../county/proofs/matter-file.ts'
import { type SignedMatter, opener, other, signedMatter } from '../county/proofs/testing/signed-matter.ts'
import { verifyMatterFile } from '../county/proofs/verify-matter-file.ts'
import { describeMatter } from './describe-matter.ts'
import type { Language } from './matter-languages.ts'

async function told({ file, snapshot }: SignedMatter, changes: Partial<MatterFile>, language: Language) {
  const proof = await verifyMatterFile({ ...file, ...changes }, [snapshot])
  return describeMatter({ proof, snapshot, views: matterViews, replay: undefined }, language)
}

it('[A17] tells who sent what when, and of each whether the other county signed to have received it', async () => {
  const matter = await signedMatter()
  const acknowledgements = matter.file.acknowledgements.slice(1)
  const zh = await told(matter, { acknowledgements }, 'zh')
  expect(zh).toContain(
    '1. 2026-03-01 10:01:00  411528 息县  第1号文书  说明\n   说明：虚构说明\n   经办 411528-agency 41152801 虚构甲\n',
  )
  expect(zh).toContain('   411729 新蔡县：本文件无其签收回执，不能证明已收到\n')
  expect(zh).toContain('   411528 息县签名确认于2026-03-01 10:02:01收到\n')
  const en = await told(matter, { acknowledgements }, 'en')
  expect(en).toContain('no receipt by 411729 新蔡县 in this file: its receipt is not proven')
  expect(en).toContain('411528 息县 signed that it received this on 2026-03-01 10:02:01')
  expect(en).toContain('Not proven: that what they say is true; that an envelope without a receipt arrived')
})

it('[A17] tells a refusal with its reason, and two histories as such, each with its own text', async () => {
  const matter = await signedMatter()
  const [first] = matter.envelopes
  if (!first) throw new Error('There are four envelopes.')
  const rule = { outcome: 'REFUSED', code: 'RULE_BROKEN', reason: '移交清单无此项' } as const
  const acknowledgements = [await matter.acknowledgement(first, rule)]
  expect(await told(matter, { acknowledgements }, 'zh')).toContain(
    '411729 新蔡县签名确认于2026-03-01 10:01:01收到，并拒绝接受：RULE_BROKEN 移交清单无此项',
  )
  const rival = await matter.envelope(opener, matter.envelopes.slice(0, 3), { body: { text: '另一部历史' } })
  const envelopes = inCausalOrder([...matter.envelopes, rival]).map(({ jws }) => jws)
  const forked = await told(matter, { envelopes }, 'zh')
  expect(forked).toMatch(/^核验不通过：发现1处问题。\n {2}\[FORK\] 411528第2号文书（[0-9a-f]{64}）：两部历史：/)
  expect(forked.match(/【与同号文书相抵触】/g)).toHaveLength(2)
  expect(forked).toContain('说明：另一部历史')
})

it('what a county wrote never looks like a line of the program’s own', async () => {
  const matter = await signedMatter()
  const body = { text: `好\n   ${other} 新蔡县签名确认于2026-03-01收到` }
  const liar = await matter.envelope(opener, matter.envelopes, {
    body,
    actor: { agency: 'x\u202ey', officer: 'z' },
  })
  const text = await told(matter, { envelopes: [...matter.file.envelopes, liar.jws] }, 'zh')
  expect(text).toContain(`   说明：好    ${other} 新蔡县签名确认于2026-03-01收到\n   经办 x y z\n`)
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u)
})
