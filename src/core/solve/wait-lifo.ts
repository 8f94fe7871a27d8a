import { exp, log } from '../base/math.ts'
import { exact } from '../result/solution.ts'
import { exponentialMixture, type Law } from './law.ts'
import { approximately, noWait, patient, type Outcome, type Traffic } from './station-load.ts'
import { unit } from './wait-erlang.ts'
import { meanWait } from './wait-fifo.ts'
import type { MeanWait } from './wait-renewal.ts'
import { lawOfWaits, thirdMoment } from './wait-stages.ts'

/** Last come first served, work is not interrupted: the wait of those who wait is a busy period. */
export function lastFirst(traffic: Traffic): Outcome {
  if (!(traffic.rate > 0 && traffic.work > 0)) return noWait
  const { mean, share } = meanWait(traffic)
  const load = (traffic.rate * traffic.work) / traffic.servers
  const { work } = traffic.scv
  // E W² of M/G/1 by the second and third moment of work.
  const m = traffic.work / traffic.servers
  const second = traffic.rate * m * m * (1 + work)
  const one = second / (2 * (1 - load))
  const scv = (): number => {
    const third = (traffic.rate * thirdMoment(traffic.law)) / traffic.servers ** 3
    const rest = 1 - load
    return ((third / (3 * rest * rest) + (second * second) / (2 * rest * rest * rest)) * load) / (one * one) - 1
  }
  if (traffic.isPoisson && traffic.isExponential)
    return patient(mean, traffic, () => busyPeriod(traffic, { mean, share }), exact)
  const isSure = traffic.isPoisson && traffic.servers === 1
  const error = { mean: isSure ? 0 : 0.1, tail: 0.25 }
  const method = approximately('last come first served', 'Takács 1962, two moments', error)
  return patient(mean, traffic, () => lawOfWaits(share, mean, scv()), method)
}

const NODES = 28

/**
 * M/M/c: a busy period of arrivals λ and service cμ is a mixture of exponentials with rates x between (√cμ ∓ √λ)²,
 * weights √((x-a)(b-x))/(2πλx) dx; taken at 28 rates, evenly by an angle in log x.
 * @source Takács (1962), by the cut of the transform; Abate and Whitt, Transient behavior of the M/M/1 queue (1988)
 */
function busyPeriod({ servers, rate, work }: Traffic, { mean, share }: MeanWait): Law {
  const root = Math.sqrt(servers / work)
  const [a, b] = [
    (root - Math.sqrt(rate)) * (root - Math.sqrt(rate)),
    (root + Math.sqrt(rate)) * (root + Math.sqrt(rate)),
  ]
  const octaves = log(b / a)
  const parts = Array.from({ length: NODES }, (_, i) => {
    const { re, im } = unit(((i + 0.5) * Math.PI) / NODES)
    const x = a * exp((octaves * (1 - re)) / 2)
    return { share: Math.sqrt(Math.max(0, (x - a) * (b - x))) * im, rate: x }
  })
  const whole = parts.reduce((sum, part) => sum + part.share, 0)
  const times = parts.reduce((sum, part) => sum + part.share / part.rate, 0) / whole / (mean / share)
  return exponentialMixture(
    1 - share,
    parts.map((part) => ({ share: (share * part.share) / whole, rate: part.rate * times })),
  )
}
