import { exp, log } from './math.ts'

/** FNV-1a over UTF-16 code units, mixed: one 32-bit word from a text. */
export function hashText(text: string, start = 0x811c9dc5): number {
  let h = start | 0
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

/** A 32-bit finalizer with full avalanche. */
export function mix(word: number): number {
  let h = word | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** The stream for one purpose of one component: the same draws whatever else the design holds. */
export function createStream(seed: number | string, name: string): RandomStream {
  const first = hashText(`${seed}`)
  const words = [0, 1, 2, 3].map((i) => mix(hashText(name, mix(first + Math.imul(i, 0x9e3779b9)))))
  return new RandomStream(words[0] ?? 1, words[1] ?? 2, words[2] ?? 3, words[3] ?? 4)
}

const BLOCK = 256

/** xoshiro128** (Blackman and Vigna 2018), drawn 256 words at a time. */
export class RandomStream {
  private readonly words = new Uint32Array(BLOCK)
  private next = BLOCK
  private readonly state = new Uint32Array(4)

  constructor(a: number, b: number, c: number, d: number) {
    this.state[0] = a
    this.state[1] = b
    this.state[2] = c
    this.state[3] = d
    if ((a | b | c | d) === 0) this.state[0] = 1
  }

  private refill(): void {
    const state = this.state
    let a = state[0] as number
    let b = state[1] as number
    let c = state[2] as number
    let d = state[3] as number
    const words = this.words
    for (let i = 0; i < BLOCK; i++) {
      const r = Math.imul(b, 5)
      words[i] = Math.imul((r << 7) | (r >>> 25), 9)
      const t = b << 9
      c ^= a
      d ^= b
      b ^= c
      a ^= d
      c ^= t
      d = (d << 11) | (d >>> 21)
    }
    state[0] = a
    state[1] = b
    state[2] = c
    state[3] = d
    this.next = 0
  }

  uint32(): number {
    if (this.next === BLOCK) this.refill()
    return this.words[this.next++] as number
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return (this.uint32() * 2097152 + (this.uint32() >>> 11)) / 9007199254740992
  }

  /** Uniform in (0, 1). */
  uniformOpen(): number {
    return (this.uint32() + 0.5) / 4294967296
  }

  /** Whole number in 0..n-1. */
  below(n: number): number {
    // A word alone would favour some of many numbers by more than 1 in 65 000.
    return n <= 65_536 ? Math.floor((this.uint32() / 4294967296) * n) : Math.floor(this.uniform() * n)
  }

  /** Exponential with mean 1, by a ziggurat of 256 layers. */
  exponential(): number {
    for (;;) {
      const word = this.uint32()
      const layer = word & 255
      const x = (this.uint32() + (word >>> 8) / 16777216) * (EXP_WIDTH[layer] as number)
      if (x < (EXP_X[layer + 1] as number)) return x
      if (layer === 0) return EXP_R + this.exponential()
      const y = (EXP_F[layer] as number) + this.uniform() * ((EXP_F[layer + 1] as number) - (EXP_F[layer] as number))
      if (y < exp(-x)) return x
    }
  }

  /** Standard normal, by a ziggurat of 256 layers. */
  normal(): number {
    for (;;) {
      const word = this.uint32()
      const layer = word & 255
      const x = (this.uint32() + (word >>> 9) / 8388608) * (NORMAL_WIDTH[layer] as number)
      const sign = (word & 256) === 0 ? 1 : -1
      if (x < (NORMAL_X[layer + 1] as number)) return sign * x
      if (layer === 0) return sign * this.normalTail()
      const low = NORMAL_F[layer] as number
      if (low + this.uniform() * ((NORMAL_F[layer + 1] as number) - low) < exp(-0.5 * x * x)) return sign * x
    }
  }

  /** Beyond the base layer (Marsaglia 1964). */
  private normalTail(): number {
    for (;;) {
      const beyond = this.exponential() / NORMAL_R
      if (2 * this.exponential() > beyond * beyond) return NORMAL_R + beyond
    }
  }

  /** Gamma with this shape and scale 1 (Marsaglia and Tsang 2000). */
  gamma(shape: number): number {
    if (shape < 1) {
      const boost = exp(log(this.uniformOpen()) / shape)
      return this.gamma(shape + 1) * boost
    }
    const d = shape - 1 / 3
    const c = 1 / Math.sqrt(9 * d)
    for (;;) {
      const x = this.normal()
      const t = 1 + c * x
      if (t <= 0) continue
      const v = t * t * t
      if (log(this.uniformOpen()) < 0.5 * x * x + d - d * v + d * log(v)) return d * v
    }
  }
}

// Ziggurats (Marsaglia and Tsang 2000): 256 layers of equal area under e^-x and e^(-x²/2). x[0] is the virtual width
// of the base layer, which holds the tail beyond x[1] = r; x[256] = 0; f = the function there.
const EXP_R = 7.69711747013105
const EXP_X = new Float64Array(257)
const EXP_F = new Float64Array(257)
const EXP_WIDTH = new Float64Array(256)
const NORMAL_R = 3.6541528853610088
const NORMAL_X = new Float64Array(257)
const NORMAL_F = new Float64Array(257)
const NORMAL_WIDTH = new Float64Array(256)
{
  const area = 3.949659822581572e-3
  const inverse = (y: number): number => -log(y)
  layers({ x: EXP_X, f: EXP_F, width: EXP_WIDTH, r: EXP_R, area, density: (x) => exp(-x), inverse })
}
{
  const area = 4.92867323399e-3
  const inverse = (y: number): number => Math.sqrt(-2 * log(y))
  layers({
    x: NORMAL_X,
    f: NORMAL_F,
    width: NORMAL_WIDTH,
    r: NORMAL_R,
    area,
    density: (x) => exp(-0.5 * x * x),
    inverse,
  })
}

interface Ziggurat {
  readonly x: Float64Array
  readonly f: Float64Array
  readonly width: Float64Array
  readonly r: number
  readonly area: number
  readonly density: (x: number) => number
  readonly inverse: (y: number) => number
}

function layers({ x, f, width, r, area, density, inverse }: Ziggurat): void {
  x[0] = area / density(r)
  x[1] = r
  for (let i = 2; i < 256; i++) {
    const last = x[i - 1] as number
    x[i] = inverse(area / last + density(last))
  }
  x[256] = 0
  for (let i = 0; i <= 256; i++) f[i] = density(x[i] as number)
  // A draw is a 32-bit word and a fraction of one more.
  for (let i = 0; i < 256; i++) width[i] = (x[i] as number) / 4294967296
}
