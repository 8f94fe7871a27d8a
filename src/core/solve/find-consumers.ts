import type { Seconds } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Consumer } from '../model/model.ts'
import { type BatchAnswer, solveBatches } from './batches.ts'
import { insideOf } from './centers.ts'
import { solveClosed } from './closed.ts'
import { fullHouse, waitsInside } from './find-pools.ts'
import { transformOf } from './find-stations.ts'
import { solveStation } from './station.ts'
import { everyNth, poisson } from './stream.ts'
import { solvePool } from './flow-equivalent.ts'
import { constant, type Law, lawOf, mixture, sum, zero } from './law.ts'
import { exact, type Method } from '../result/solution.ts'
import { worse } from './balanced.ts'
import type { Network, Node } from './network.ts'
import type { Outcome } from './outcome.ts'
import { type Tried, triedUntilDone } from './redelivery.ts'
import { isSame, putClosed, type State, type Taken } from './state.ts'

interface Context {
  readonly network: Network
  readonly state: State
}

/** What consumers take from their logs at the moment: how often, how many at once, how long messages wait. */
export function findConsumers(context: Context, outcomes: readonly Outcome[]): void {
  const { network, state } = context
  for (const [index, consumer] of network.model.consumers.entries()) {
    const messages = messagesFor(consumer, context)
    const outcome = outcomes[consumer.flow]
    if (outcome === undefined) continue
    const owners = ownersOf(consumer, messages, network)
    meetInside(consumer, owners, context)
    const tried = triedUntilDone(outcome, consumer.failed)
    const isAnybody = isAlive(consumer, network)
    const before = isAnybody ? (state.batches.get(index) ?? []) : []
    const taken = isAnybody
      ? owners.map((owner, i) => solved(consumer, tried, owner, { ...context, before: before[i] }))
      : []
    state.batches.set(index, taken)
    const answers = owners.map(({ share }, i) => ({ share, answer: taken[i]?.answer ?? untaken }))
    const over = (of: (answer: (typeof answers)[number]['answer']) => number): number =>
      answers.reduce((total, { share, answer }) => total + share * of(answer), 0)
    const batches = owners.reduce((total, { count }, i) => total + count * (answers[i]?.answer.batches ?? 0), 0)
    const kept = keptBefore(consumer, network)
    const isStuck = answers.some(({ answer }) => answer.isOverloaded)
    const queued =
      answers.length === 1
        ? answers[0]?.answer.wait
        : mixture(answers.map(({ share, answer }) => ({ share, law: answer.wait })))
    const [first] = answers
    if (first === undefined || queued === undefined) continue
    const known = state.consumers.get(index)
    const waiting = over((answer) => answer.waiting) + (kept?.mean ?? 0)
    const isAlike =
      known !== undefined &&
      Math.abs(known.waiting - waiting) <= 1e-10 * waiting &&
      known.messages === messages &&
      Math.abs(known.held - tried.occupied) <= 1e-10 * known.held
    const wait = isStuck || kept === null ? queued : sum(queued, kept)
    const method = worse(first.answer.method, kept === null ? exact : together(consumer, kept.mean, first.answer))
    const held = Number.isFinite(tried.occupied) ? tried.occupied : 0
    if (!isAlike) state.consumers.set(index, { answer: { ...first.answer, method }, messages, wait, waiting, held })
    state.items[consumer.flow] = over((answer) => answer.size)
    state.rates[consumer.flow] = batches * tried.attempts
  }
}

/** Somebody is there to take messages. */
const isAlive = ({ group }: Consumer, { environment }: Network): boolean =>
  environment.alive[group]?.includes(1) ?? true

/** With nobody alive every message waits. */
const untaken: BatchAnswer = {
  size: 1,
  batches: 0,
  waiting: Infinity,
  wait: constant(Infinity),
  utilization: 0,
  isOverloaded: true,
  method: exact,
}

