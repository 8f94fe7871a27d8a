import type { Evidence } from '../evidence.ts'
import { roughly } from '../format.ts'
import type { Load } from '../loads.ts'
import type { Suspect, Trail } from './define.ts'

/** One shard much busier than its siblings, where keys decide who gets the work. */
export function hotShard({ root, evidence }: Trail): Suspect | null {
  if (root.load === null || root.load.resource.kind !== 'station') return null
  const shards = shardsOf(root.load, evidence)
  if (shards.length < 2) return null
  const most = Math.max(...shards)
  const others = (shards.reduce((total, x) => total + x, 0) - most) / (shards.length - 1)
  if (most < 0.75 || most < 1.4 * others) return null
  const note = `shard ${shards.indexOf(most)} is ${Math.round(100 * most)}% busy, the others ${roughly(others)}`
  return { ...root, reason: 'hot-shard', agree: Math.max(2, root.agree), note }
}

/** Of each shard the busiest copy: a leader is busier than its followers, whatever the keys. */
function shardsOf(load: Load, { model, visits }: Evidence): readonly number[] {
  const index = load.resource.group
  const group = model.groups[index]
  const isHashed = visits.some(({ calls }) => calls.some(({ to, pick }) => to === index && pick.within === 'hash'))
  if (!group) return []
  if (group.shards < 2) return isHashed ? load.copies : []
  const { perShardMax } = group
  return Array.from({ length: group.shards }, (_, shard) =>
    Math.max(0, ...load.copies.slice(shard * perShardMax, (shard + 1) * perShardMax)),
  )
}
