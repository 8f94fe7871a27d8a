/**
 * Elementary functions from + − × ÷ and bit moves alone. Engines differ in the last bit of Math.log and Math.exp;
 * a simulation that must give the same bytes everywhere cannot use them.
 */
const asFloat = new Float64Array(1)
const asWords = new Uint32Array(asFloat.buffer)
// Which of the two words has sign and exponent.
asFloat[0] = -0
const HIGH = asWords[1] === 0x80000000 ? 1 : 0
// 2^-1024 .. 2^1023; multiplying by one is exact, and faster than composing the bits.
const POWERS = new Float64Array(2048)
POWERS[1024] = 1
for (let k = 1; k < 1024; k++) POWERS[1024 + k] = 2 * (POWERS[1023 + k] as number)
for (let k = 1; k <= 1024; k++) POWERS[1024 - k] = (POWERS[1025 - k] as number) / 2
const LN2_HIGH = 0.69314718036912381649
const LN2_LOW = 1.90821492927058770002e-10

/** Natural logarithm; -Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x >= 2.2250738585072014e-308)) return logOfSmall(x)
  if (x === Infinity) return x
  asFloat[0] = x
  const high = asWords[HIGH] as number
  // Exponents are counted from sqrt(1/2), so that x near 1 loses nothing.
  const offset = (high & 0xfffff) + 0x95f64
  const exponent = (high >>> 20) - 1023 + (offset >>> 20)
  const f = x * (POWERS[1024 - exponent] as number) - 1
  // log(1 + f) = 2 atanh(s), s = f/(2 + f), |s| < 0.1716
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const odd = w * (LOG_4 + w * (LOG_8 + w * (LOG_12 + w * (LOG_16 + w * LOG_20))))
  const even = z * (LOG_2 + w * (LOG_6 + w * (LOG_10 + w * (LOG_14 + w * LOG_18))))
  const half = 0.5 * f * f
  return exponent * LN2_HIGH - (half - (s * (half + odd + even) + exponent * LN2_LOW) - f)
}

// 2/3, 2/5, 2/7 ...: the series of 2 atanh(s)/s - 2 in powers of s.
const LOG_2 = 2 / 3
const LOG_4 = 2 / 5
const LOG_6 = 2 / 7
const LOG_8 = 2 / 9
const LOG_10 = 2 / 11
const LOG_12 = 2 / 13
const LOG_14 = 2 / 15
const LOG_16 = 2 / 17
const LOG_18 = 2 / 19
const LOG_20 = 2 / 21

function logOfSmall(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN
  return log(x * 18014398509481984) - 54 * LN2_HIGH - 54 * LN2_LOW
}

/** e to the x. */
export function exp(x: number): number {
  if (!(x > -708 && x < 709)) return expOfLarge(x)
  const k = Math.floor(x * 1.4426950408889634 + 0.5)
  return expOfRest(x, k) * (POWERS[1024 + k] as number)
}

/** e^(x - k ln2), k being the whole number nearest to x/ln2. */
function expOfRest(x: number, k: number): number {
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  // The sum of r^(n-2)/n! by halves: |r| <= ln2/2, so 14 terms are below half a unit in the last place.
  const q = r * r
  const even = EXP_2 + q * (EXP_4 + q * (EXP_6 + q * (EXP_8 + q * (EXP_10 + q * EXP_12))))
  const odd = EXP_3 + q * (EXP_5 + q * (EXP_7 + q * (EXP_9 + q * (EXP_11 + q * EXP_13))))
  // What rounding took from r comes back before the last addition.
  return 1 + (r + (q * (even + r * odd) + (high - r - low)))
}

const EXP_2 = 1 / 2
const EXP_3 = 1 / 6
const EXP_4 = 1 / 24
const EXP_5 = 1 / 120
const EXP_6 = 1 / 720
const EXP_7 = 1 / 5040
const EXP_8 = 1 / 40320
const EXP_9 = 1 / 362880
const EXP_10 = 1 / 3628800
const EXP_11 = 1 / 39916800
const EXP_12 = 1 / 479001600
const EXP_13 = 1 / 6227020800

function expOfLarge(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893384) return Infinity
  if (x < -745.1332191019411) return 0
  // The power of two, or the result, leaves the normal range: in two steps.
  const k = Math.floor(x * 1.4426950408889634 + 0.5)
  const half = k >> 1
  return expOfRest(x, k) * (POWERS[1024 + half] as number) * (POWERS[1024 + k - half] as number)
}

