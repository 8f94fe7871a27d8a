import type { Model, Scaler } from '../model/model.ts'
import type { Environment } from './environment.ts'
import { type Steady, steadyState } from './steady.ts'
import type { Memory } from './warm.ts'

/** Off by less than this share, a scaler does nothing. */
const SLACK = 0.1
const MOST_TURNS = 5

/** The steady state in which no autoscaler wants another number of instances. */
export function scaledOut(
  model: Model,
  environment: Environment,
  from: 'healthy' | 'overloaded',
  memory: Memory | null = null,
): Steady {
  let here = environment
  let steady = steadyState(model, here, from, memory)
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const orders = model.scalers.flatMap((scaler) => orderOf(scaler, model, steady))
    if (orders.length === 0) return steady
    here = orders.reduce((changed, order) => withInstances(changed, model, order), here)
    steady = steadyState(model, here, from, memory)
  }
  return steady
}

interface Order {
  readonly group: number
  /** Per shard. */
  readonly instances: number
}

function orderOf(scaler: Scaler, model: Model, steady: Steady): readonly Order[] {
  const { environment } = steady.network
  const { shards = 1 } = model.groups[scaler.group] ?? {}
  const now = environment.members[scaler.group] ?? 1
  const times = measured(scaler, steady, now * shards) / scaler.target
  if (!(now > 0) || Math.abs(times - 1) <= SLACK) return []
  const wanted = Math.min(scaler.max, Math.max(scaler.min, 1, Math.ceil(now * times - 1e-9)))
  return wanted === now ? [] : [{ group: scaler.group, instances: wanted }]
}

/** Busy share, requests at an instance, or messages that wait for each. */
function measured({ by, station, group }: Scaler, { state, network }: Steady, instances: number): number {
  if (by === 'busy') {
    const at = state.stations.get(station)
    const copies = at?.alike.reduce((sum, one) => sum + one.copies.length, 0) ?? 1
    return (
      (at?.alike.reduce((sum, { answer, copies: own }) => sum + answer.offered * own.length, 0) ?? 0) /
      Math.max(1, copies)
    )
  }
  if (by === 'requests') {
    const inside = network.nodes.filter(({ step, rate }) => step.kind === 'call' && step.to === group && rate > 0)
    const present = inside.reduce(
      (sum, { rate, attempts }) => sum + rate * attempts.sent * Math.min(1e3, attempts.held),
      0,
    )
    return present / Math.max(1, instances)
  }
  const lag = network.model.consumers.reduce((sum, consumer, index) => {
    const found = state.consumers.get(index)
    return consumer.group === group && found !== undefined
      ? sum + found.messages * Math.min(1e6, found.waiting + found.held)
      : sum
  }, 0)
  return lag / Math.max(1, instances)
}

/** Those who go are the last ones, and new ones come after all others: who is dead stays it. */
function withInstances(environment: Environment, model: Model, { group, instances }: Order): Environment {
  const { perShardMax = 1 } = model.groups[group] ?? {}
  const before = environment.members[group] ?? 1
  const isUp = (own: number, position: number): number => (position >= instances ? 0 : position < before ? own : 1)
  const replaced = (all: readonly Uint8Array[]): readonly Uint8Array[] =>
    all.map((own, i) => (i === group ? own.map((up, at) => isUp(up, at % perShardMax)) : own))
  return {
    ...environment,
    alive: replaced(environment.alive),
    serving: replaced(environment.serving),
    members: environment.members.map((own, i) => (i === group ? instances : own)),
  }
}
