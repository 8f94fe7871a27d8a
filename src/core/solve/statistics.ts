import { type HistogramSnapshot, snapshotOf } from '../base/histogram.ts'
import type { Seconds } from '../base/units.ts'
import { type Failure, failures } from '../model/error.ts'
import { meanOf } from '../model/distribution.ts'
import type {
  FlowStatistics,
  GroupStatistics,
  LogStatistics,
  ResourceStatistics,
  RunStatistics,
} from '../result/statistics.ts'
import { type FlowAnswer, isSameAnswer } from './flow-answer.ts'
import { copiesAt, keptOf, type Lasting, type Network, type Node, nodesByFlow } from './network.ts'
import { SLOW_FROM } from './bookings.ts'
import { eachMass } from './law.ts'
import type { Law } from './law.ts'
import { heldWait } from './evaluate.ts'
import type { HeldPool, State, StationState } from './state.ts'
import type { StationAnswer } from './station.ts'
import type { Steady } from './steady.ts'
import { placesFor } from './environment.ts'
import { keysAt } from './lookups.ts'

/** Simulated seconds that the figures stand for: so many that no flow is asked less than some million times. */
function lengthFor(answers: readonly FlowAnswer[]): Seconds {
  const least = Math.min(...answers.filter(({ rate }) => rate > 0).map(({ rate }) => rate))
  return least < Infinity ? Math.max(1, 1e7 / least) : 1
}

/** A steady state as the sums of one endless replication. */
export function statisticsOf(steady: Steady, answers: readonly FlowAnswer[]): RunStatistics {
  const { network, state } = steady
  const measured = lengthFor(answers)
  const { model } = network
  const nodes = nodesByFlow(network)
  const kept = keptOf(counted, network)
  const flows = answers.map((answer, flow): FlowStatistics => {
    const version = network.versions[flow] ?? 0
    const known = kept.get(flow)
    if (known?.version === version && known.measured === measured && isSameAnswer(known.answer, answer))
      return known.statistics
    const statistics = flowStatistics(nodes.get(flow) ?? [], answer, flow, measured)
    kept.set(flow, { version, measured, answer, statistics })
    return statistics
  })
  const resources = model.resources.map((_, index) => resourceStatistics(network, state, index, measured))
  return {
    seed: 0,
    replication: 0,
    warmup: 0,
    measured,
    events: 0,
    flows,
    resources,
    groups: model.groups.map((_, group) => groupStatistics(network, group)),
    logs: model.resources.flatMap(({ kind }, index) =>
      kind === 'log' ? [logStatistics(network, state, index, measured)] : [],
    ),
    traffic: trafficOf(network, measured),
    series: [slice({ flows, resources, measured, answers })],
    violations: [],
  }
}

/** Of flows, by what they were made of: where nothing moved since they are the same. */
interface Counted {
  readonly version: number
  readonly measured: Seconds
  readonly answer: FlowAnswer
  readonly statistics: FlowStatistics
}

const counted: Lasting<Counted> = new WeakMap()

