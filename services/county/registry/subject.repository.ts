import { eq } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { readSubjectCode } from '../../platform/codes/subject-code.ts'
import { subjects } from './subject.table.ts'

/** SQL of the county's register of subjects. */
export class SubjectRepository {
  /** Name of a subject; undefined when the register does not hold it. */
  async name(db: Database, code: string): Promise<string | undefined> {
    const [row] = await db.select({ name: subjects.name }).from(subjects).where(eq(subjects.code, code))
    return row?.name
  }

  /** Enters a subject that the register does not hold yet, so that its kind is known; a known one stays as it is. */
  async note(
    tx: Database,
    code: string,
    name: string,
    at: Date,
    details: { legalRepresentative?: string | null; legalRepresentativeCode?: string | null } = {},
  ): Promise<void> {
    await tx
      .insert(subjects)
      .values({
        code,
        name,
        kind: kindOf(code),
        legalRepresentative: details.legalRepresentative ?? null,
        legalRepresentativeCode: details.legalRepresentativeCode ?? null,
        updatedAt: at,
      })
      .onConflictDoNothing({ target: subjects.code })
  }
}

/** Kind by the code alone: the first two characters of GB 32100 are registration authority and kind of body. */
function kindOf(code: string): string {
  const parsed = readSubjectCode(code)
  if ('kind' in parsed && parsed.kind === 'NATURAL_PERSON') return 'NATURAL_PERSON'
  const prefixes: Record<string, string> = {
    '91': 'ENTERPRISE',
    '92': 'INDIVIDUAL_BUSINESS',
    '93': 'COOPERATIVE',
    '12': 'INSTITUTION',
  }
  return prefixes[code.slice(0, 2)] ?? (code.startsWith('5') ? 'SOCIAL_ORGANISATION' : 'OTHER')
}
