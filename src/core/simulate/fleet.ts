import type { Model } from '../model/model.ts'
import { instancesOf, strideOf } from './layout.ts'
import { addInt } from './numbers.ts'
import { type Placed, placedBy } from '../model/placement.ts'

/**
 * All instances of all groups, in one numbering: which are up, which those who pick believe to be up, and who leads.
 * Lists of pickable instances are made anew when something changes, so that a pick is a look into an array.
 */
export class Fleet {
  /** First instance, instances per shard, shards and first shard of each group. */
  readonly base: Int32Array
  readonly stride: Int32Array
  readonly shards: Int32Array
  readonly shardBase: Int32Array
  readonly detect: Float64Array
  readonly promote: Float64Array

  readonly group: Int32Array
  /** Where it stands; -1: nowhere. */
  readonly place: Int32Array
  /** Faults that keep it dead at the moment. */
  readonly deaths: Int32Array
  readonly isNoticed: Uint8Array
  /** Part of the group: started and not on its way out. */
  readonly isMember: Uint8Array
  /** Attempts that wait for an answer from it. */
  readonly outstanding: Int32Array
  readonly slow: Float64Array
  readonly delay: Float64Array
  readonly errorShare: Float64Array
  /** Of `errorShare`: those that are refused. */
  readonly denyShare: Float64Array
  /** Its disk takes no more. */
  readonly isFull: Uint8Array
  /** On its way out (a new version comes), or cut off from most of the others: nobody picks it, nobody follows it. */
  readonly isAside: Uint8Array
  /** Left out by its callers for a while. */
  readonly isEjected: Uint8Array
  /** Its name is given to those who ask for one, and since when that is so or not. */
  readonly isListed: Uint8Array
  readonly listedAt: Float64Array
  /** Of a group: when the last of them changed. */
  readonly relistedAt: Float64Array
  /** Speed of an instance that is not warm yet, and how often it was cold. */
  readonly warmth: Float64Array
  readonly colds: Int32Array
  /** Counts deaths and returns, so that a late notice is known to be late. */
  readonly turn: Int32Array

  /** Per shard: position of the acting leader, and where round robin is. */
  readonly leader: Int32Array
  readonly turns: Int32Array
  /** Per shard, at the number of its first instance: the pickable instances, and how many they are. */
  readonly pickable: Int32Array
  readonly pickableCount: Int32Array

  readonly upArea: Float64Array
  private readonly upSince: Float64Array
  private readonly up: Int32Array
  /** Where the keys of each group lie; null: by hash. */
  readonly placed: readonly (Placed | null)[]
  readonly places: number
  /** Round robin among those of one place: per shard and place. */
  readonly nearTurns: Int32Array

  constructor(model: Model) {
    const groups = model.groups.length
    this.base = new Int32Array(groups)
    this.stride = new Int32Array(groups)
    this.shards = new Int32Array(groups)
    this.shardBase = new Int32Array(groups)
    this.detect = Float64Array.from(model.groups, (group) => group.detect)
    this.promote = Float64Array.from(model.groups, (group) => group.promote)
    let instances = 0
    let shards = 0
    model.groups.forEach((group, index) => {
      this.base[index] = instances
      this.shardBase[index] = shards
      this.stride[index] = strideOf(group)
      this.shards[index] = group.shards
      instances += instancesOf(group)
      shards += group.shards
    })
    this.group = new Int32Array(instances)
    this.place = new Int32Array(instances).fill(-1)
    this.deaths = new Int32Array(instances)
    this.isNoticed = new Uint8Array(instances)
    this.isMember = new Uint8Array(instances)
    this.outstanding = new Int32Array(instances)
    this.slow = new Float64Array(instances).fill(1)
    this.delay = new Float64Array(instances)
    this.errorShare = new Float64Array(instances)
    this.denyShare = new Float64Array(instances)
    this.isFull = new Uint8Array(instances)
    this.isAside = new Uint8Array(instances)
    this.isEjected = new Uint8Array(instances)
    this.isListed = new Uint8Array(instances)
    this.listedAt = new Float64Array(instances)
    this.relistedAt = new Float64Array(groups)
    this.warmth = new Float64Array(instances).fill(1)
    this.colds = new Int32Array(instances)
    this.turn = new Int32Array(instances)
    this.leader = new Int32Array(shards)
    this.turns = new Int32Array(shards)
    this.pickable = new Int32Array(instances)
    this.pickableCount = new Int32Array(shards)
    this.placed = model.groups.map(({ placement, shards }) => placedBy(placement, shards))
    this.places = model.places.length
    this.nearTurns = new Int32Array(shards * Math.max(1, this.places))
    this.upArea = new Float64Array(groups)
    this.upSince = new Float64Array(groups)
    this.up = new Int32Array(groups)
    model.groups.forEach((group, index) => this.fill(group, index))
    this.listedAt.fill(-Infinity)
    this.relistedAt.fill(-Infinity)
  }

