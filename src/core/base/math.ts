/**
 * Elementary functions from + − × ÷ and bit moves alone. Engines differ in the last bit of Math.log and Math.exp;
 * a simulation that must give the same bytes everywhere cannot use them.
 */
const view = new DataView(new ArrayBuffer(8))
const LN2_HIGH = 0.693147180369123816490
const LN2_LOW = 1.90821492927058770002e-10

/** Natural logarithm; -Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN
  if (x === Infinity) return x
  let exponent = 0
  let value = x
  if (value < 2.2250738585072014e-308) {
    value *= 18014398509481984
    exponent -= 54
  }
  view.setFloat64(0, value)
  const high = view.getUint32(0)
  exponent += (high >>> 20) - 1023
  view.setUint32(0, (high & 0x000fffff) | 0x3ff00000)
  let mantissa = view.getFloat64(0)
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5
    exponent += 1
  }
  // log m = 2 atanh(s), s = (m - 1)/(m + 1), |s| < 0.1716
  const f = mantissa - 1
  const s = f / (2 + f)
  const z = s * s
  const series =
    z * (2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * (2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + (z * 2) / 21)))))))))
  const half = 0.5 * f * f
  return exponent * LN2_HIGH - (half - (s * (half + series) + exponent * LN2_LOW) - f)
}

/** e to the x. */
export function exp(x: number): number {
  if (x !== x) return x
  if (x > 709.782712893384) return Infinity
  if (x < -745.1332191019411) return 0
  const k = Math.floor(x * 1.4426950408889634 + 0.5)
  const r = x - k * LN2_HIGH - k * LN2_LOW
  // Taylor on |r| <= ln2/2: 14 terms are below half a unit in the last place.
  let sum = 1 / 6227020800
  for (let n = 12; n >= 1; n--) sum = sum * r + INVERSE_FACTORIAL[n]!
  const value = 1 + r * sum
  return scale(value, k)
}

const INVERSE_FACTORIAL: readonly number[] = Array.from({ length: 14 }, (_, n) => {
  let f = 1
  for (let i = 2; i <= n; i++) f *= i
  return 1 / f
})

function scale(value: number, k: number): number {
  if (k > 1000) return scale(value * powerOfTwo(1000), k - 1000)
  if (k < -1000) return scale(value * powerOfTwo(-1000), k + 1000)
  return value * powerOfTwo(k)
}

function powerOfTwo(k: number): number {
  view.setUint32(0, (k + 1023) << 20)
  view.setUint32(4, 0)
  return view.getFloat64(0)
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

/** log Γ(x) for x > 0 (Lanczos, 9 terms). */
export function logGamma(x: number): number {
  if (x < 0.5) return log(Math.PI / (sinPi(x) * exp(logGamma(1 - x))))
  const t = x - 1
  let sum = 0.99999999999980993
  for (let i = 0; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (t + i + 1)
  const w = t + 7.5
  return 0.9189385332046727 + (t + 0.5) * log(w) - w + log(sum)
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
]

/** sin(πx) for 0 <= x <= 1/2. */
function sinPi(x: number): number {
  const y = Math.PI * x
  const z = y * y
  let sum = 0
  for (let n = 10; n >= 0; n--) sum = 1 - (z / ((2 * n + 2) * (2 * n + 3))) * (n === 10 ? 1 : sum)
  return y * sum
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
  const n = ((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783
  const d = (((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1
  return n / d
}

function centreStart(p: number): number {
  const q = p - 0.5
  const r = q * q
  const n = (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r - 30.66479806614716) * r + 2.506628277459239) * q
  const d = ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1
  return n / d
}

/** P(N <= x) by the series near 0 and the continued fraction in the tails. */
export function normalCdf(x: number): number {
  const a = Math.abs(x)
  const density = exp((-x * x) / 2) / 2.5066282746310002
  if (a > 38) return x > 0 ? 1 : 0
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
  for (let n = 60; n >= 1; n--) fraction = n / (a + fraction)
  const tail = density / (a + fraction)
  return x > 0 ? 1 - tail : tail
}