function flowStatistics(nodes: readonly Node[], answer: FlowAnswer, flow: number, measured: Seconds): FlowStatistics {
  const offered = answer.rate * measured
  const good = offered * answer.good
  const calls = nodes.filter((node) => node.step.kind === 'call')
  const attempts = calls.reduce((sum, { rate, attempts: a }) => sum + rate * a.sent, 0) * measured
  const retries = calls.reduce((sum, { rate, attempts: a }) => sum + rate * (a.retries + a.hedges), 0) * measured
  const slowCount = good * (1 - SLOW_FROM)
  const failed: Partial<Record<Failure, number>> = {}
  for (const failure of failures) {
    const share = answer.failures.get(failure) ?? 0
    if (share > 1e-12) failed[failure] = offered * share
  }
  const points = new Map<number, FlowStatistics['points'][number]>()
  for (const { leaf, mean, slow } of answer.bookings) {
    // What waits in a log is at no step.
    if (leaf.point < 0) continue
    const before = points.get(leaf.point) ?? {
      point: leaf.point,
      wait: 0,
      serve: 0,
      slowWait: 0,
      slowServe: 0,
      count: 0,
    }
    const [wait, serve] = leaf.isWait ? [1, 0] : [0, 1]
    points.set(leaf.point, {
      point: leaf.point,
      wait: before.wait + wait * mean * good,
      serve: before.serve + serve * mean * good,
      slowWait: before.slowWait + wait * slow * slowCount,
      slowServe: before.slowServe + serve * slow * slowCount,
      count: good,
    })
  }
  const slowTotal = answer.bookings.reduce((sum, { slow }) => sum + slow, 0) * slowCount
  return {
    flow,
    offered,
    good,
    failed,
    presentAtStart: 0,
    presentAtEnd: 0,
    responseTime: histogramFor(answer, good),
    batchMeans: [],
    points: [...points.values()].sort((a, b) => a.point - b.point),
    slowTotal,
    slowCount,
    attempts,
    retries,
    repeated: offered * answer.repeated,
    lost: offered * answer.lost,
  }
}

function histogramFor({ law }: FlowAnswer, good: number): HistogramSnapshot {
  if (law === null || !(good > 0) || !(law.mean < Infinity)) return snapshotOf([])
  const snapshot = snapshotOf(massesOf(law).map(({ value, weight }) => ({ value, weight: weight * good })))
  // Sums are known better than the middles of buckets say.
  return {
    ...snapshot,
    sum: law.mean * snapshot.count,
    sumOfSquares: (law.variance + law.mean * law.mean) * snapshot.count,
  }
}

interface Mass {
  readonly value: number
  readonly weight: number
}

/** Of a law, worked out once: re-solved designs keep the laws of flows that nothing changed for. */
function massesOf(law: Law): readonly Mass[] {
  const known = masses.get(law)
  if (known !== undefined) return known
  const all: Mass[] = []
  eachMass(law, (value, weight) => {
    if (weight > 0) all.push({ value, weight })
  })
  masses.set(law, all)
  return all
}

const masses = new WeakMap<Law, readonly Mass[]>()

type Copy = ResourceStatistics['instances'][number]

const blank: Copy = {
  busyArea: 0,
  capacityArea: 0,
  queueArea: 0,
  queueMax: 0,
  arrivals: 0,
  served: 0,
  rejected: 0,
  waitTotal: 0,
  serviceTotal: 0,
  lookups: 0,
  hits: 0,
  fullSince: null,
}

function resourceStatistics(network: Network, state: State, index: number, measured: Seconds): ResourceStatistics {
  const { model, environment } = network
  const resource = model.resources[index]
  const count = resource === undefined ? 1 : placesFor(model, resource.group)
  const copy = (at: number): Copy => {
    if (resource === undefined || environment.alive[resource.group]?.[at] === 0) return blank
    if (resource.kind === 'station') return stationCopy(network, state, { index, at }, measured)
    if (resource.kind === 'pool') return poolCopy(network, state, { index, at }, measured)
    if (resource.kind === 'cache') return cacheCopy(network, state, { index, at }, measured)
    if (resource.kind === 'limiter') return limiterCopy(network, state, { index, at }, measured)
    return blank
  }
  return { resource: index, instances: Array.from({ length: count }, (_, at) => copy(at)) }
}

interface At {
  readonly index: number
  readonly at: number
}

