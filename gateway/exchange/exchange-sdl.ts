/**
 * The `exchange` subgraph: what no single county can answer. It holds no records; it asks the counties and proves what
 * they said.
 */
export const exchangeSdl = /* GraphQL */ `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@key", "@shareable", "@external", "@provides", "@requires", "@requiresScopes"]
    )

  "统一社会信用代码 (GB 32100, 18 characters with check character) or 公民身份号码 (GB 11643)."
  scalar SubjectCode
  "行政区划代码 (GB/T 2260, six digits)."
  scalar CountyCode
  "A moment, ISO 8601 with offset."
  scalar DateTime
  "A calendar day, YYYY-MM-DD."
  scalar Date
  "时长: ISO 8601, in weeks, days, hours, minutes and seconds, e.g. PT5M. Years and months are refused."
  scalar Duration

  type Query {
    """
    信用核查: whether the applicant is on any county's list of serious breakers of trust (严重违法失信名单), and what
    follows from that for the approval matter. A county is looked up in its signed digest while that is valid, and asked
    live when it is not or when the applicant may be listed. CLEAR is given only when every county is covered. Errors:
    BAD_USER_INPUT for a malformed code or duration, or a matter that the directory does not list.
    """
    creditCheck(
      "申请人: the applicant."
      subject: SubjectCode!
      "许可事项代码: a code of the directory's list of approval matters, e.g. FOOD_BUSINESS_LICENCE."
      matter: String!
      "允许的最大数据时延: the oldest digest that will do, e.g. PT1M; any that is valid when left out. PT0S: all live."
      maxStaleness: Duration
    ): CreditCheck @requiresScopes(scopes: [["credit:check"]])

    """
    批量信用核查: up to 500 checks in one request, for a day's queue; the results in the order of the inputs. Inputs that
    ask the same share one result and one receipt. What one county fails to answer makes only those inputs INCONCLUSIVE
    that needed it. Errors: as of creditCheck, with the input's position; then none is checked.
    """
    creditChecks(
      "核查请求, at most 500."
      inputs: [CreditCheckInput!]!
      "允许的最大数据时延, as of creditCheck."
      maxStaleness: Duration
    ): [CreditCheck!] @requiresScopes(scopes: [["credit:check"]])

    """
    覆盖声明: the text that receipts name by its hash: which county vouched, as of when and with which list version.
    Export it with a receipt that is to be verified offline. Errors: NOT_FOUND.
    """
    coverageStatement("声明摘要: SHA-256, 64 hexadecimal digits." hash: String!): CoverageStatement
      @requiresScopes(scopes: [["credit:check"]])

    "市场主体: one subject and its records in all counties."
    subject("主体代码." code: SubjectCode!): Subject @requiresScopes(scopes: [["credit:read"], ["case:read"]])

    "参与县区: the counties of the directory, and whether each answers at present."
    counties: [County!]! @requiresScopes(scopes: [["credit:check"], ["credit:read"], ["case:read"], ["case:write"]])
  }

  type Mutation {
    """
    确认关联: the county that a case link points to confirms it. Its node checks the proposing county's signature and
    keeps the link, then the proposing county's node marks it confirmed. Doing it again changes nothing, so a
    confirmation that broke off half-way is completed by repeating it.
    """
    confirmCaseLink("关联编号." id: ID!): CaseLink @requiresScopes(scopes: [["case:write"]])
  }

  "信用核查结果: the outcome of a credit check, and what it rests on."
  type CreditCheck @requiresScopes(scopes: [["credit:check"]]) {
    "申请人."
    subject: SubjectCode!
    "许可事项代码."
    matter: String!
    "许可事项."
    matterLabel: String!
    "核查时间."
    checkedAt: DateTime!
    "结论."
    verdict: CreditVerdict!
    "结论说明."
    verdictLabel: String!
    "惩戒后果: each measure that follows, with its legal basis."
    consequences: [Consequence!]!
    "名单记录: listings that have effect now."
    listings: [CreditListing!]!
      @provides(
        fields: "documentNumber category categoryLabel state stateLabel facts basis organ listedOn effectUntil imposedMeasures restrictionUntil county { code } subject { code name }"
      )
    "核查范围: which counties are covered, and by what."
    coverage: CreditCoverage!
    "核查凭证: a signed receipt (compact JWS) that verifies offline."
    receipt: String!
  }

  "核查请求: one applicant and the matter it applies for."
  input CreditCheckInput {
    "申请人."
    subject: SubjectCode!
    "许可事项代码."
    matter: String!
  }

  "核查范围: what a credit check rests on, county by county."
  type CreditCoverage @requiresScopes(scopes: [["credit:check"]]) {
    "是否完整: whether every county is covered."
    complete: Boolean!
    "覆盖声明摘要: hash of the statement about the counties with source INDEX; null when all were asked live."
    statement: String
    "已覆盖县区."
    answered: [CreditAnswer!]!
    "未应答县区."
    unanswered: [CountyOutage!]!
  }

  "县区答复: a county that is covered."
  type CreditAnswer @requiresScopes(scopes: [["credit:check"]]) {
    "县区."
    county: County!
    "数据时点: when the county read its list."
    asOf: DateTime!
    "名单版本."
    listVersion: String!
    "答复来源."
    source: AnswerSource!
  }

  "答复来源."
  enum AnswerSource {
    "实时: the county answered this very question."
    LIVE
    "索引: by the county's signed digest the applicant is not on its list."
    INDEX
  }

  "覆盖声明."
  type CoverageStatement @requiresScopes(scopes: [["credit:check"]]) {
    "摘要: SHA-256 of the text."
    hash: String!
    "声明正文 (JSON)."
    text: String!
  }

  "核查结论."
  enum CreditVerdict {
    "未列入: every county is covered, and none lists the applicant."
    CLEAR
    "审慎考虑: listed; an important consideration (重要考量因素) or no commitment procedure (不适用告知承诺制)."
    CONSIDER
    "法定限制: a statutory bar for this matter is in force."
    BARRED
    "未能查清: some county is not covered. The application must not be decided on this."
    INCONCLUSIVE
  }

  "惩戒后果: one measure that follows from one listing."
  type Consequence @requiresScopes(scopes: [["credit:check"]]) {
    "惩戒措施."
    measure: Measure!
    "法律依据."
    legalBasis: [LegalBasis!]!
    "截止日期: the first day without it; null when it has no end."
    until: Date
    "所依据的名单记录."
    listing: CreditListing!
      @provides(
        fields: "documentNumber category categoryLabel state stateLabel facts basis organ listedOn effectUntil imposedMeasures restrictionUntil county { code } subject { code name }"
      )
  }

  "惩戒措施: a row of the measure catalogue."
  type Measure @shareable {
    "措施代码."
    code: String!
    "措施名称."
    label: String!
    "效力."
    effect: MeasureEffect!
  }

  "措施效力: what a measure does to an application."
  enum MeasureEffect {
    "限制或禁止: a statutory bar."
    BAR
    "重要考量因素."
    IMPORTANT_CONSIDERATION
    "不适用告知承诺制."
    NO_COMMITMENT_PROCEDURE
  }

  "法律依据: the article of a law."
  type LegalBasis @shareable {
    "法律、法规或规章名称."
    law: String!
    "条款."
    article: String!
  }

  "县区: a county that takes part."
  type County @key(fields: "code") {
    "行政区划代码."
    code: CountyCode!
    "名称."
    name: String!
    "当前状态."
    status: CountyStatus!
  }

  "县区状态."
  enum CountyStatus {
    "应答正常: its node answered when last asked, or has not been asked yet."
    ANSWERING
    "未应答: its node does not answer at present."
    NOT_ANSWERING
    "暂停共享."
    SUSPENDED
  }

  "覆盖范围: which counties an answer rests on. An empty list with complete false does not mean none."
  type Coverage @shareable {
    "是否完整: whether every county asked has answered."
    complete: Boolean!
    "已应答县区."
    answered: [CountyAnswer!]!
    "未应答县区."
    unanswered: [CountyOutage!]!
  }

  "县区应答."
  type CountyAnswer @shareable {
    "县区."
    county: County!
    "数据时点: when the county read its records."
    asOf: DateTime!
    "名单版本."
    listVersion: String
  }

  "县区未应答."
  type CountyOutage @shareable {
    "县区."
    county: County!
    "原因."
    reason: OutageReason!
  }

  "未应答原因."
  enum OutageReason {
    "超时: no answer within the deadline."
    TIMEOUT
    "无法连接."
    UNREACHABLE
    "拒绝: the county refused, e.g. for want of an agreement."
    REFUSED
    "应答有误: what came back was no valid answer to this question."
    FAULT
    "数据过期: the answer is older than allowed."
    STALE
  }

  "市场主体或自然人: whom records are about."
  type Subject @key(fields: "code") {
    "主体代码."
    code: SubjectCode! @shareable
    "名称: as the first county that knows the subject has it; null when none does."
    name: String @shareable
    "严重违法失信名单记录, all counties."
    listings(first: Int, after: String, last: Int, before: String): CreditListingConnection
      @requiresScopes(scopes: [["credit:read"]])
    "行政处罚, all counties."
    penalties(first: Int, after: String, last: Int, before: String): PenaltyConnection
      @requiresScopes(scopes: [["credit:read"]])
    "行政执法案件, all counties."
    cases(first: Int, after: String, last: Int, before: String): EnforcementCaseConnection
      @requiresScopes(scopes: [["case:read"]])
  }

  enum ListingCategory {
    FOOD_SAFETY
    DRUG_DEVICE_COSMETICS
    PRODUCT_QUALITY_SPECIAL_EQUIPMENT
    CONSUMER_RIGHTS
    FAIR_COMPETITION
    UNLICENSED_OR_FRAUDULENT_LICENCE
    REFUSAL_TO_PERFORM
  }

  enum CreditListingState {
    PROPOSED
    NOTIFIED
    PENDING_SUPERIOR_CONSENT
    NOT_LISTED
    LISTED
    PUBLISHED
    REPAIR_APPLIED
    REPAIR_ACCEPTED
    REMOVED_EARLY
    EXPIRED
    REVOKED
    RESTORED
  }

  "名单记录."
  type CreditListing @key(fields: "id") {
    id: ID!
    county: County! @external
    subject: Subject! @external
    documentNumber: String! @external
    category: ListingCategory! @external
    categoryLabel: String! @external
    state: CreditListingState! @external
    stateLabel: String! @external
    facts: String! @external
    basis: String! @external
    organ: String! @external
    listedOn: Date @external
    effectUntil: Date @external
    imposedMeasures: [String!]! @external
    restrictionUntil: Date @external
  }
  "行政处罚."
  type Penalty @key(fields: "id") {
    id: ID!
  }
  "案件关联."
  type CaseLink @key(fields: "id") {
    id: ID!
  }

  "行政执法案件."
  type EnforcementCase @key(fields: "id") {
    id: ID!
    subject: Subject! @external
    act: String! @external
    """
    疑似重复立案: open cases of other counties on the same subject and act, with their filing times (行政处罚法第二十五条:
    两个以上行政机关都有管辖权的,由最先立案的行政机关管辖; art. 29: 不得给予两次以上罚款).
    """
    duplicates: DuplicateSearch
      @requires(fields: "act subject { code }")
      @requiresScopes(scopes: [["case:read"], ["case:write"]])
  }

  "疑似重复立案查询结果."
  type DuplicateSearch {
    "其他县区未结案件, earliest filed first."
    cases: [EnforcementCase!]!
    "尚有未列出: whether there are more than the 100 that were looked at; then an earlier filing may be among them."
    hasMore: Boolean!
    "覆盖范围."
    coverage: Coverage!
  }

  "案件引用: a case of this or another county."
  type CaseReference @key(fields: "id") {
    id: ID!
    "案件: null when its county does not answer or does not let the caller see it."
    case: EnforcementCase
  }

  "分页信息."
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }

  "名单记录分页."
  type CreditListingConnection @shareable {
    nodes: [CreditListing!]!
    edges: [CreditListingEdge!]!
    pageInfo: PageInfo!
    coverage: Coverage!
  }
  "名单记录分页项."
  type CreditListingEdge @shareable {
    cursor: String!
    node: CreditListing!
  }
  "行政处罚分页."
  type PenaltyConnection @shareable {
    nodes: [Penalty!]!
    edges: [PenaltyEdge!]!
    pageInfo: PageInfo!
    coverage: Coverage!
  }
  "行政处罚分页项."
  type PenaltyEdge @shareable {
    cursor: String!
    node: Penalty!
  }
  "案件分页."
  type EnforcementCaseConnection @shareable {
    nodes: [EnforcementCase!]!
    edges: [EnforcementCaseEdge!]!
    pageInfo: PageInfo!
    coverage: Coverage!
  }
  "案件分页项."
  type EnforcementCaseEdge @shareable {
    cursor: String!
    node: EnforcementCase!
  }
`
