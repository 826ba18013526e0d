import { type ErrorCode, errorCodes } from '../../services/platform/errors.ts'

/** Whether a value is one of the stable codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code)
}
