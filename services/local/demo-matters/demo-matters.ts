/** So many uuids that nobody takes for random ones: the last digits are the number. */
function demoUuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

const [xixian, xincai] = ['411528', '411729']
const of = (county: string, kind: string, number: number): string => `${county}:${kind}:${demoUuid(number)}`

/** Ids of the demo's matters between counties, the same in every demo: documents, tests and examples name them. */
export const demoMatters = {
  /** From 息县 to 新蔡县, which accepts it, files a case and says so. */
  clueFiled: of(xixian, 'clue', 1),
  /** From 息县 to 新蔡县, which has not taken it over yet. */
  clueWaiting: of(xixian, 'clue', 2),
  /** Drafts of 息县: one to give notice of, one to send. */
  clueToAnnounce: of(xixian, 'clue', 3),
  clueToSend: of(xixian, 'clue', 4),
  /** From 新蔡县 to 息县, which has not taken it over yet. */
  clueArrived: of(xincai, 'clue', 5),
  /** Of one letter of 息县, to 新蔡县 and to 武陟县. */
  assistanceAsked: of(xixian, 'assistance', 11),
  assistanceAskedToo: of(xixian, 'assistance', 12),
  /** Of a draft of 息县. */
  assistanceToIssue: of(xixian, 'assistance', 13),
  /** From 新蔡县 to 息县, which works on it. */
  assistanceGiven: of(xincai, 'assistance', 14),
  /** From 息县, recognised by 新蔡县 and cited there. */
  evidenceCited: of(xixian, 'evidence', 21),
  /** From 新蔡县, to be examined by 息县. */
  evidenceArrived: of(xincai, 'evidence', 22),
  /** Raised by 新蔡县; 息县 has to answer. */
  disputeOpen: of(xincai, 'dispute', 31),
  /** 新蔡县 has jurisdiction: 息县 has to hand its case over. */
  disputeLost: of(xincai, 'dispute', 32),
  /** 息县 has jurisdiction: it has to take over what 新蔡县 handed over. */
  disputeWon: of(xincai, 'dispute', 33),
  /** Opened by 新蔡县 with both others; their standards are awaited. */
  consultationOpen: of(xincai, 'consultation', 41),
  /** Between 息县 and 新蔡县, with a common view. */
  consultationConcluded: of(xixian, 'consultation', 42),
  /** From 息县 to both others; 新蔡县 has read it. */
  bulletinSent: of(xixian, 'bulletin', 51),
  /** From 新蔡县, which 息县 has not read yet. */
  bulletinUnread: of(xincai, 'bulletin', 52),
} as const

/** Ids beside those of matters. */
export const demoMatterRecords = {
  /** The letters for assistance. */
  letterIssued: demoUuid(61),
  letterToIssue: demoUuid(62),
  letterArrived: demoUuid(63),
  /** Typical cases of 息县: a published one, and one to redact. */
  typicalPublished: of(xixian, 'typical', 71),
  typicalNominated: of(xixian, 'typical', 72),
  /** A disabled endpoint of 息县's bureau. */
  webhook: of(xixian, 'webhook', 81),
} as const

/** The uuid of an id. */
export function uuidOf(id: string): string {
  return id.slice(id.lastIndexOf(':') + 1)
}
