import type { RandomStream } from '../base/random.ts'
import { type Distribution, samplerOf } from '../model/distribution.ts'

const FIXED = 0
const EXPONENTIAL = 1
const OTHER = 2

/** Values drawn ahead: a number that a function returns costs memory, one that is read from an array does not. */
const BLOCK = 64

/** A law with the stream it is drawn from. */
export class Sampler {
  readonly law: Distribution
  /** The one value of a constant; else NaN. */
  readonly constant: number
  private readonly values = new Float64Array(BLOCK)
  private next = BLOCK
  private readonly code: number
  private readonly mean: number
  private readonly stream: RandomStream
  private readonly other: (stream: RandomStream) => number

  constructor(law: Distribution, stream: RandomStream) {
    this.law = law
    this.stream = stream
    this.other = samplerOf(law)
    this.code = law.law === 'fixed' ? FIXED : law.law === 'exponential' ? EXPONENTIAL : OTHER
    this.constant = law.law === 'fixed' ? law.value : Number.NaN
    this.mean = law.law === 'exponential' ? law.mean : 0
  }

  draw(): number {
    if (this.next === BLOCK) this.refill()
    return this.values[this.next++] as number
  }

  private refill(): void {
    const { values, stream } = this
    for (let i = 0; i < BLOCK; i++) values[i] = this.drawFrom(stream)
    this.next = 0
  }

  drawFrom(stream: RandomStream): number {
    if (this.code === FIXED) return this.constant
    if (this.code === EXPONENTIAL) return this.mean * stream.exponential()
    return Math.max(0, this.other(stream))
  }
}
