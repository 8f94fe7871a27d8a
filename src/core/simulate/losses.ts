import type { Model } from '../model/model.ts'
import type { Outage } from '../result/statistics.ts'
import type { Fleet } from './fleet.ts'
import { instancesOf } from './layout.ts'

/** Writes that were answered, and that only their leader had when it died. */
interface Behind {
  count: number
  /** When the oldest of them was made. */
  since: number
}

/**
 * What failures cost the groups that keep something: how long a shard had no leader, which writes were lost with one,
 * and which data with its disks.
 */
export class Losses {
  /** By shard: when it lost its leader (NaN: it has one), and what only that one had. */
  private readonly leaderless: Float64Array
  private readonly behind: (Behind | null)[]
  /** By instance: whether its disk holds the data. */
  readonly hasData: Uint8Array
  /** By group: the longest time without a leader and when it began, writes lost, and the age of the oldest one. */
  readonly outage: Float64Array
  private readonly since: Float64Array
  readonly writes: Float64Array
  readonly age: Float64Array

  constructor(model: Model, shards: number, instances: number) {
    this.leaderless = new Float64Array(shards).fill(Number.NaN)
    this.behind = Array.from({ length: shards }, () => null)
    this.hasData = new Uint8Array(instances).fill(1)
    const groups = model.groups.length
    this.outage = new Float64Array(groups)
    this.since = new Float64Array(groups)
    this.writes = new Float64Array(groups)
    this.age = new Float64Array(groups)
  }

  loseLeader(row: number, now: number): void {
    if (Number.isNaN(this.leaderless[row])) this.leaderless[row] = now
  }

  /** A write that its leader had answered and not yet copied: lost, unless the leader comes back. */
  leaveBehind(row: number, since: number): void {
    const known = this.behind[row] ?? { count: 0, since }
    this.behind[row] = { count: known.count + 1, since: Math.min(known.since, since) }
  }

  /** Somebody else leads the shard now: what only the dead one had is lost. */
  replaceLeader(
    row: number,
    group: number,
    { now, lostAt = null }: { readonly now: number; readonly lostAt?: number | null },
  ): void {
    const behind = this.behind[row]
    if (behind) {
      this.writes[group] = (this.writes[group] as number) + behind.count
      this.age[group] = Math.max(this.age[group] as number, (lostAt ?? this.lostAt(row, now)) - behind.since)
    }
    this.endOutage(row, group, now)
  }

  /** The same instance leads again: from its disk it has all that it had, from memory nothing. */
  returnLeader(row: number, group: number, now: number, isOnDisk: boolean): void {
    if (!isOnDisk) return this.replaceLeader(row, group, { now })
    this.endOutage(row, group, now)
  }

  /** All copies are gone: what was written since this age is lost. */
  loseData(group: number, age: number): void {
    this.age[group] = Math.max(this.age[group] as number, age)
  }

  isLeaderless(row: number): boolean {
    return !Number.isNaN(this.leaderless[row])
  }

  private lostAt(row: number, now: number): number {
    const since = this.leaderless[row] as number
    return Number.isNaN(since) ? now : since
  }

  private endOutage(row: number, group: number, now: number): void {
    const since = this.leaderless[row] as number
    if (now - since > (this.outage[group] as number)) {
      this.outage[group] = now - since
      this.since[group] = since
    }
    this.leaderless[row] = Number.NaN
    this.behind[row] = null
  }

  /** The longest time without a leader so far, those that last included. */
  longestOutage(group: number, { shardBase, shards }: Fleet, now: number): Outage | null {
    let longest: Outage = { since: this.since[group] as number, time: this.outage[group] as number, isOver: true }
    const first = shardBase[group] as number
    for (let row = first; row < first + (shards[group] as number); row++) {
      const since = this.leaderless[row] as number
      if (now - since > longest.time) longest = { since, time: now - since, isOver: false }
    }
    return longest.time > 0 ? longest : null
  }

  clear(): void {
    this.outage.fill(0)
    this.writes.fill(0)
    this.age.fill(0)
  }
}

export const createLosses = (model: Model): Losses =>
  new Losses(
    model,
    model.groups.reduce((sum, { shards }) => sum + shards, 0),
    model.groups.reduce((sum, group) => sum + instancesOf(group), 0),
  )
