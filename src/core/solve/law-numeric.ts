/** Roots and integrals of tails. */
import { log } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'

type Tail = (t: Seconds) => Ratio

/**
 * The smallest t >= `from` with P(T > t) <= `share`, to 1e-11 relative; Infinity when there is none below 1e15 s.
 *
 * @param scale  where to look first, seconds above `from`
 */
export function whereTailIs(tail: Tail, share: Ratio, { from, scale }: { from: Seconds; scale: Seconds }): Seconds {
  if (tail(from) <= share) return from
  let low = from
  let step = scale > 0 && scale < 1e15 ? scale : 1
  let high = from + step
  while (tail(high) > share) {
    low = high
    step *= 2
    high = from + step
    if (step > 1e15) return Infinity
  }
  if (low === from) {
    // Downwards in large steps: the answer may be many decades below the scale.
    for (let lower = step / 8; lower > step * 1e-14 && tail(from + lower) <= share; lower /= 8) high = from + lower
    low = from + (high - from) / 8
    if (tail(low) <= share) low = from
  }
  return between(tail, share, { low, high })
}

/** Secants on the logarithm of the tail (a line for an exponential), halves where they get stuck. */
function between(tail: Tail, share: Ratio, { low, high }: { low: Seconds; high: Seconds }): Seconds {
  const level = (t: Seconds): number => (share > 0 ? log(Math.max(1e-300, tail(t)) / share) : tail(t) - share)
  let above = level(low)
  let below = level(high)
  let kept = 0
  for (let n = 0; n < 200 && high - low > 1e-11 * high; n++) {
    const secant = low + ((high - low) * above) / (above - below)
    const guard = 1e-12 * high
    const next = n % 4 === 3 || !(above - below > 0) ? (low + high) / 2 : secant + guard
    const t = next > low && next < high ? next : (low + high) / 2
    const y = level(t)
    if (y > 0) {
      low = t
      above = y
      if (kept === 1) below /= 2
      kept = 1
    } else {
      high = t
      below = y
      if (kept === -1) above /= 2
      kept = -1
    }
  }
  return high
}

/** Nodes (above 0) and weights of the 7-point Gauss rule and of the 15-point one of Kronrod that contains it. */
const NODES = [
  0.991455371120813, 0.949107912342759, 0.864864423359769, 0.741531185599394, 0.586087235467691, 0.405845151377397,
  0.207784955007898,
]
const KRONROD = [
  0.022935322010529, 0.063092092629979, 0.10479001032225, 0.140653259715525, 0.169004726639267, 0.190350578064785,
  0.204432940075298,
]
const KRONROD_MIDDLE = 0.209482141084728
const GAUSS = [0, 0.12948496616887, 0, 0.279705391489277, 0, 0.381830050505119, 0]
const GAUSS_MIDDLE = 0.417959183673469

interface Pair {
  readonly first: number
  readonly second: number
}

/**
 * Mean (seconds) and second moment of a time above 0 from its tail: the integrals of S(t) and 2 t S(t), adaptively,
 * to about 1e-9; Infinity where the tail falls too slowly.
 */
export function momentsOfTail(tail: Tail, scale: Seconds): Pair {
  if (tail(0) <= 0) return { first: 0, second: 0 }
  let top = scale > 0 && scale < 1e12 ? scale : 1
  while (top < 1e12 && tail(top) > 1e-18) top *= 2
  while (top > 1e-12 && tail(top / 2) <= 1e-18) top /= 2
  // t S(t) <= mean (Markov): the largest of them says how exact to be.
  let least = 0
  for (let t = top; t > top * 1e-15 && t * tail(t) >= least; t /= 2) least = t * tail(t)
  let first = 0
  let second = 0
  let high = top
  for (let n = 0; n < 48; n++) {
    const low = n === 47 ? 0 : high / 2
    const part = integral(tail, { low, high, allowed: 1e-10 * least, depth: 0 })
    first += part.first
    second += part.second
    high = low
    if (high < first * 1e-4 && n < 46) n = 46
  }
  return withRemainder(tail, top, { first, second })
}

/** What a tail like a power adds beyond `top`. */
function withRemainder(tail: Tail, top: Seconds, { first, second }: Pair): Pair {
  const rest = tail(top)
  if (rest <= 1e-18) return { first, second }
  const shape = log(tail(top / 2) / rest) / log(2)
  return {
    first: shape > 1 ? first + (top * rest) / (shape - 1) : Infinity,
    second: shape > 2 ? second + (2 * top * top * rest) / (shape - 2) : Infinity,
  }
}

function integral(
  tail: Tail,
  { low, high, allowed, depth }: { low: Seconds; high: Seconds; allowed: number; depth: number },
): Pair {
  const middle = (low + high) / 2
  const half = (high - low) / 2
  const atMiddle = tail(middle)
  let gauss = GAUSS_MIDDLE * atMiddle
  let first = KRONROD_MIDDLE * atMiddle
  let second = KRONROD_MIDDLE * atMiddle * middle
  for (let i = 0; i < NODES.length; i++) {
    const x = half * (NODES[i] ?? 0)
    const below = tail(middle - x)
    const above = tail(middle + x)
    gauss += (GAUSS[i] ?? 0) * (below + above)
    first += (KRONROD[i] ?? 0) * (below + above)
    second += (KRONROD[i] ?? 0) * (below * (middle - x) + above * (middle + x))
  }
  if (depth >= 34 || half * Math.abs(first - gauss) <= allowed) {
    return { first: half * first, second: 2 * half * second }
  }
  const left = integral(tail, { low, high: middle, allowed: allowed / 2, depth: depth + 1 })
  const right = integral(tail, { low: middle, high, allowed: allowed / 2, depth: depth + 1 })
  return { first: left.first + right.first, second: left.second + right.second }
}
