import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import { errorCodes, ExchangeError } from '../../services/platform/errors.ts'
import { isErrorCode } from './error-codes.ts'
import { formatError, internalMessage } from './format-error.ts'

/** As Apollo Server hands it over. */
const format = (error: GraphQLError) => formatError(error.toJSON(), error)
const identityNumber = '110101199003074514'

describe('formatError', () => {
  it('lets every stable code through with its message, INTERNAL only without', () => {
    for (const code of Object.keys(errorCodes).filter(isErrorCode)) {
      const message = code === 'INTERNAL' ? internalMessage : 'What is wrong.'
      expect(format(new ExchangeError(code, 'What is wrong.'))).toEqual({ message, extensions: { code } })
    }
  })

  it.each([
    new GraphQLError('connect ECONNREFUSED 10.1.2.3:5432', { originalError: new Error('connect ECONNREFUSED') }),
    new GraphQLError('column "secret" does not exist', { extensions: { code: '42703', stacktrace: ['at x.ts'] } }),
    new GraphQLError('boom', { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'county' } }),
    new GraphQLError('boom', { extensions: { code: 'toString' } }),
    new GraphQLError('boom', { extensions: { code: ['NOT_FOUND'] } }),
  ])('turns any other error into INTERNAL and tells nothing of it: %s', (error) => {
    expect(format(error)).toEqual({ message: internalMessage, extensions: { code: 'INTERNAL' } })
  })

  it('lets allow-listed details through in their own shape and nothing else', () => {
    const extensions = {
      code: 'COVERAGE_INCOMPLETE',
      county: '411528',
      reason: 'TIMEOUT',
      missing: [{ county: '411729', reason: 'FAULT', url: 'http://10.0.0.1' }, { county: 'x', reason: 'FAULT' }, 7],
      requiredScopes: [['credit:read'], ['case:read', 5]],
      key: '411528:case:0190a5a0-0000-7000-8000-000000000000',
      argument: { nested: true },
      stacktrace: ['at secret.ts:1'],
      serviceName: 'county',
      http: { status: 200 },
    }
    const error = new GraphQLError('Missing.', { extensions, path: ['creditListings', 0] })
    expect(format(error)).toEqual({
      message: 'Missing.',
      path: ['creditListings', 0],
      extensions: {
        code: 'COVERAGE_INCOMPLETE',
        county: '411528',
        reason: 'TIMEOUT',
        missing: [{ county: '411729', reason: 'FAULT' }],
        requiredScopes: [['credit:read'], ['case:read']],
        key: '411528:case:0190a5a0-0000-7000-8000-000000000000',
      },
    })
  })

  it('keeps identity numbers out of messages and details', () => {
    const text = JSON.stringify([
      format(
        new ExchangeError('BAD_USER_INPUT', `No subject ${identityNumber}.`, {
          argument: identityNumber,
          key: identityNumber,
        }),
      ),
      format(
        new GraphQLError(`Variable "$subject" got invalid value "${identityNumber}"; wrong.`, {
          extensions: { code: 'BAD_USER_INPUT' },
        }),
      ),
      format(
        new GraphQLError(`Syntax Error: Unexpected Int "${identityNumber}".`, {
          extensions: { code: 'GRAPHQL_PARSE_FAILED' },
        }),
      ),
    ])
    expect(text).not.toContain(identityNumber)
    expect(text).toContain('ending 4514')
  })

  it('finds the code of an error of ours that graphql-js has wrapped', () => {
    const inner = new ExchangeError('BAD_USER_INPUT', 'The check digit is wrong.', { argument: 'code' })
    const wrapped = new GraphQLError('Expected value of type "SubjectCode"', { originalError: inner })
    const outer = new GraphQLError('Validation', {
      originalError: wrapped,
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    })
    expect(format(outer)).toEqual({
      message: 'The check digit is wrong.',
      extensions: { code: 'BAD_USER_INPUT', argument: 'code' },
    })
  })
})
