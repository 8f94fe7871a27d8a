/**
 * How often keys were used that are not in the cache, for LFU: without them a key that comes back would start as if
 * nobody had ever asked for it. Counts outlive an entry in TinyLFU (Einziger, Friedman and Manes 2017) and what is
 * built on it.
 */
export class PastUses {
  private readonly uses = new Map<number, number>()
  private prior: ((key: number) => number) | null
  /** Counts up to here were forgotten to make room. */
  private forgotten = 0

  /** @param prior  uses before the start; null: there were none */
  constructor(prior: ((key: number) => number) | null) {
    this.prior = prior
  }

  of(key: number): number {
    return this.uses.get(key) ?? this.prior?.(key) ?? 0
  }

  set(key: number, uses: number): void {
    this.uses.set(key, uses)
    if (this.uses.size > KEPT_MOST) this.makeRoom()
  }

  clear(): void {
    this.uses.clear()
    this.prior = null
    this.forgotten = 0
  }

  /** The rarest go: they are the last that could come in. */
  private makeRoom(): void {
    while (this.uses.size > KEPT_MOST / 2) {
      this.forgotten = 2 * this.forgotten + 1
      for (const [key, uses] of this.uses) if (uses - (this.prior?.(key) ?? 0) <= this.forgotten) this.uses.delete(key)
    }
  }
}

// About 30 MB.
const KEPT_MOST = 400_000
