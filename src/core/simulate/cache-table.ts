const SMALLEST = 16

/**
 * Keys of a cache by open addressing (linear probing, at most half full): key → entry, a small whole number that
 * stays the key's own until it is removed. What else is known of an entry stands in columns of `capacity` numbers.
 */
export class EntryTable {
  /** The key of each entry. */
  keys = new Float64Array(SMALLEST)
  /** Entries there are places for; doubles when they are used up. */
  capacity = SMALLEST
  count = 0
  private slots = new Int32Array(2 * SMALLEST)
  private shift = 32 - 5
  /** Entries that were given back, each with the one before it; -1 ends the list. */
  private nextFree = new Int32Array(SMALLEST)
  private free = -1
  /** Entries from here on were never used. */
  private fresh = 0

  /** The entry of a key; -1 when it has none. */
  find(key: number): number {
    const slots = this.slots
    const mask = slots.length - 1
    let at = this.home(key)
    for (;;) {
      const entry = (slots[at] as number) - 1
      if (entry < 0 || this.keys[entry] === key) return entry
      at = (at + 1) & mask
    }
  }

  /** A new entry for a key that has none. */
  add(key: number): number {
    let entry = this.free
    if (entry >= 0) this.free = this.nextFree[entry] as number
    else {
      if (this.fresh === this.capacity) this.grow()
      entry = this.fresh++
    }
    this.keys[entry] = key
    this.count += 1
    this.place(entry)
    return entry
  }

  remove(entry: number): void {
    const slots = this.slots
    const mask = slots.length - 1
    let hole = this.home(this.keys[entry] as number)
    while (slots[hole] !== entry + 1) hole = (hole + 1) & mask
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const home = this.home(this.keys[(slots[at] as number) - 1] as number)
      if (((at - home) & mask) < ((at - hole) & mask)) continue
      slots[hole] = slots[at] as number
      hole = at
    }
    slots[hole] = 0
    this.keys[entry] = Number.NaN
    this.nextFree[entry] = this.free
    this.free = entry
    this.count -= 1
  }

  clear(): void {
    this.slots.fill(0)
    this.free = -1
    this.fresh = 0
    this.count = 0
  }

  /** Entries are 0..limit-1; those that were given back have the key NaN. */
  get limit(): number {
    return this.fresh
  }

  private home(key: number): number {
    const high = key > 4294967295 ? Math.imul(Math.floor(key / 4294967296), 0x85ebca6b) : 0
    return Math.imul(key ^ high, 0x9e3779b1) >>> this.shift
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1
    let at = this.home(this.keys[entry] as number)
    while (this.slots[at] !== 0) at = (at + 1) & mask
    this.slots[at] = entry + 1
  }

  private grow(): void {
    this.capacity *= 2
    this.shift -= 1
    this.keys = longer(this.keys, this.capacity)
    this.nextFree = longer(this.nextFree, this.capacity)
    this.slots = new Int32Array(2 * this.capacity)
    for (let entry = 0; entry < this.fresh; entry++) this.place(entry)
  }
}

/** The same numbers with room for more. */
export function longer<T extends Float64Array | Int32Array>(column: T, length: number): T {
  const copy = (column instanceof Float64Array ? new Float64Array(length) : new Int32Array(length)) as T
  copy.set(column)
  return copy
}
