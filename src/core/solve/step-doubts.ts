import { log } from '../base/math.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import { meanOf, varianceOf } from '../model/distribution.ts'
import { exact, type Method } from '../result/solution.ts'
import { lookupMethod } from './cache-doubts.ts'
import { roundsOf } from './counts.ts'
import type { Node } from './network.ts'
import type { Steady } from './steady.ts'

/** How sure it is what becomes of those who start a step, beside the queues in it. */
export function stepMethod(node: Node, steady: Steady): Method {
  const { step } = node
  if (step.kind === 'call') return callMethod(node, steady)
  if (step.kind === 'attempt' && meetsAgain(node)) return approximate(ATTEMPTS, RETRIED, 0.35, 0.6)
  if (step.kind === 'repeat' && step.atOnce <= 1 && meanOf(step.count) > 1 && queuesTogether(node, steady.state))
    return approximate('visits to one station independent of one another', 'against Ciw in tests/outside', 0, 0.08)
  if (step.kind === 'parallel' || step.kind === 'repeat') return joinMethod(node, steady)
  return step.kind === 'lookup' ? lookupMethod(node, step, steady) : exact
}

const ATTEMPTS = 'attempts independent of one another'
const RETRIED = 'product of probabilities; a queue that was long is long for the next attempt too'

function callMethod(node: Node, { state }: Steady): Method {
  const { step, attempts } = node
  if (step.kind !== 'call') return exact
  const { retries, hedges } = attempts
  if (retries > 0.002 && step.policy.timeout !== null)
    return approximate(ATTEMPTS, RETRIED, 0.02 + 0.3 * retries, 0.05 + 0.5 * retries)
  // M/M/c/K of 1 and 4 servers at 70 and 90 %: mean 15 % too high to 12 % too low, p99 up to 47 % too low.
  if (retries > 0.002 && node.lists.some(turnsAway)) return approximate(ATTEMPTS, RETRIED, 0.16, 0.9)
  if (retries > 0.002 && queuesTogether(node, state)) return approximate(ATTEMPTS, RETRIED, 0.02, 0.08)
  if (hedges > 0.001) {
    // Behind one queue the second copy waits for the same ones, and is more work: p99 20 times too low at 80 %.
    const [mean, tail] = queuesTogether(node, state) ? [null, null] : [0.01, 0.04]
    return approximate('a second copy independent of the first', 'Dean and Barroso 2013; simulated', mean, tail)
  }
  return exact
}

/** Who was turned away asks again, and finds the same queue: how many fail in the end is that far off at most. */
export const turnedAwayAgain = ({ step, attempts, lists }: Node): Ratio =>
  step.kind === 'call' && attempts.retries > 0.002 && lists.some(turnsAway) ? attempts.failing : 0

/** Somewhere in these steps a queue turns requests away. */
const turnsAway = (list: readonly Node[]): boolean =>
  list.some(
    ({ step, outcome, lists }) =>
      (step.kind === 'serve' && outcome.failures.some(({ failure }) => failure === 'rejected')) ||
      lists.some(turnsAway),
  )

/**
 * Branches that start together. At stations of their own they meet nobody but wait alike; at one station they also
 * queue behind one another, which is left out. Measured with 2 to 10 branches, 1 to 8 servers, 30 to 90 %, scv 0.25 to
 * 4: means and percentiles lay within this.
 */