/** e^x - 1, exact to the last digits near 0 too. */
export function expm1(x: number): number {
  if (Math.abs(x) > 0.5) return exp(x) - 1
  let term = x
  let sum = x
  for (let n = 2; n < 20 && Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= x / n
    sum += term
  }
  return sum
}

/** log(1 + x), exact to the last digits near 0 too. */
export function log1p(x: number): number {
  const y = 1 + x
  if (y === 1) return x
  if (y <= 0 || x === Infinity) return log(y)
  // What rounding took from 1 + x, to first order (Kahan).
  return log(y) - (y - 1 - x) / y
}

/** x to the y for x >= 0. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1
  if (x === 0) return y > 0 ? 0 : Infinity
  if (y === 1) return x
  if (y === 2) return x * x
  if (y === -1) return 1 / x
  return exp(y * log(x))
}

/** log Γ(x) for x > 0. @source Lanczos approximation, g = 7, 9 terms (Godfrey 2001); about 1e-14 */
export function logGamma(x: number): number {
  if (x < 0.5) return log(Math.PI / sinPi(x)) - logGamma(1 - x)
  const t = x - 1
  let sum = 0.99999999999980993
  for (let i = 0; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (t + i + 1)
  const w = t + 7.5
  return 0.9189385332046727 + (t + 0.5) * log(w) - w + log(sum)
}

const LANCZOS: readonly number[] = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/** sin(πx) for 0 <= x <= 1/2. */
function sinPi(x: number): number {
  const y = Math.PI * x
  const z = y * y
  let sum = 1
  for (let n = 11; n >= 0; n--) sum = 1 - (z / ((2 * n + 2) * (2 * n + 3))) * sum
  return y * sum
}

/**
 * Regularized incomplete gamma functions: P(a, x) = P(X <= x) for X gamma with shape a and scale 1, and Q = 1 - P, each
 * right to about 1e-13 of itself.
 */
export function incompleteGamma(a: number, x: number): { readonly p: number; readonly q: number } {
  if (!(x > 0)) return { p: 0, q: 1 }
  if (x === Infinity) return { p: 1, q: 0 }
  const front = exp(a * log(x) - x - logGamma(a))
  if (x < a + 1) {
    let term = 1 / a
    let sum = term
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= x / (a + n)
      sum += term
    }
    return { p: front * sum, q: 1 - front * sum }
  }
  const q = front * upperGammaFraction(a, x)
  return { p: 1 - q, q }
}

/** Γ(a, x) e^x x^-a by Lentz' continued fraction, for x > a + 1. */
function upperGammaFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = Infinity
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 10_000; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / (an * d + b)
    c = b + an / c
    fraction *= c * d
    if (Math.abs(c * d - 1) < 1e-16) break
  }
  return fraction
}

/** Quantile of the standard normal law, to about 1e-15 (Acklam's start, one Newton-Halley step on erfc). */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN
  if (p > 0.5) return -normalQuantile(1 - p)
  let x = p < 0.02425 ? tailStart(p) : centreStart(p)
  for (let i = 0; i < 2; i++) {
    const error = normalCdf(x) - p
    const step = error * 2.5066282746310002 * exp((x * x) / 2)
    x -= step / (1 + (x * step) / 2)
  }
  return x
}

function tailStart(p: number): number {
  const q = Math.sqrt(-2 * log(p))
  const n =
    ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
      4.374664141464968) *
      q +
    2.938163982698783
  const d = (((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1
  return n / d
}

function centreStart(p: number): number {
  const q = p - 0.5
  const r = q * q
  const n =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q
  const d =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1
  return n / d
}

/** P(N <= x), right to about 1e-14 of itself in both tails: series near 0, continued fraction beyond 3. */
export function normalCdf(x: number): number {
  const a = Math.abs(x)
  if (a > 38.6) return x > 0 ? 1 : 0
  const density = exp(-0.5 * a * a) / 2.5066282746310002
  if (a < 3) {
    let term = a
    let sum = a
    for (let n = 1; n < 120 && term > sum * 1e-17; n++) {
      term *= (a * a) / (2 * n + 1)
      sum += term
    }
    return x >= 0 ? 0.5 + density * sum : 0.5 - density * sum
  }
  let fraction = 0
  for (let n = 80; n >= 1; n--) fraction = n / (a + fraction)
  const tail = density / (a + fraction)
  return x > 0 ? 1 - tail : tail
}
