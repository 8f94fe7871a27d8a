import type { RandomStream } from '../base/random.ts'
import { ZipfSampler } from '../base/zipf.ts'
import type { Model } from '../model/model.ts'
import { FLOW, INTS, KEYS } from './field.ts'
import type { Kernel } from './kernel.ts'
import { grownFloats, grownInts } from './ledger.ts'
import { addInt } from './numbers.ts'
import type { Program } from './program.ts'
import type { Streams } from './streams.ts'

/**
 * Keys of requests: one set for each request, with one key for each domain, drawn when it is first asked for (0: not
 * yet). The records of a request share its set; it is free when the last of them is gone.
 */
export class Keys {
  readonly domains: number
  /** Of each flow and domain: where its keys come from. */
  readonly streams: readonly (RandomStream | null)[]
  readonly laws: readonly ZipfSampler[]
  values = new Float64Array(0)
  private users = new Int32Array(0)
  private next = new Int32Array(0)
  private free = -1

  constructor(model: Model, program: Program, streams: Streams) {
    this.domains = model.keyDomains.length
    this.laws = model.keyDomains.map(({ keys, exponent }) => new ZipfSampler(Math.max(1, Math.round(keys)), exponent))
    this.streams = program.keyStreams.map((name) => (name === '' ? null : streams.named(name)))
  }

  /** A new set with one user. */
  take(): number {
    if (this.free < 0) this.grow()
    const set = this.free
    this.free = this.next[set] as number
    this.users[set] = 1
    this.values.fill(0, set * this.domains, (set + 1) * this.domains)
    return set
  }

  share(set: number): void {
    if (set >= 0) addInt(this.users, set, 1)
  }

  drop(set: number): void {
    if (set < 0) return
    const users = (this.users[set] as number) - 1
    this.users[set] = users
    if (users > 0) return
    this.next[set] = this.free
    this.free = set
  }

  draw(flow: number, domain: number): number {
    const stream = this.streams[flow * this.domains + domain]
    const law = this.laws[domain]
    return stream && law ? law.draw(stream) : 1
  }

  private grow(): void {
    const from = this.users.length
    const length = Math.max(256, from * 2)
    this.users = grownInts(this.users, length)
    this.next = grownInts(this.next, length)
    this.values = grownFloats(this.values, length * this.domains)
    for (let set = length - 1; set >= from; set--) {
      this.next[set] = this.free
      this.free = set
    }
  }
}

/** The request's key in a domain. */
export function keyOf({ keys, records }: Kernel, record: number, domain: number): number {
  const set = records.ints[(record << INTS) | KEYS] as number
  const at = set * keys.domains + domain
  const known = keys.values[at] as number
  if (known > 0) return known
  const key = keys.draw(records.ints[(record << INTS) | FLOW] as number, domain)
  keys.values[at] = key
  return key
}

export function forgetKey({ keys, records }: Kernel, record: number, domain: number): void {
  keys.values[(records.ints[(record << INTS) | KEYS] as number) * keys.domains + domain] = 0
}
