import { z } from 'zod'
import { registerSchema } from '../../county/agencies/agency-register.ts'
import { caseLinkKindLabels } from '../../county/cases/case-link.labels.ts'
import { caseLinkStates } from '../../county/cases/case-link.machine.ts'
import {
  caseVisibilityLabels,
  clueSourceLabels,
  supervisionFieldLabels,
  supervisionStageLabels,
} from '../../county/cases/enforcement-case.labels.ts'
import { caseEventKinds } from '../../county/cases/enforcement-case.machine.ts'

function keysOf<Key extends string>(labels: Record<Key, string>): Key[] {
  return Object.keys(labels).filter((key): key is Key => key in labels)
}

const caseSchema = z.object({
  /** `<county>:case:<uuid>`. */
  id: z.string(),
  number: z.string(),
  title: z.string(),
  subject: z.string(),
  subjectName: z.string(),
  legalRepresentative: z.object({ code: z.string(), name: z.string() }),
  /** Code in the directory's catalogue of acts. */
  act: z.string(),
  field: z.enum(keysOf(supervisionFieldLabels)),
  supervisionStage: z.enum(keysOf(supervisionStageLabels)).nullable(),
  source: z.enum(keysOf(clueSourceLabels)),
  visibility: z.enum(keysOf(caseVisibilityLabels)),
  /** Name of the body and 执法证号 of the officers in charge, as in `register`. */
  agency: z.string(),
  officers: z.array(z.string()),
  registeredAt: z.iso.datetime(),
  /** What happened since, in order. */
  steps: z.array(z.object({ event: z.enum(caseEventKinds), at: z.iso.datetime(), document: z.string().nullable() })),
})

const linkSchema = z.object({
  /** `<county>:link:<uuid>`; `origin` is the proposer's. */
  id: z.string(),
  origin: z.string(),
  caseId: z.string(),
  target: z.string(),
  kind: z.enum(keysOf(caseLinkKindLabels)),
  direction: z.enum(['OUTBOUND', 'INBOUND']),
  state: z.enum(caseLinkStates),
  note: z.string().nullable(),
  proposedBy: z.string(),
  proposedAt: z.iso.datetime(),
  settledAt: z.iso.datetime().nullable(),
  /** Signed by the proposing and by the confirming county. */
  proposal: z.string(),
  confirmation: z.string().nullable(),
})

/** `cases.json`: cases have no official file, so this one is the demo's own. */
export const demoCasesFileSchema = z.object({
  county: z.string(),
  register: registerSchema,
  cases: z.array(caseSchema),
  links: z.array(linkSchema),
})

/** Contents of `cases.json`. */
export type DemoCasesFile = z.infer<typeof demoCasesFileSchema>
/** A case of the demo. */
export type DemoCase = z.infer<typeof caseSchema>
/** A link of the demo, as one of its two counties holds it. */
export type DemoLink = z.infer<typeof linkSchema>