/** Messages a second for one consumer group. */
function messagesFor({ log }: Consumer, { network }: Context): number {
  const resource = network.model.resources[log]
  const sharing = network.model.consumers.filter((other) => other.log === log).length
  let messages = 0
  for (const { step, rate, registers } of network.users.get(log) ?? []) {
    if (step.kind === 'publish')
      messages += rate * meanOf(step.count) * (step.times === null ? 1 : registers[step.times])
  }
  return resource?.kind === 'log' && resource.isShared ? messages / sharing : messages
}

interface Owner {
  readonly rate: number
  readonly servers: number
  /** Instances like this, and the share of messages that they take. */
  readonly count: number
  readonly share: number
  /** Of so many messages one is for it, in turn; 1 = by chance. */
  readonly turns: number
}

/** Instances by how many partitions they have; of a shared log all loops together are one. */
function ownersOf(
  { log, group, atOnce }: Consumer,
  messages: number,
  { model, environment, users }: Network,
): readonly Owner[] {
  const isKeyed = (users.get(log) ?? []).some(({ step }) => step.kind === 'publish' && step.keyDomain !== undefined)
  const resource = model.resources[log]
  const members = Math.max(1, environment.serving[group]?.reduce((total, up) => total + up, 0) ?? 1)
  if (resource?.kind !== 'log' || resource.isShared)
    return [{ rate: messages, servers: members * atOnce, count: 1, share: 1, turns: 1 }]
  const { partitions } = resource
  const isInTurn = resource.keyDomain === null && !isKeyed
  const least = Math.floor(partitions / members)
  const fuller = partitions - least * members
  const some = (each: number, count: number): readonly Owner[] =>
    each > 0 && count > 0
      ? [
          {
            rate: (messages * each) / partitions,
            servers: Math.min(each, atOnce),
            count,
            share: (each * count) / partitions,
            turns: isInTurn ? Math.max(1, Math.round(partitions / each)) : 1,
          },
        ]
      : []
  return [...some(least + 1, fuller), ...some(least, members - fuller)]
}

/**
 * The loops of one instance are a closed population: at its processor they meet each other and nobody else, however
 * much waits in the log.
 */
function meetInside(consumer: Consumer, owners: readonly Owner[], context: Context): void {
  const { network, state } = context
  const { flow, group, atOnce, log } = consumer
  const [owner] = owners
  const all = state.rates[flow] ?? 0
  if (owner === undefined || !(all > 0)) return
  const resource = network.model.resources[log]
  const isShared = resource?.kind === 'log' && resource.isShared
  const members = Math.max(1, network.environment.serving[group]?.reduce((total, up) => total + up, 0) ?? 1)
  const customers = isShared ? atOnce : owner.servers
  if (customers > MOST_LOOPS) return
  const rate = isShared ? all / members : (all * owner.share) / owner.count
  const own = network.nodes.flatMap((node) => (node.flow === flow ? [{ node, part: rate / all }] : []))
  const inside = insideOf(own, rate, context, { home: group })
  if (inside.centers.length === 0) return
  const closed = solveClosed({ centers: inside.centers, delay: inside.delay, customers })
  const { throughput } = closed
  const isFull = !(rate < 0.999 * (throughput[customers] ?? 0))
  const endless = { waitingRoom: Infinity, patience: Infinity, arrivalScv: 1 }
  const entered = isFull ? fullHouse(customers) : solvePool({ rate, throughput, slots: customers, ...endless }).entered
  for (const [node, wait] of waitsInside(inside, closed, entered)) {
    const before = state.closed.get(node)
    if (before === undefined || Math.abs(before.mean - wait.mean) > 1e-10 * before.mean) putClosed(node, wait, context)
  }
}

const MOST_LOOPS = 500

