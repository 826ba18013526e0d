import { ExchangeError, badInput } from '../../services/platform/errors.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'
import type { CountyQuestions } from './county-questions.ts'

const proposalDocument = `query Proposal($id: ID!) { caseLinkProposal(id: $id) }`
const recordDocument = `mutation Record($proposal: String!) { recordCaseLink(proposal: $proposal) }`
const settleDocument = `mutation Settle($id: ID!, $confirmation: String!) {
  settleCaseLink(id: $id, confirmation: $confirmation) { id }
}`

/**
 * 确认关联: gets the proposing county's signed proposal, has the caller's county keep it, and hands its signed
 * confirmation back. Neither county has to believe the gateway, and each step may be repeated: a confirmation that broke
 * off is completed by asking again.
 */
export async function confirmCaseLink(
  counties: CountyQuestions,
  id: string,
  context: RequestContext,
): Promise<{ id: string }> {
  const proposal = await one(counties, proposalDocument, { id }, 'caseLinkProposal', context)
  if (typeof proposal !== 'string') {
    throw new ExchangeError('NOT_FOUND', 'There is no such case link, or it was not proposed to your county.')
  }
  const confirmation = await one(counties, recordDocument, { proposal }, 'recordCaseLink', context)
  if (typeof confirmation !== 'string') throw badInput('Your county gave no confirmation of this case link.', 'id')
  await one(counties, settleDocument, { id, confirmation }, 'settleCaseLink', context)
  return { id }
}

async function one(
  counties: CountyQuestions,
  document: string,
  variables: Record<string, unknown>,
  field: string,
  context: RequestContext,
): Promise<unknown> {
  const { data, errors } = await counties.execute({ document, variables, context })
  if (errors[0]) throw errors[0]
  return data?.[field]
}
