import type { Model } from '../model/model.ts'
import type { Environment } from '../solve/environment.ts'
import type { Victims } from './failures.ts'

/**
 * How far a failure is: nobody has noticed and calls still go to the dead; they are left out, but their shards have no
 * leader yet; the next copies lead.
 */
export type Phase = 'unnoticed' | 'leaderless' | 'settled'

/** Dead positions, by group. */
export type Dead = ReadonlyMap<number, ReadonlySet<number>>

export function deadOf(victims: readonly Victims[]): Dead {
  const dead = new Map<number, Set<number>>()
  for (const { group, instances } of victims.flat()) {
    const known = dead.get(group) ?? new Set<number>()
    for (const instance of instances) known.add(instance)
    dead.set(group, known)
  }
  return dead
}

/** What is left of an environment while some instances are dead. */
export function without(model: Model, base: Environment, dead: Dead, phase: Phase = 'settled'): Environment {
  const minus = (all: readonly Uint8Array[]): Uint8Array[] =>
    all.map((own, group) => own.map((up, instance) => (dead.get(group)?.has(instance) === true ? 0 : up)))
  const alive = minus(base.alive)
  const leaders = base.leaders.map((own, group) =>
    own.map((leader, shard) => (phase === 'settled' ? leads(model, { group, shard, leader }, alive[group]) : leader)),
  )
  return { ...base, alive, serving: phase === 'unnoticed' ? base.serving : minus(base.serving), leaders }
}

interface Leading {
  readonly group: number
  readonly shard: number
  readonly leader: number
}

/** The position that leads a shard: the next copy that is there, unless none ever takes over. */
function leads(model: Model, { group, shard, leader }: Leading, alive: Uint8Array | undefined): number {
  const { perShardMax = 1, promote = Infinity } = model.groups[group] ?? {}
  const isUp = (position: number): boolean => alive?.[shard * perShardMax + position] === 1
  if (isUp(leader) || promote === Infinity) return leader
  for (let step = 1; step < perShardMax; step++) {
    const next = (leader + step) % perShardMax
    if (isUp(next)) return next
  }
  return leader
}

/**
 * States that do the same to a system have one signature: of each group the shards by which copies they lost, whichever
 * shards these are. Zones are not told apart.
 */
export function signatureOf(model: Model, dead: Dead): string {
  return [...dead]
    .sort(([a], [b]) => a - b)
    .map(([group, instances]) => {
      const { perShardMax = 1 } = model.groups[group] ?? {}
      const shards = new Map<number, { leader: number; others: number }>()
      for (const instance of instances) {
        const shard = Math.floor(instance / perShardMax)
        const lost = shards.get(shard) ?? { leader: 0, others: 0 }
        if (instance % perShardMax === 0) lost.leader = 1
        else lost.others += 1
        shards.set(shard, lost)
      }
      const lost = [...shards.values()].map(({ leader, others }) => `${leader}${others}`).sort()
      return `${group}:${lost.join(',')}`
    })
    .join(' ')
}
