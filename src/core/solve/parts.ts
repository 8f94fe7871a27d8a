import { constant, type Law, mixture, sumOf, zero } from './law.ts'
import type { Ratio, Seconds } from '../base/units.ts'
import type { Lookup } from '../model/step.ts'
import { heldWait, workOf } from './evaluate.ts'
import { lookedUp } from './lookups.ts'
import { copiesAt, type Network, type Node } from './network.ts'
import type { Method } from '../result/solution.ts'
import { mixed } from './outcome.ts'
import { passPool } from './pools.ts'
import { overCopies, type State } from './state.ts'

export interface Context {
  readonly network: Network
  readonly state: State
}

/** A time that is one of those that make up a good answer's, each independent of the others. */
export type Part = Leaf | Fork

/** Booked at one point, as waiting or as the rest. */
export interface Leaf {
  readonly kind: 'leaf'
  readonly law: Law
  readonly point: number
  readonly isWait: boolean
  readonly node: Node
  /** How it was come by, where the node does not say. */
  readonly method?: Method
}

/** One of several ways, by chance; or the same way several times (`times`), of which the last counts (`latest`). */
export interface Fork {
  readonly kind: 'fork'
  readonly law: Law
  readonly ways: readonly { readonly share: Ratio; readonly parts: readonly Part[]; readonly law: Law }[]
  /** All ways are gone at once and the last one counts. */
  readonly isJoin: boolean
}

/** What the time of a good answer is made of, up to the reply. */
export function partsOf(list: readonly Node[], context: Context): readonly Part[] {
  const parts: Part[] = []
  for (const node of list) {
    parts.push(...partsAt(node, context))
    if (node.outcome.isReplied) break
  }
  return parts
}

function partsAt(node: Node, context: Context): readonly Part[] {
  const { step, lists, outcome } = node
  const leaf = (law: Law, point: number, isWait: boolean): readonly Part[] =>
    law === zero || law.mean === 0 ? [] : [{ kind: 'leaf', law, point, isWait, node }]
  if (!(outcome.ok > 0)) return []
  switch (step.kind) {
    case 'serve': {
      const { wait, work } = servedParts(node, context)
      return [...leaf(wait, step.point, true), ...leaf(work, step.point, false)]
    }
    case 'delay':
      return leaf(outcome.time, step.point, false)
    case 'hold':
      return [...leaf(passPool(node, step.pool, context).time, step.point, true), ...partsOf(lists[0] ?? [], context)]
    case 'call':
      return callParts(node, context, leaf)
    case 'lookup':
      return [...partsOf(lists[0] ?? [], context), answered(node, step, context, leaf)]
    case 'choose':
      return [
        fork(
          node.outcome.time,
          lists.map((list, i) => way(list, step.branches[i]?.probability ?? 0, context)),
        ),
      ]
    case 'parallel':
      return [joinOf(node, context)]
    case 'repeat':
      return [repeatOf(node, context)]
    case 'attempt':
      return triedParts(node, context)
    default:
      return []
  }
}

interface Way {
  readonly share: Ratio
  readonly parts: readonly Part[]
  readonly law: Law
}

function way(list: readonly Node[], share: Ratio, context: Context): Way {
  const parts = partsOf(list, context)
  const ok = list.reduce((p, { outcome }) => p * outcome.ok, 1)
  return { share: share * ok, parts, law: sumOf(parts.map(({ law }) => law)) }
}

function fork(law: Law, ways: readonly Way[]): Fork {
  const all = ways.reduce((sum, { share }) => sum + share, 0)
  return {
    kind: 'fork',
    law,
    isJoin: false,
    ways: ways.filter(({ share }) => share > 0).map((one) => ({ ...one, share: one.share / all })),
  }
}

