import type { Snapshot } from './snapshot.ts'

/**
 * A small directory for tests: 息县 and 新蔡县 with an agreement on everything, 武陟县 with none, one agency each, one
 * issuer and one gateway. Valid from 2026-03-01T00:00Z for 24 hours. The keys are public parts that nobody can sign
 * with; hand in `changes` with keys made in the test where signatures matter.
 */
export function sampleSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  const keys = [
    {
      kty: 'OKP',
      crv: 'Ed25519',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
      kid: 'sample',
      alg: 'EdDSA' as const,
    },
  ]
  const county = (code: string, name: string, port: number): Snapshot['counties'][number] => ({
    code,
    name,
    codeSystem: 'GBT2260',
    status: 'ACTIVE',
    url: `http://127.0.0.1:${port}/graphql`,
    keys,
  })
  const scopes = ['credit:check', 'credit:read', 'case:read', 'case:write', 'matter:read', 'matter:write']
  return {
    format: 1,
    serial: 7,
    issuedAt: '2026-03-01T00:00:00Z',
    expiresAt: '2026-03-02T00:00:00Z',
    office: '执法联动联席会议办公室',
    counties: [county('411528', '息县', 4301), county('411729', '新蔡县', 4302), county('410823', '武陟县', 4303)],
    agencies: [
      { id: 'xixian-enforcement', name: '息县市场监督管理局', county: '411528', scopes },
      { id: 'xincai-enforcement', name: '新蔡县市场监督管理局', county: '411729', scopes },
      { id: 'wuzhi-enforcement', name: '武陟县市场监督管理局', county: '410823', scopes },
    ],
    agreements: [
      {
        id: 'sample-agreement',
        title: '行政执法联动协作协议',
        parties: ['411528', '411729'],
        records: ['CREDIT_STANDING', 'CREDIT_LISTING', 'PENALTY', 'ENFORCEMENT_CASE'],
        purposes: ['APPROVAL', 'CASE', 'ANALYSIS'],
        validFrom: '2022-04-10',
        validUntil: null,
        signedBy: ['411528', '411729'],
      },
    ],
    measures: [
      {
        code: 'IMPORTANT_CONSIDERATION',
        label: '作为行政许可等工作的重要考量因素',
        effect: 'IMPORTANT_CONSIDERATION',
        matters: null,
        categories: null,
        appliesTo: 'LISTED_SUBJECT',
        application: 'AUTOMATIC',
        legalBasis: [{ law: '市场监督管理严重违法失信名单管理办法', article: '第十五条第一项' }],
        implementingBody: '行政审批机关',
        validFrom: '2021-09-01',
        validUntil: null,
      },
      {
        code: 'FOOD_FIVE_YEAR_BAR',
        label: '五年内不得申请食品生产经营许可',
        effect: 'BAR',
        matters: ['FOOD_BUSINESS_LICENCE'],
        categories: ['FOOD_SAFETY'],
        appliesTo: 'LEGAL_REPRESENTATIVE',
        application: 'IMPOSED',
        legalBasis: [{ law: '中华人民共和国食品安全法', article: '第一百三十五条' }],
        implementingBody: '市场监督管理部门',
        validFrom: '2015-10-01',
        validUntil: null,
      },
    ],
    measuresVersion: 'sample',
    matters: [
      { code: 'FOOD_BUSINESS_LICENCE', label: '食品经营许可' },
      { code: 'DRUG_RETAIL_LICENCE', label: '药品经营许可（零售）' },
    ],
    acts: [{ code: 'FALSE_ADVERTISING', label: '发布虚假广告' }],
    calendars: [
      { id: 'CN', from: '2026-01-01', to: '2026-12-31', holidays: ['2026-01-01'], makeUpDays: ['2026-02-14'] },
    ],
    issuers: [
      {
        issuer: 'http://127.0.0.1:4200',
        audience: 'urn:liandong:exchange',
        jwksUri: 'http://127.0.0.1:4200/jwks',
      },
    ],
    gateways: [{ id: 'gateway', url: 'http://127.0.0.1:4000/graphql', keys }],
    hitIndexEpochs: [
      { id: 'sample', key: 'c2FtcGxlIGtleSBvZiAzMiBieXRlcywgbm90IHNlY3I', from: '2026-01-01T00:00:00Z' },
    ],
    superiors: [],
    ...changes,
  }
}