function joinMethod(node: Node, steady: Steady): Method {
  const meetings = meetingsIn(node)
  let mean: Ratio | null = 0
  let tail: Ratio | null = 0
  const whole = node.outcome.time.mean
  for (const { station, count, visits } of meetings) {
    const at = steady.state.stations.get(station)
    const resource = steady.network.model.resources[station]
    if (at === undefined || resource?.kind !== 'station' || !(resource.servers < Infinity)) continue
    const busy = Math.max(0, ...at.alike.map(({ answer }) => answer.utilization))
    const copies = Math.max(1, visits.spot.copies)
    const before = (Math.max(0, count - 1) / copies) * (meanOfWork(visits) / resource.servers / 2)
    const off = busy < 1 && whole > 0 ? before / (1 - busy) / whole : null
    mean = mean === null || off === null ? null : mean + off
    tail = tail === null || off === null ? null : tail + 2.5 * off
  }
  if (isTogether(node) && queuesTogether(node, steady.state)) {
    // Waits of branches are alike when work varies little: then the last one is hardly later than the first.
    const many = log(Math.max(2, node.lists.length)) / log(2)
    // Where not all are waited for, more of what they have in common is left: two of three at 60 % are 7 % off.
    const some = node.step.kind === 'parallel' && node.step.need < node.lists.length ? 0.04 : 0
    const alike = 0.06 + some + (isEven(node) ? 0.1 * many : 0)
    mean = mean === null ? null : mean + alike
    tail = tail === null ? null : tail + alike + 0.1 * many
  }
  if (mean !== null && mean < 1e-4) return exact
  return approximate('branches independent of one another', 'Nelson and Tantawi 1988; simulated', mean, tail)
}

const isTogether = ({ step, lists }: Node): boolean =>
  step.kind === 'parallel' ? lists.length > 1 : step.kind === 'repeat' && step.atOnce > 1

interface Meeting {
  readonly station: number
  readonly count: number
  readonly visits: Node
}

/** Stations at which requests that start together meet, and how many of them: those that are at the same copies. */
function meetingsIn(node: Node): readonly Meeting[] {
  if (!isTogether(node)) return []
  const found = new Map<string, Meeting>()
  const { step } = node
  const times = step.kind === 'repeat' ? Math.min(step.atOnce, roundsOf(step, node.registers).mean) : 1
  for (const list of node.lists) {
    for (const visits of servesIn(list)) {
      if (visits.step.kind !== 'serve') continue
      const { station } = visits.step
      const key = [station, ...[...visits.spot.share.keys()].filter((i) => (visits.spot.share[i] ?? 0) > 0)].join(' ')
      found.set(key, { station, count: (found.get(key)?.count ?? 0) + times, visits })
    }
  }
  return [...found.values()].filter(({ count }) => count > 1)
}

const servesIn = (list: readonly Node[]): readonly Node[] =>
  list.flatMap((node) => (node.step.kind === 'serve' ? [node] : node.lists.flatMap(servesIn)))

const meanOfWork = ({ step }: Node): Seconds => (step.kind === 'serve' ? meanOf(step.work) : 0)

/** Work that varies less than exponential work does. */
const isEven = (node: Node): boolean =>
  node.lists.some((list) =>
    servesIn(list).some(({ step }) => {
      if (step.kind !== 'serve') return false
      const mean = meanOf(step.work)
      return mean > 0 && varianceOf(step.work) < 0.95 * mean * mean
    }),
  )

/** Who was turned away comes to the same queue again. */
function meetsAgain({ lists, step }: Node): boolean {
  if (step.kind !== 'attempt') return false
  const [first = [], second = []] = lists
  const failed = first.reduce(
    (sum, { outcome }) =>
      sum +
      outcome.failures.reduce(
        (all, { failure, share }) => all + (failure === 'rejected' || failure === 'timeout' ? share : 0),
        0,
      ),
    0,
  )
  const stations = (list: readonly Node[]): readonly number[] =>
    list.flatMap((node) => (node.step.kind === 'serve' ? [node.step.station] : node.lists.flatMap(stations)))
  return failed > 0.01 && stations(second).some((station) => stations(first).includes(station))
}

const approximate = (name: string, source: string, mean: number | null, tail: number | null): Method => ({
  kind: 'approximate',
  name,
  source,
  mean,
  tail,
})

/** Waits are part of what branches take, so that those who start together meet. */
const queuesTogether = (node: Node, state: Steady['state']): boolean =>
  node.lists.some((list) =>
    list.some((inner) => {
      if (inner.step.kind === 'serve') {
        const at = state.stations.get(inner.step.station)
        return at?.alike.some(({ answer }) => answer.queueLength > 0.02 * answer.inSystem) ?? false
      }
      return queuesTogether(inner, state)
    }),
  )