function stationCopy(network: Network, state: State, { index, at }: At, measured: Seconds): Copy {
  const station = network.model.resources[index]
  const found = state.stations.get(index)
  const capacityArea = (station?.kind === 'station' ? station.servers : 1) * measured
  const alike = found?.alike[found.of[at] ?? -1]
  if (alike === undefined || found === undefined || station === undefined) return { ...blank, capacityArea }
  const { answer } = alike
  const rate = found.users.reduce((sum, node) => sum + node.rate * (copiesAt(node.spot, station.group)[at] ?? 0), 0)
  const lost = answer.rejected + answer.abandoned
  const served = answer.isOverloaded ? rate / answer.offered : rate * (1 - lost)
  const busy = capacityArea === Infinity ? answer.inSystem * measured : answer.utilization * capacityArea
  const held = found.users.map((node) => heldWait(node, { network, state }) ?? state.closed.get(node))
  const isHeld = held.some((wait) => wait !== undefined)
  const queue = Math.min(1e12, isHeld ? queueOf({ found, held, at, group: station.group }) : answer.queueLength)
  if (isHeld) return heldCopy({ answer, rate, queue, capacityArea }, measured)
  const waitTotal = answer.isOverloaded
    ? queue * measured
    : Math.max(0, queue - rate * answer.abandoned * answer.abandonedAfter) * measured
  return {
    ...blank,
    busyArea: busy,
    capacityArea,
    queueArea: queue * measured,
    arrivals: rate * measured,
    served: served * measured,
    rejected: rate * answer.rejected * measured,
    waitTotal,
    serviceTotal: busy,
    fullSince: answer.isOverloaded ? 0 : null,
  }
}

/** By Little's law, where those who hold slots see other waits than the public does. */
function queueOf({
  found,
  held,
  at,
  group,
}: {
  found: StationState
  held: readonly (Law | undefined)[]
  at: number
  group: number
}): number {
  const { answer } = found.alike[found.of[at] ?? 0] ?? {}
  return found.users.reduce((sum, node, i) => {
    const rate = node.rate * (copiesAt(node.spot, group)[at] ?? 0)
    const wait = held[i]?.mean ?? (answer === undefined || answer.isOverloaded ? 0 : answer.wait(i).mean)
    return rate > 0 ? sum + rate * wait : sum
  }, 0)
}

interface HeldCopy {
  readonly answer: StationAnswer
  readonly rate: number
  readonly queue: number
  readonly capacityArea: number
}

function heldCopy({ answer, rate, queue, capacityArea }: HeldCopy, measured: Seconds): Copy {
  const busy = capacityArea === Infinity ? answer.inSystem * measured : Math.min(1, answer.offered) * capacityArea
  return {
    ...blank,
    busyArea: busy,
    capacityArea,
    queueArea: queue * measured,
    arrivals: rate * measured,
    served: rate * measured,
    waitTotal: queue * measured,
    serviceTotal: busy,
  }
}

function poolCopy({ model }: Network, state: State, { index, at }: At, measured: Seconds): Copy {
  const pool = model.resources[index]
  const found = state.pools.get(index)
  const capacityArea = (pool?.kind === 'pool' ? pool.slots : 1) * measured
  const held: HeldPool | undefined = found?.alike[found.of[at] ?? -1]?.answer
  if (held === undefined || found === undefined) return { ...blank, capacityArea }
  const { answer, rate } = held
  const isStuck = answer.waitMean === Infinity
  const queue = isStuck ? 1e12 : answer.queueLength
  const served = isStuck ? (held.throughput.at(-1) ?? rate) : rate * (1 - answer.rejected - answer.abandoned)
  return {
    ...blank,
    busyArea: answer.heldMean * measured,
    capacityArea,
    queueArea: queue * measured,
    arrivals: rate * measured,
    served: served * measured,
    rejected: rate * (answer.rejected + answer.abandoned) * measured,
    waitTotal: isStuck ? queue * measured : served * answer.waitMean * measured,
    serviceTotal: answer.heldMean * measured,
    lookups: found.cold > 0 ? served * measured : 0,
    hits: served * (1 - found.cold) * measured,
    fullSince: isStuck ? 0 : null,
  }
}

function cacheCopy({ model, users }: Network, state: State, { index, at }: At, measured: Seconds): Copy {
  const found = state.caches.get(index)
  const cache = model.resources[index]
  const alike = found?.alike[found.of[at] ?? -1]
  if (alike === undefined || cache === undefined) return blank
  const asked = (users.get(index) ?? []).reduce((sum: number, node: Node) => {
    if (node.step.kind !== 'probe') return sum
    return sum + node.rate * keysAt(node.step, node) * (copiesAt(node.spot, cache.group)[at] ?? 0)
  }, 0)
  return { ...blank, lookups: asked * measured, hits: asked * alike.answer.hitRatio * measured }
}

