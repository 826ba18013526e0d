import type { LocalAddresses } from './addresses.ts'
import { demoClients } from './demo-clients.ts'
import type { Supervised } from './processes.ts'
import type { LocalSettings } from './settings.ts'
import { demoMatters } from './demo-matters/demo-matters.ts'
import { demoSubjects } from './demo-data/demo-subjects.ts'

/** Options of the commands of matters, for an officer of 息县. */
const asXixian = '--client xixian-enforcement --purpose case/2026-8 --officer 41152802'

/** What is shown once everything serves: addresses, process numbers, and a line to paste for each demo client. */
export function banner(about: {
  elapsed: string
  processes: readonly Supervised[]
  settings: LocalSettings
  addresses: LocalAddresses
}): string {
  const { settings, addresses } = about
  const width = Math.max(...about.processes.map(({ spec }) => spec.name.length))
  const processes = about.processes
    .toSorted((a, b) => (a.spec.name < b.spec.name ? -1 : 1))
    .map((each) => `  ${each.spec.name.padEnd(width)}  ${each.spec.url}  pid ${each.pid()}`)
  const graphql = `${addresses.gateway}/graphql`
  const clients = demoClients.flatMap(({ id, name, purpose, officer, scopes }) => [
    `  # ${name}: ${scopes.join(' ')}`,
    `  ${askAs(graphql, id, purpose, officer, scopes)}`,
  ])
  return [
    '',
    `联动 Liandong is ready (${about.elapsed}).`,
    '',
    `  Playground  http://localhost:${settings.ports.gateway}/`,
    '',
    ...processes,
    '',
    'Check an applicant in every county:',
    `  npx liandong check ${demoSubjects.clear.code} --matter FOOD_BUSINESS_LICENCE`,
    '',
    'Look at what the counties have between them (a first start takes some seconds more for it):',
    `  playground, tabs Inbox and Clue; or npx liandong letter ${demoMatters.assistanceAsked} ${asXixian} --out letter.html`,
    `  npx liandong export ${demoMatters.clueFiled} ${asXixian} --out clue.json && npx liandong verify clue.json`,
    '',
    'Ask as a demo client (paste into another terminal):',
    ...clients,
    '',
    `Stop one county (kill <pid>) and check again; Ctrl-C stops everything. Logs: ${settings.home}/logs`,
    '',
  ].join('\n')
}

function askAs(url: string, id: string, purpose: string, officer: string, scopes: readonly string[]): string {
  const query = scopes.includes('credit:read')
    ? '{ creditListings(first: 3) { nodes { subject { name } county { name } } coverage { complete } } }'
    : `{ creditCheck(subject: \\"${demoSubjects.clear.code}\\", matter: \\"FOOD_BUSINESS_LICENCE\\") { verdict coverage { complete } } }`
  return [
    `curl -s ${url}`,
    `-H "authorization: Bearer $(npx liandong token ${id})"`,
    `-H 'exchange-purpose: ${purpose}'`,
    `-H 'exchange-officer: ${officer}'`,
    `-H 'content-type: application/json'`,
    `-d '{"query":"${query}"}'`,
  ].join(' ')
}
