/** A demo client: an agency's system with a key of its own. */
export interface DemoClient {
  /** Client id at the issuer, agency id in the directory, `sub` of its tokens. */
  id: string
  /** Name of the agency. */
  name: string
  county: string
  scopes: readonly string[]
  /** 部门系统, where the directory is to know it. */
  system?: string
  /** What the playground's menu shows. */
  label: string
  /** Headers that suit what the client does; values as they travel (percent-encoded). */
  purpose: string
  officer: string
}

const enforcement = ['credit:check', 'credit:read', 'case:read', 'case:write', 'matter:read', 'matter:write'] as const
const number = (kind: string, text: string): string => `${kind}/${encodeURIComponent(text)}`

/** The demo clients: fictional systems of the three counties' agencies, and an analyst of the coordination office. */
export const demoClients: readonly DemoClient[] = [
  {
    id: 'xixian-approval',
    name: '息县行政审批服务中心',
    county: '411528',
    scopes: ['credit:check'],
    label: '息县行政审批 · xixian-approval',
    purpose: number('approval', '息审许2026-17'),
    officer: '41152801',
  },
  {
    id: 'xixian-enforcement',
    name: '息县市场监督管理局',
    county: '411528',
    scopes: enforcement,
    system: 'MARKET_REGULATION',
    label: '息县执法 · xixian-enforcement',
    purpose: number('case', '息市监立案2026-8'),
    officer: '41152802',
  },
  {
    id: 'xincai-enforcement',
    name: '新蔡县市场监督管理局',
    county: '411729',
    scopes: enforcement,
    system: 'MARKET_REGULATION',
    label: '新蔡县执法 · xincai-enforcement',
    purpose: number('case', '新市监立案2026-5'),
    officer: '41172902',
  },
  {
    id: 'wuzhi-enforcement',
    name: '武陟县市场监督管理局',
    county: '410823',
    scopes: enforcement,
    system: 'MARKET_REGULATION',
    label: '武陟县执法 · wuzhi-enforcement',
    purpose: number('case', '武市监立案2026-3'),
    officer: '41082302',
  },
  {
    id: 'analyst',
    name: '执法联动联席会议办公室（统计分析）',
    county: '411528',
    scopes: ['credit:read', 'case:read', 'query:adhoc'],
    label: '统计分析 · analyst',
    purpose: number('analysis', '食品安全季度分析'),
    officer: '41152899',
  },
]
