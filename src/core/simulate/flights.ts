import { AT, DONE, FLOATS, INTS, MODE, NEXT, OUTCOME, PC, POINT, PREV, SINCE, WAKE } from './field.ts'
import { keyOf } from './keys.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { copyAt } from './records.ts'
import type { LookupSite } from './sites.ts'

/**
 * Miss paths under way, by cache copy and key: one record walks it, the others wait in a list behind it. A table with
 * open addressing; an entry is its leader's place in it, which the leader keeps in a local.
 */
export class Flights {
  private keys = new Float64Array(64).fill(-1)
  private flights = new Int32Array(64)
  private used = 0
  private free = -1
  /** Of each flight: its key, and its first and last follower. */
  key = new Float64Array(16)
  head = new Int32Array(16)
  tail = new Int32Array(16)
  private next = new Int32Array(16)
  private made = 0

  /** The flight for this key; -1: there is none. */
  find(key: number): number {
    const mask = this.keys.length - 1
    for (let i = spread(key) & mask; ; i = (i + 1) & mask) {
      const here = this.keys[i] as number
      if (here === key) return this.flights[i] as number
      if (here < 0) return -1
    }
  }

  open(key: number): number {
    if (this.used * 2 >= this.keys.length) this.rehash()
    const flight = this.take()
    this.key[flight] = key
    this.head[flight] = -1
    this.tail[flight] = -1
    this.place(key, flight)
    this.used += 1
    return flight
  }

  close(flight: number): void {
    const mask = this.keys.length - 1
    const key = this.key[flight] as number
    let hole = spread(key) & mask
    while (this.keys[hole] !== key) hole = (hole + 1) & mask
    // Entries behind the hole move up as long as that does not take them before their own place.
    for (let i = (hole + 1) & mask; (this.keys[i] as number) >= 0; i = (i + 1) & mask) {
      const home = spread(this.keys[i] as number) & mask
      if (((i - home) & mask) < ((i - hole) & mask)) continue
      this.keys[hole] = this.keys[i] as number
      this.flights[hole] = this.flights[i] as number
      hole = i
    }
    this.keys[hole] = -1
    this.used -= 1
    this.next[flight] = this.free
    this.free = flight
  }

  private take(): number {
    if (this.free >= 0) {
      const flight = this.free
      this.free = this.next[flight] as number
      return flight
    }
    if (this.made === this.head.length) this.grow()
    return this.made++
  }

  private place(key: number, flight: number): void {
    const mask = this.keys.length - 1
    let i = spread(key) & mask
    while ((this.keys[i] as number) >= 0) i = (i + 1) & mask
    this.keys[i] = key
    this.flights[i] = flight
  }

  private rehash(): void {
    const { keys, flights } = this
    this.keys = new Float64Array(keys.length * 2).fill(-1)
    this.flights = new Int32Array(keys.length * 2)
    keys.forEach((key, i) => {
      if (key >= 0) this.place(key, flights[i] as number)
    })
  }

  private grow(): void {
    const length = this.head.length * 2
    const longer = (from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const to = new Int32Array(length)
      to.set(from)
      return to
    }
    const keys = new Float64Array(length)
    keys.set(this.key)
    this.key = keys
    this.head = longer(this.head)
    this.tail = longer(this.tail)
    this.next = longer(this.next)
  }
}

const spread = (key: number): number => {
  const low = (key % 4294967296) | 0
  const mixed = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(Math.floor(key / 4294967296), 0x9e3779b9)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** Keys are below this; the copy of the cache stands above. */
const KEYS_MOST = 2 ** 40

/** A record missed: it leads a new flight (true), or waits for the one that is under way. */
export function board(kernel: Kernel, record: number, site: LookupSite): boolean {
  const { records, caches, now } = kernel
  const copy = copyAt(records, record, kernel.layout.base(site.cache), site.depth)
  const key = copy * KEYS_MOST + keyOf(kernel, record, site.domain)
  const flights = caches.flights
  const flight = flights.find(key)
  if (flight < 0) {
    records.locals[record * records.slots + site.slot] = flights.open(key)
    return true
  }
  records.ints[(record << INTS) | MODE] = op.IN_FLIGHT
  records.ints[(record << INTS) | AT] = flight
  records.floats[(record << FLOATS) | SINCE] = now
  records.floats[(record << FLOATS) | DONE] = 0
  records.ints[(record << INTS) | POINT] = site.waitPoint
  const tail = flights.tail[flight] as number
  records.ints[(record << INTS) | PREV] = tail
  records.ints[(record << INTS) | NEXT] = -1
  if (tail >= 0) records.ints[(tail << INTS) | NEXT] = record
  else flights.head[flight] = record
  flights.tail[flight] = record
  return false
}

/** The leader is through: all that waited go on, well or with its failure. */
export function endFlight(kernel: Kernel, record: number, slot: number, failure: number): void {
  const { caches, records } = kernel
  const flights = caches.flights
  const flight = records.locals[record * records.slots + slot] as number
  for (let waiting = flights.head[flight] as number; waiting >= 0; ) {
    const next = records.ints[(waiting << INTS) | NEXT] as number
    wake(kernel, waiting, failure)
    waiting = next
  }
  flights.close(flight)
}

function wake({ records, ready, now }: Kernel, record: number, failure: number): void {
  records.book(
    record,
    records.ints[(record << INTS) | POINT] as number,
    now - (records.floats[(record << FLOATS) | SINCE] as number),
    0,
  )
  records.ints[(record << INTS) | MODE] = op.RUNNING
  records.ints[(record << INTS) | OUTCOME] = failure
  records.forgetWake(record)
  ready.push(record, records.ints[(record << INTS) | WAKE] as number)
}

/** A follower is taken away. */
export function leaveFlight({ records, caches }: Kernel, record: number): void {
  const flights = caches.flights
  const flight = records.ints[(record << INTS) | AT] as number
  const after = records.ints[(record << INTS) | NEXT] as number
  const before = records.ints[(record << INTS) | PREV] as number
  if (before >= 0) records.ints[(before << INTS) | NEXT] = after
  else flights.head[flight] = after
  if (after >= 0) records.ints[(after << INTS) | PREV] = before
  else flights.tail[flight] = before
}

/** The leader is taken away: the first that waits walks the miss path in its place. */
export function passFlight(kernel: Kernel, record: number, slot: number): void {
  const { records, caches, program } = kernel
  const flights = caches.flights
  const flight = records.locals[record * records.slots + slot] as number
  const heir = flights.head[flight] as number
  if (heir < 0) {
    flights.close(flight)
    return
  }
  leaveFlight(kernel, heir)
  wake(kernel, heir, op.GOOD)
  const lookup = program.lookups[
    program.code[(records.ints[(heir << INTS) | PC] as number) * op.WORDS + op.SITE] as number
  ] as LookupSite
  records.locals[heir * records.slots + lookup.slot] = flight
  records.ints[(heir << INTS) | PC] = lookup.missAt
}
