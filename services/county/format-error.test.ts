import { DrizzleQueryError } from 'drizzle-orm'
import { GraphQLError } from 'graphql'
import { expect, it } from 'vitest'
import { createFormatError } from './format-error.ts'

it('logs the statement that failed and why, without its parameters, and tells the caller neither', () => {
  const lines: string[] = []
  const format = createFormatError({ error: (...line: unknown[]) => void lines.push(JSON.stringify(line)) })
  const cause = new Error('connection refused')
  const failed = new DrizzleQueryError('select name from subject where name = $1', ['张示例'], cause)
  const error = new GraphQLError(failed.message, { originalError: failed })
  expect(format(error.toJSON(), error)).toEqual({
    message: 'The county’s node failed to answer.',
    extensions: { code: 'INTERNAL' },
  })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('select name from subject')
  expect(lines[0]).toContain('connection refused')
  expect(lines[0]).not.toContain('张示例')
})
