import type { Diagnostic } from '../../base/diagnostic.ts'
import type { Span } from '../../base/span.ts'

/** What reading a scalar gives: a value in SI units, or the one thing that is wrong with it. */
export type Read<T> =
  | { readonly isValid: true; readonly value: T }
  | { readonly isValid: false; readonly diagnostic: Diagnostic }

export const valid = <T>(value: T): Read<T> => ({ isValid: true, value })

export function wrong<T>(code: string, at: Span, message: string, hint?: string): Read<T> {
  const diagnostic: Diagnostic = { code, severity: 'error', at, message, ...(hint === undefined ? {} : { hint }) }
  return { isValid: false, diagnostic }
}

/** Goes on with the value, or passes the problem along. */
export function andThen<T, U>(read: Read<T>, next: (value: T) => Read<U>): Read<U> {
  return read.isValid ? next(read.value) : read
}
