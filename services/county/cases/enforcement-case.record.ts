import { labelOf } from '../connection/labelled-enum.ts'
import {
  caseDecisionLabels,
  caseStageLabels,
  clueSourceLabels,
  supervisionFieldLabels,
  supervisionStageLabels,
} from './enforcement-case.labels.ts'
import { closedStages } from './enforcement-case.machine.ts'
import type { CaseRow } from './enforcement-case.repository.ts'
import type { EnforcementCase } from './enforcement-case.type.ts'

/** The record of a stored case; `actLabel` is the directory's name of its act. */
export function toEnforcementCase(row: CaseRow, county: string, actLabel: string): EnforcementCase {
  return {
    ...row,
    county: { code: county },
    subject: { code: row.subjectCode, name: row.subjectName },
    actLabel,
    field: row.field as EnforcementCase['field'],
    fieldLabel: labelOf(supervisionFieldLabels, row.field),
    supervisionStage: row.supervisionStage as NonNullable<EnforcementCase['supervisionStage']> | null,
    supervisionStageLabel: row.supervisionStage === null ? null : labelOf(supervisionStageLabels, row.supervisionStage),
    source: row.source as EnforcementCase['source'],
    sourceLabel: labelOf(clueSourceLabels, row.source),
    stage: row.stage as EnforcementCase['stage'],
    stageLabel: labelOf(caseStageLabels, row.stage),
    open: !closedStages.some((stage) => stage === row.stage),
    decision: row.decision as NonNullable<EnforcementCase['decision']> | null,
    decisionLabel: row.decision === null ? null : labelOf(caseDecisionLabels, row.decision),
    visibility: row.visibility as EnforcementCase['visibility'],
  }
}
