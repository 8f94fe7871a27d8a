/**
 * Where the time of requests went: lists of (point, waited, served), one for each record. What an attempt or branch
 * booked is appended to its caller's list when its answer is what the caller went on by, and forgotten otherwise; so
 * the list of a finished request holds its critical path alone.
 */
export class Ledger {
  point = new Int32Array(1024)
  next = new Int32Array(1024)
  wait = new Float64Array(1024)
  serve = new Float64Array(1024)
  private free = -1
  private used = 0

  /** A new entry, in no list yet. */
  entry(point: number, wait: number, serve: number): number {
    let at = this.free
    if (at >= 0) this.free = this.next[at] as number
    else {
      if (this.used === this.point.length) this.grow()
      at = this.used++
    }
    this.point[at] = point
    this.next[at] = -1
    this.wait[at] = wait
    this.serve[at] = serve
    return at
  }

  /** Frees a whole list at once. */
  drop(head: number, tail: number): void {
    this.next[tail] = this.free
    this.free = head
  }

  private grow(): void {
    const length = this.point.length * 2
    this.point = grownInts(this.point, length)
    this.next = grownInts(this.next, length)
    this.wait = grownFloats(this.wait, length)
    this.serve = grownFloats(this.serve, length)
  }
}

export function grownInts(from: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(length)
  to.set(from)
  return to
}

export function grownFloats(from: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(length)
  to.set(from)
  return to
}