function limiterCopy({ model, users }: Network, state: State, { index, at }: At, measured: Seconds): Copy {
  const limiter = model.resources[index]
  if (limiter === undefined) return blank
  const asked = (users.get(index) ?? []).reduce(
    (sum: number, node: Node) => sum + node.rate * (copiesAt(node.spot, limiter.group)[at] ?? 0),
    0,
  )
  const served = asked * (state.limiters.get(index)?.passed ?? 1)
  return { ...blank, arrivals: asked * measured, served: served * measured, rejected: (asked - served) * measured }
}

const groupStatistics = ({ environment }: Network, group: number): GroupStatistics => ({
  group,
  instancesMean: environment.alive[group]?.reduce((sum, up) => sum + up, 0) ?? 0,
  scaling: [],
  outage: null,
  lostWrites: 0,
  lostAge: 0,
})

function logStatistics({ model, users }: Network, state: State, log: number, measured: Seconds): LogStatistics {
  let [lag, consumed] = [0, 0]
  for (const [index, consumer] of model.consumers.entries()) {
    const found = state.consumers.get(index)
    if (consumer.log !== log || found === undefined) continue
    // A message counts until it is acknowledged.
    lag += found.waiting < Infinity ? found.messages * (found.waiting + found.held) : 1e12
    consumed += found.answer.isOverloaded
      ? (state.rates[consumer.flow] ?? 0) * (state.items[consumer.flow] ?? 1)
      : found.messages
  }
  const published = (users.get(log) ?? []).reduce((sum, { step, rate, registers }) => {
    if (step.kind !== 'publish') return sum
    return sum + rate * meanOf(step.count) * (step.times === null ? 1 : registers[step.times])
  }, 0)
  return {
    log,
    published: published * measured,
    consumed: consumed * measured,
    parked: 0,
    dropped: 0,
    lagMean: lag,
    lagMax: lag,
    lagAtEnd: lag,
  }
}

/** Bytes over each link; empty when nobody pays for any. */
function trafficOf({ model, nodes }: Network, measured: Seconds): readonly number[] {
  if (!model.links.some(({ price }) => price !== undefined)) return []
  const bytes = new Float64Array(model.links.length)
  for (const { way, rate, attempts } of nodes) {
    for (const { link, bytes: sent } of way?.traffic ?? []) {
      if (link >= 0) bytes[link] = (bytes[link] ?? 0) + rate * attempts.sent * sent * measured
    }
  }
  return [...bytes]
}

interface Sliced {
  readonly flows: readonly FlowStatistics[]
  readonly resources: readonly ResourceStatistics[]
  readonly measured: Seconds
  readonly answers: readonly FlowAnswer[]
}

function slice({ flows, resources, measured, answers }: Sliced): RunStatistics['series'][number] {
  const failedOf = ({ failed }: FlowStatistics): number =>
    failures.reduce((sum, failure) => sum + (failed[failure] ?? 0), 0)
  const share = ({ instances }: ResourceStatistics): number => {
    const capacity = instances.reduce((sum, one) => sum + one.capacityArea, 0)
    return capacity > 0 && capacity < Infinity ? instances.reduce((sum, one) => sum + one.busyArea, 0) / capacity : 0
  }
  return {
    start: 0,
    length: measured,
    offered: flows.map(({ offered }) => offered),
    good: flows.map(({ good }) => good),
    failed: flows.map(failedOf),
    responseTimeSum: flows.map(({ responseTime }) => responseTime.sum),
    responseTimeMax: answers.map(({ law }) => (law === null ? 0 : law.mean)),
    attempts: flows.map(({ attempts, offered }) => (offered > 0 ? attempts / offered : 0)),
    utilization: resources.map(share),
    queueLength: resources.map(({ instances }) => instances.reduce((sum, one) => sum + one.queueArea / measured, 0)),
  }
}
