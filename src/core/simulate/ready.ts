import { grownInts } from './ledger.ts'

/**
 * Records that can go on now, in the order in which they became able to. A record that is gone by then is skipped by
 * its tag.
 */
export class Ready {
  record = 0
  tag = 0
  /** Records that wait for their turn. */
  size = 0
  private records = new Int32Array(64)
  private tags = new Int32Array(64)
  private head = 0

  push(record: number, tag: number): void {
    if (this.size === this.records.length) this.grow()
    const at = (this.head + this.size) & (this.records.length - 1)
    this.records[at] = record
    this.tags[at] = tag
    this.size += 1
  }

  /** Takes the next one into `record` and `tag`; false when there is none. */
  pop(): boolean {
    if (this.size === 0) return false
    this.record = this.records[this.head] as number
    this.tag = this.tags[this.head] as number
    this.head = (this.head + 1) & (this.records.length - 1)
    this.size -= 1
    return true
  }

  private grow(): void {
    const length = this.records.length
    const turned = (from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const to = grownInts(from.subarray(this.head), length * 2)
      to.set(from.subarray(0, this.head), length - this.head)
      return to
    }
    this.records = turned(this.records)
    this.tags = turned(this.tags)
    this.head = 0
  }
}
