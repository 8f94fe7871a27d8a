import { exp } from '../base/math.ts'
import type { PerSecond, Ratio, Seconds } from '../base/units.ts'

/** Poisson arrivals at `servers` (c, at least 1) servers, offered `offered` erlangs (a = λS >= 0). */
export interface Offered {
  readonly servers: number
  readonly offered: number
}

/**
 * Share of arrivals that find all servers busy where nobody waits: 0..1. From 1/B = Σ c!/((c-k)! a^k), whose terms are
 * all positive: no overflow matters, and at high load few of them count.
 * @source Erlang, Solution of some problems in the theory of probabilities (1917)
 */
export function erlangB({ servers, offered }: Offered): Ratio {
  if (!(offered > 0)) return servers > 0 ? 0 : 1
  const inverse = 1 / offered
  let term = 1
  let sum = 1
  for (let left = servers; left > 0; left--) {
    term *= left * inverse
    sum += term
    if (term < sum * 1e-17 && left < offered) break
    if (sum > 1e300) return 0
  }
  return 1 / sum
}

/**
 * Share of arrivals that wait where everybody does: 0..1; 1 when `offered` reaches `servers`.
 * @source Erlang (1917); Kleinrock, Queueing Systems, volume 1 (1975), section 3.5
 */
export function erlangC(load: Offered): Ratio {
  const utilization = load.offered / load.servers
  if (utilization >= 1) return 1
  const blocked = erlangB(load)
  return blocked / (1 - utilization * (1 - blocked))
}

/** Poisson arrivals at `rate`, with `work` on average for each. */
export interface Stream {
  readonly servers: number
  readonly rate: PerSecond
  readonly work: Seconds
}

/** Mean wait of M/M/c; Infinity when overloaded. @source Erlang (1917) */
export function waitOfMMc({ servers, rate, work }: Stream): Seconds {
  const spare = servers / work - rate
  return spare > 0 ? erlangC({ servers, offered: rate * work }) / spare : Infinity
}

/** Most servers for which the roots of M/D/c are looked for. */
const MOST_ROOTS = 64

/**
 * Mean wait of M/D/c: exact where it {@link hasRoots}, by the c - 1 roots of z^c = e^(a(z-1)) inside the unit circle:
 * Lq = (a² - c(c-1))/(2(c-a)) + Σ 1/(1-z). Else Cosmetatos' factor.
 * @source Crommelin, Delay probability formulae (1932); Cosmetatos, Some approximate equilibrium results (1976)
 */
export function waitOfMDc(stream: Stream): Seconds {
  const { servers, rate, work } = stream
  const offered = rate * work
  if (offered >= servers) return Infinity
  if (!(offered > 0)) return 0
  if (!hasRoots(stream)) return waitOfMMc(stream) * cosmetatos(stream)
  let queue = (offered * offered - servers * (servers - 1)) / (2 * (servers - offered))
  for (let k = 1; 2 * k <= servers; k++) {
    const share = inverseGap({ servers, offered }, k)
    queue += 2 * k === servers ? share : 2 * share
  }
  return Math.max(0, queue) / rate
}

/** The mean wait of M/D/c is exact: few servers, and enough waiting that the sum over roots keeps six digits. */
export function hasRoots(stream: Stream): boolean {
  const { servers, rate } = stream
  return servers === 1 || (servers <= MOST_ROOTS && rate * waitOfMMc(stream) > 1e-9 * servers * servers)
}

/** Wait of M/D/c as a share of that of M/M/c. @source Cosmetatos (1976), as in Kimura (1986) */
function cosmetatos({ servers, rate, work }: Stream): Ratio {
  const utilization = (rate * work) / servers
  const more = ((1 - utilization) * (servers - 1) * (Math.sqrt(4 + 5 * servers) - 2)) / (16 * utilization * servers)
  return Math.min(1, (1 + more) / 2)
}

/** The real part of 1/(1-z) for the k-th root, by Newton's steps on z = e^(2πik/c) e^(ρ(z-1)). */
function inverseGap({ servers, offered }: Offered, k: number): number {
  const utilization = offered / servers
  const angle = (2 * Math.PI * k) / servers
  let re = 0
  let im = 0
  for (let i = 0; i < 60; i++) {
    const size = exp(utilization * (re - 1))
    const turn = unit(angle + utilization * im)
    const [gRe, gIm] = [size * turn.re, size * turn.im]
    // f = z - g, f' = 1 - ρ g
    const [fRe, fIm, dRe, dIm] = [re - gRe, im - gIm, 1 - utilization * gRe, -utilization * gIm]
    const norm = dRe * dRe + dIm * dIm
    const [stepRe, stepIm] = [(fRe * dRe + fIm * dIm) / norm, (fIm * dRe - fRe * dIm) / norm]
    re -= stepRe
    im -= stepIm
    if (Math.abs(stepRe) + Math.abs(stepIm) < 1e-15) break
  }
  return (1 - re) / ((1 - re) * (1 - re) + im * im)
}

/** e^(i angle), |angle| below 8: Taylor's series at a 64th of it, then squared six times. */
export function unit(angle: number): { readonly re: number; readonly im: number } {
  const x = angle / 64
  const z = x * x
  let re = 1 - (z / 2) * (1 - (z / 12) * (1 - (z / 30) * (1 - z / 56)))
  let im = x * (1 - (z / 6) * (1 - (z / 20) * (1 - (z / 42) * (1 - z / 72))))
  for (let i = 0; i < 6; i++) [re, im] = [re * re - im * im, 2 * re * im]
  return { re, im }
}

/** Squared coefficients of variation: of the times between arrivals, and of the work. */
export interface Variability {
  readonly arrivals: number
  readonly work: number
}

/**
 * Mean wait of M/G/c by two moments. Exact for M/M/c, M/G/1 and (up to 64 servers) M/D/c.
 *
 * @param scv  squared coefficient of variation of the work
 * @source Kimura, A two-moment approximation for the mean waiting time in the GI/G/s queue (1986)
 */
export function waitOfMGc(stream: Stream, scv: number): Seconds {
  const waitMM = waitOfMMc(stream)
  if (!(waitMM > 0) || waitMM === Infinity) return waitMM
  return stream.servers === 1 ? (waitMM * (1 + scv)) / 2 : poissonWait(stream, waitMM, scv)
}

function poissonWait(stream: Stream, waitMM: Seconds, scv: number): Seconds {
  if (scv === 1) return waitMM
  const waitMD = scv < 1 ? waitOfMDc(stream) : waitMM * cosmetatos(stream)
  return (1 + scv) / ((2 * scv) / waitMM + (1 - scv) / waitMD)
}
