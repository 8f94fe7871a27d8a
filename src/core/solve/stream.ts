import type { Ratio } from '../base/units.ts'
import type { Distribution } from '../model/distribution.ts'

/**
 * How evenly requests come: squared coefficient of variation of the times between them, and, where it is still known,
 * their law. `erlang` n: every n-th of a Poisson stream.
 */
export interface Stream {
  readonly scv: number
  readonly law:
    | { readonly kind: 'poisson' }
    | { readonly kind: 'renewal'; readonly between: Distribution }
    | { readonly kind: 'erlang'; readonly phases: number }
    | null
  /** Requests that come at the same moment. */
  readonly batch: number
}

export const poisson: Stream = { scv: 1, law: { kind: 'poisson' }, batch: 1 }

/** What is left of a stream of which each request stays with probability `share` (Whitt 1983, QNA). */
export function thinned(stream: Stream, share: Ratio): Stream {
  if (share >= 1 || isPoisson(stream)) return stream
  return { scv: share * stream.scv + 1 - share, law: null, batch: Math.max(1, stream.batch * share) }
}

/** Every n-th request. */
export function everyNth(stream: Stream, n: number): Stream {
  if (n <= 1) return stream
  if (isPoisson(stream)) return { scv: 1 / n, law: { kind: 'erlang', phases: n }, batch: 1 }
  return { scv: stream.scv / n, law: null, batch: Math.max(1, stream.batch / n) }
}

export const isPoisson = ({ scv, law, batch }: Stream): boolean =>
  batch === 1 && (law?.kind === 'poisson' || (law === null && scv === 1))

/** Behind something that changes the times between requests. */
export const changed = (scv: number): Stream => (scv === 1 ? poisson : { scv, law: null, batch: 1 })

/** Several streams as one: weights by rate, Whitt's correction by how busy what they meet at is (QNA, 1983). */
export function superposed(parts: readonly { readonly rate: number; readonly stream: Stream }[], busy: Ratio): Stream {
  const used = parts.filter(({ rate }) => rate > 0)
  const [only, ...others] = used
  if (only === undefined) return poisson
  if (others.length === 0) return only.stream
  if (used.every(({ stream }) => isPoisson(stream))) return poisson
  const all = used.reduce((sum, { rate }) => sum + rate, 0)
  const v = 1 / used.reduce((sum, { rate }) => sum + (rate / all) ** 2, 0)
  const weight = 1 / (1 + 4 * (1 - Math.min(1, busy)) ** 2 * (v - 1))
  const scv = used.reduce((sum, { rate, stream }) => sum + (rate / all) * stream.scv, 0)
  return { scv: weight * scv + 1 - weight, law: null, batch: 1 }
}