  private fill(group: Model['groups'][number], index: number): void {
    const base = this.base[index] as number
    const stride = this.stride[index] as number
    for (let i = 0; i < instancesOf(group); i++) {
      const position = i % stride
      this.group[base + i] = index
      const shard = (i - position) / stride
      this.place[base + i] = group.places[(shard + position) % Math.max(1, group.places.length)] ?? -1
      this.isMember[base + i] = position < group.perShard ? 1 : 0
    }
    this.relist(index, 0)
  }

  isUp(instance: number): boolean {
    return this.deaths[instance] === 0
  }

  /** Instances of the group that are up and members. */
  upCount(group: number): number {
    return this.up[group] as number
  }

  /** Makes the lists of a group anew. */
  relist(group: number, now: number): void {
    this.touch(group, now)
    const base = this.base[group] as number
    const stride = this.stride[group] as number
    let up = 0
    for (let shard = 0; shard < (this.shards[group] as number); shard++) {
      const first = base + shard * stride
      for (let i = first; i < first + stride; i++) {
        if (this.isMember[i] === 1 && this.deaths[i] === 0) up += 1
        const isListed = this.isMember[i] === 1 && this.isNoticed[i] === 0 ? 1 : 0
        if (isListed === this.isListed[i]) continue
        this.isListed[i] = isListed
        this.listedAt[i] = now
        this.relistedAt[group] = now
      }
      const count = this.gather(first, stride, 0)
      this.pickableCount[(this.shardBase[group] as number) + shard] = count > 0 ? count : this.gather(first, stride, 1)
    }
    this.up[group] = up
  }

  /** Nobody can do with none: when all that are left are ejected, they are picked. */
  private gather(first: number, stride: number, ejected: number): number {
    let count = 0
    for (let i = first; i < first + stride; i++) {
      if (this.isListed[i] === 1 && this.isEjected[i] === ejected) this.pickable[first + count++] = i
    }
    return count
  }

  /**
   * Takes instances off the lists until they are made anew; where nobody would be left, all stay.
   *
   * @returns whether any was taken off
   */
  hide(group: number, isHidden: (instance: number) => boolean): boolean {
    let isAny = false
    for (let shard = 0; shard < (this.shards[group] as number); shard++) {
      const row = (this.shardBase[group] as number) + shard
      const first = (this.base[group] as number) + shard * (this.stride[group] as number)
      const all = this.pickable.subarray(first, first + (this.pickableCount[row] as number))
      const left = all.filter((instance) => !isHidden(instance))
      if (left.length === 0 || left.length === all.length) continue
      all.set(left)
      this.pickableCount[row] = left.length
      isAny = true
    }
    return isAny
  }

  /** Brings the area under the number of instances up to now. */
  touch(group: number, now: number): void {
    const up = this.up[group] as number
    this.upArea[group] = (this.upArea[group] as number) + up * (now - (this.upSince[group] as number))
    this.upSince[group] = now
  }

  clear(now: number): void {
    for (let group = 0; group < this.base.length; group++) {
      this.touch(group, now)
      this.upArea[group] = 0
    }
  }

  count(instance: number, by: number): void {
    addInt(this.outstanding, instance, by)
  }
}