function solved(
  { batchMax, batchWait, poll, flow }: Consumer,
  { attempts, occupied, whole }: Tried,
  { rate, servers, turns }: Pick<Owner, 'rate' | 'servers' | 'turns'>,
  { network, state, before }: Context & { readonly before: Taken | undefined },
): Taken {
  const items = state.items[flow] ?? 1
  const mean = Number.isFinite(occupied) ? occupied : 1e5
  const each = Math.min(mean / Math.max(1e-9, items), attempts * eachOf(network.flows[flow] ?? []))
  const variance = whole.variance < Infinity ? whole.variance : 0
  // One at a time is a queue like any other.
  if (batchMax === 1 && poll === 0 && Number.isFinite(occupied))
    return stayed(before, [rate, servers, turns, whole.mean, whole.variance], () =>
      asQueue(whole, { rate, servers, turns }),
    )
  const time = (size: number) => ({ mean: Math.max(0, mean + each * (size - items)), variance })
  return stayed(before, [rate, servers, mean, each, items, variance], () =>
    solveBatches({ rate, servers, most: batchMax, longest: batchWait, poll, time }),
  )
}

const stayed = (before: Taken | undefined, load: readonly number[], make: () => BatchAnswer): Taken =>
  before !== undefined && isSame(before.load, load) ? before : { load, answer: make() }

/** Messages one by one: a station whose work is what the flow does. */
function asQueue(work: Law, { rate, servers, turns }: Pick<Owner, 'rate' | 'servers' | 'turns'>): BatchAnswer {
  const stream = everyNth(poisson, turns)
  const answer = solveStation({
    station: { servers, discipline: 'fifo', waitingRoom: Infinity, whenFull: 'reject', patience: null, outages: null },
    classes: [{ rate, work, distribution: null, priority: 1 }],
    arrivalScv: stream.scv,
    transform: transformOf(stream, rate),
    batch: 1,
  })
  const isStuck = answer.isOverloaded
  const wait = isStuck ? constant(Infinity) : answer.wait(0)
  return {
    size: 1,
    batches: isStuck ? servers / work.mean : rate,
    waiting: wait.mean,
    wait,
    utilization: Math.min(1, answer.offered),
    isOverloaded: isStuck,
    method: answer.method,
  }
}

/** Time that each further message of a batch adds. */
function eachOf(list: readonly Node[]): number {
  const [first] = list
  const starts = first?.rate ?? 0
  const walk = (nodes: readonly Node[]): number =>
    nodes.reduce((total, { step, rate, lists, registers }) => {
      const visits = starts > 0 ? rate / starts : 1
      const own = step.kind === 'serve' && step.times === 'items' ? visits * step.each : 0
      const perRound = step.kind === 'repeat' && step.times === 'items' ? 1 / Math.max(1, registers.items) : 0
      const inner = lists.reduce((sum_, nested) => sum_ + walk(nested), 0)
      const repeated = perRound > 0 ? perRound * timeOf(lists, starts) : 0
      return total + own + inner + repeated
    }, 0)
  return walk(list)
}

const timeOf = (lists: Node['lists'], starts: number): number =>
  lists
    .flat()
    .reduce((total, { rate, outcome }) => total + (starts > 0 ? rate / starts : 1) * Math.min(1e5, outcome.occupied), 0)

/** How long messages are kept at their senders; null = not at all. */
function keptBefore({ log }: Consumer, network: Network): Law | null {
  const rates = new Map<Seconds, number>()
  for (const { step, rate, registers } of network.users.get(log) ?? []) {
    if (step.kind !== 'publish') continue
    const messages = rate * meanOf(step.count) * (step.times === null ? 1 : registers[step.times])
    rates.set(step.shipEvery, (rates.get(step.shipEvery) ?? 0) + messages)
  }
  const all = [...rates.values()].reduce((total, rate) => total + rate, 0)
  if (!(all > 0) || (rates.get(0) ?? 0) === all) return null
  const parts = [...rates].map(([every, rate]) => ({
    share: rate / all,
    law: every > 0 ? lawOf({ law: 'uniform', low: 0, high: every }) : zero,
  }))
  return mixture(parts.filter(({ share }) => share > 0))
}

/** They come together and queue behind one another, for as long as a share of what they were kept for. */
function together({ batchWait }: Consumer, kept: Seconds, { utilization }: BatchAnswer): Method {
  const error = Math.min(1, utilization + batchWait / kept)
  return {
    kind: 'approximate',
    name: 'messages that are shipped together taken to come one by one',
    source: 'they queue behind one another while they are worked off, and fill batches at once; against the simulator',
    mean: error,
    tail: error,
  }
}
