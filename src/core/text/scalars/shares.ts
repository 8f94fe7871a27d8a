import type { Diagnostic } from '../../base/diagnostic.ts'
import type { Span } from '../../base/span.ts'
import type { Ratio } from '../../base/units.ts'

/** How far shares may miss 100 % together: rounding of what was written, not a mistake. */
export const SHARES_TOLERANCE = 1e-6

export interface NamedShare {
  readonly name: string
  readonly share: Ratio
}

/** A problem unless the shares sum to 100 % within {@link SHARES_TOLERANCE}; names the sum and the members. */
export function sharesProblem(shares: readonly NamedShare[], at: Span): Diagnostic | null {
  const sum = shares.reduce((total, { share }) => total + share, 0)
  if (Math.abs(sum - 1) <= SHARES_TOLERANCE) return null
  const members = shares.slice(0, 12).map(({ name, share }) => `${name} ${percent(share)}`)
  if (shares.length === 0)
    return { code: 'shares-sum', severity: 'error', at, message: 'there are no shares; they sum to 100%' }
  const list = shares.length > 12 ? `${members.join(' + ')} + …` : members.join(' + ')
  const message = `the shares sum to ${percent(sum)}, not 100%: ${list}`
  return { code: 'shares-sum', severity: 'error', at, message, hint: shareHint(sum) }
}

const shareHint = (sum: number): string =>
  sum < 1 ? `${percent(1 - sum)} is missing` : `${percent(sum - 1)} is too much`

/** The shares scaled to sum to 1 exactly. */
export function normalizeShares<T extends { readonly share: Ratio }>(shares: readonly T[]): readonly T[] {
  const sum = shares.reduce((total, { share }) => total + share, 0)
  return sum > 0 ? shares.map((one) => ({ ...one, share: one.share / sum })) : shares
}

/** `99.95%`, without the noise of binary fractions. */
export const percent = (share: Ratio): string => `${Number((share * 100).toPrecision(10))}%`
