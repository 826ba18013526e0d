import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../services/platform/package-root.ts'
import type { Line, Scene } from './contestant.ts'
import { ours } from './ours.ts'
import { apollo, grafbase, hive } from './peers.ts'

const [indexOn, indexOff] = [ours('on'), ours('off')]
const peers = [apollo, hive('default'), hive('rust'), grafbase]

/** The line that all ratios are taken against. */
export const baseline = 'ours-on'

function document(name: string): string {
  return readFileSync(join(packageRoot(), 'bench/operations', `${name}.graphql`), 'utf8')
}

/** The lines of the check: everybody gives every county's answer; one line more for what an approval system would ask. */
export function checkLines({ codes, peerDocument }: Scene): Line[] {
  const counties = [...codes]
  const full = { document: document('check'), operationName: 'Check', variables: 'check' as const }
  return [
    {
      ...full,
      id: 'ours-on',
      name: indexOn.name,
      contestant: indexOn,
      expect: { kind: 'CHECK', counties, source: 'INDEX' },
    },
    {
      id: 'ours-on-small',
      name: `${indexOn.name}, small selection`,
      contestant: indexOn,
      document: document('verdict'),
      operationName: 'Verdict',
      variables: 'check',
      expect: { kind: 'VERDICT' },
    },
    {
      ...full,
      id: 'ours-off',
      name: indexOff.name,
      contestant: indexOff,
      expect: { kind: 'CHECK', counties, source: 'LIVE' },
    },
    ...peers.map((contestant): Line => ({
      id: contestant.id,
      name: contestant.name,
      contestant,
      document: peerDocument,
      operationName: 'Check',
      variables: 'questions',
      expect: { kind: 'STANDINGS', counties },
    })),
  ]
}

/** The lines of the entity page; the index has no part in it. */
export function casesLines({ codes, peerDocument }: Scene): Line[] {
  const counties = [...codes]
  return [
    {
      id: 'ours-on',
      name: 'this gateway',
      contestant: indexOn,
      document: document('cases'),
      operationName: 'Cases',
      variables: 'subject',
      expect: { kind: 'CASES', counties },
    },
    ...peers.map((contestant): Line => ({
      id: contestant.id,
      name: contestant.name,
      contestant,
      document: peerDocument,
      operationName: 'Cases',
      variables: 'subject',
      expect: { kind: 'PEER_CASES', counties },
    })),
  ]
}