/** Those who are served: waiting and work. */
export function servedParts(node: Node, context: Context): { readonly wait: Law; readonly work: Law } {
  const { step } = node
  if (step.kind !== 'serve') return { wait: zero, work: zero }
  const { state, network } = context
  const at = state.stations.get(step.station)
  const station = network.model.resources[step.station]
  const special = heldWait(node, context) ?? state.closed.get(node)
  if (at === undefined || station === undefined) return { wait: special ?? zero, work: workOf(step, node, 1) }
  const slow = network.environment.slow[station.group] ?? []
  const parts = overCopies(at, copiesAt(node.spot, station.group))
  const index = at.users.indexOf(node)
  const mix = (of: (part: (typeof parts)[number]) => Law): Law => {
    const laws = parts.map((part) => ({ share: part.share, law: of(part) })).filter(({ law }) => law.mean < Infinity)
    const [first, ...rest] = laws
    return first === undefined ? zero : rest.length === 0 ? first.law : mixture(laws)
  }
  const work = mix(({ answer }) => {
    const { copies = [] } = at.alike.find((one) => one.answer === answer) ?? {}
    return workOf(step, node, slow[copies[0] ?? 0] ?? 1)
  })
  if (special !== undefined) return { wait: special, work }
  return { wait: mix(({ answer }) => (answer.queueLength > 0 ? answer.wait(index) : zero)), work }
}

/** Well at once, or the other way after it failed; what the failed one took is not booked. */
function triedParts(node: Node, context: Context): readonly Part[] {
  const [steps = [], otherwise = []] = node.lists
  const first = way(steps, 1, context)
  const failed = 1 - steps.reduce((p, { outcome }) => p * outcome.ok, 1)
  if (!(failed > 1e-12)) return first.parts
  return [fork(node.outcome.time, [first, way(otherwise, failed, context)])]
}

type MakeLeaf = (law: Law, point: number, isWait: boolean) => readonly Part[]

function callParts(node: Node, context: Context, leaf: MakeLeaf): readonly Part[] {
  const { step, lists, way: network, outcome } = node
  if (step.kind !== 'call') return []
  const pools = [step.policy.connection, step.policy.bulkhead].flatMap((pool) =>
    pool === null ? [] : leaf(passPool(node, pool, context).time, step.connectionPoint, true),
  )
  const inner = partsOf(lists[0] ?? [], context)
  const once = [...pools, ...leaf(network?.time ?? zero, step.networkPoint, false), ...inner]
  const mean = once.reduce((sum, { law }) => sum + law.mean, 0)
  // What good answers took beyond one attempt: those before it, and less what a timeout cut off.
  const beyond = outcome.time.mean - mean
  if (beyond > 1e-9 * mean) return [...once, ...leaf(lost(node, beyond), step.retryPoint, true)]
  return once
}

/** Failed attempts before the good one: seldom, and then as long as one is. */
function lost({ attempts }: Node, mean: Seconds): Law {
  const share = Math.min(1, Math.max(1e-9, attempts.retries))
  return mixed([
    { share: 1 - share, law: constant(0) },
    { share, law: constant(mean / share) },
  ])
}

function answered(node: Node, step: Lookup, context: Context, leaf: MakeLeaf): Fork {
  const found = lookedUp(node, step, context)
  const [, hit = [], miss = []] = node.lists
  const onHit = way(hit, found.hit, context)
  const onMiss = way(miss, found.fetches, context)
  const mean = found.waitShare * onMiss.law.mean
  const waits = found.waiting > 0 && mean > 0 ? leaf(constant(mean), step.waitPoint, true) : []
  const onWait = {
    ...onHit,
    share: (found.waiting * onHit.share) / Math.max(1e-300, found.hit || 1),
    parts: [...waits, ...onHit.parts],
  }
  const ways = [
    onHit,
    { ...onWait, share: found.waiting, law: sumOf([...waits, ...onHit.parts].map(({ law }) => law)) },
    onMiss,
  ]
  const law = mixed(ways.map(({ share, law: each }) => ({ share, law: each })))
  return fork(law, ways)
}

function joinOf(node: Node, context: Context): Fork {
  const ways = node.lists.map((list) => way(list, 1 / node.lists.length, context))
  return { kind: 'fork', law: node.outcome.time, ways, isJoin: true }
}

function repeatOf(node: Node, context: Context): Fork {
  const [list = []] = node.lists
  return { kind: 'fork', law: node.outcome.time, ways: [way(list, 1, context)], isJoin: true }
}
