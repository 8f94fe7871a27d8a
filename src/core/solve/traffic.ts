import type { PerSecond } from '../base/units.ts'
import { meanOf } from '../model/distribution.ts'
import type { Lookup, Repeat } from '../model/step.ts'
import { roundsOf } from './counts.ts'
import { lookedUp } from './lookups.ts'
import { copiesAt, keptOf, type Lasting, type Network, type Node, type Registers, touchFlow } from './network.ts'
import { failing } from './outcome.ts'
import type { Popularity } from './popularity.ts'
import { type HeldPool, overCopies, type State } from './state.ts'
import { changed, isPoisson, type Stream, thinned } from './stream.ts'
import { isEqual } from './warm.ts'

interface Frame {
  readonly stream: Stream
  readonly registers: Registers
  readonly popularity: ReadonlyMap<number, Popularity>
}

/**
 * How often each step starts, and what comes to it: from the starts of its flow, by what became of the steps before it
 * when they were looked at last.
 */
export function spread(network: Network, state: State, streams: readonly Stream[]): void {
  const kept = keptOf(walks, network)
  for (const [flow, list] of network.flows.entries()) {
    const stream = streams[flow]
    if (stream === undefined) continue
    const now: Walk = {
      version: network.versions[flow] ?? 0,
      outcomes: network.sequences.get(list)?.version ?? -1,
      rate: state.rates[flow] ?? 0,
      items: state.items[flow] ?? 1,
      stream,
    }
    if (isEqual(kept.get(flow), now)) continue
    kept.set(flow, now)
    const registers = { items: now.items, found: 0, missed: 0, group: 1 }
    walk(list, now.rate, { stream, registers, popularity: new Map() }, { network, state })
  }
}

/** What the rates within a flow follow from: they stay while that does. */
interface Walk {
  /** Of what was found for resources, and of the outcomes that were made of it. */
  readonly version: number
  readonly outcomes: number
  readonly rate: PerSecond
  readonly items: number
  readonly stream: Stream
}

const walks: Lasting<Walk> = new WeakMap()

/** The next spread looks at every flow: rates are not what they followed from. */
export const forgetWalks = (network: Network): void => keptOf(walks, network).clear()

interface Context {
  readonly network: Network
  readonly state: State
}

function walk(list: readonly Node[], rate: PerSecond, frame: Frame, context: Context): Frame {
  let left = rate
  let here = frame
  for (const node of list) {
    node.rate = left
    node.stream = here.stream
    if (!isSameRegisters(node.registers, here.registers)) touchFlow(context.network, node)
    node.registers = here.registers
    node.popularity = here.popularity
    here = inside(node, here, context)
    left *= node.outcome.through
  }
  return here
}

const isSameRegisters = (a: Registers, b: Registers): boolean =>
  a === b || (a.items === b.items && a.found === b.found && a.missed === b.missed && a.group === b.group)

/** The steps nested in a node; what is known behind it. */
function inside(node: Node, frame: Frame, context: Context): Frame {
  const { step, lists, rate } = node
  const [first = [], second = []] = lists
  switch (step.kind) {
    case 'serve':
      return { ...frame, stream: behindStation(node, step.station, context) }
    case 'hold': {
      const pool = context.state.pools.get(step.pool)
      walk(second, rate * (pool?.cold ?? 0), frame, context)
      return walk(first, rate * entering(node, context), frame, context)
    }
    case 'call': {
      const { refused = 0, erroneous = 0, denied = 0 } = node.way ?? {}
      const arriving = rate * node.attempts.sent * (1 - refused) * Math.max(0, 1 - erroneous - denied)
      const behind = walk(first, arriving, frame, context)
      return { ...frame, stream: behind.stream }
    }
    case 'choose':
      for (const [i, branch] of lists.entries()) {
        const p = step.branches[i]?.probability ?? 0
        walk(branch, rate * p, { ...frame, stream: thinned(frame.stream, p) }, context)
      }
      return frame
    case 'parallel':
      for (const branch of lists) walk(branch, rate, frame, context)
      return frame
    case 'repeat':
      return repeated(node, step, frame, context)
    case 'lookup':
      return asked(node, step, frame, context)
    case 'attempt': {
      walk(first, rate, frame, context)
      walk(second, rate * failedOf(first), frame, context)
      return frame
    }
    default:
      return frame
  }
}

/** Share of a list's starts that fail on the way. */
function failedOf(list: readonly Node[]): number {
  let left = 1
  let failed = 0
  for (const { outcome } of list) {
    failed += left * failing(outcome)
    left *= outcome.ok
    if (outcome.isReplied) break
  }
  return failed
}

/** Share of those who want a slot that get one. */
function entering(node: Node, { state, network }: Context): number {
  const { step } = node
  if (step.kind !== 'hold' || state.closed.has(node)) return 1
  const pool = state.pools.get(step.pool)
  const resource = network.model.resources[step.pool]
  if (pool === undefined || resource === undefined) return 1
  const parts = overCopies(pool, copiesAt(node.spot, resource.group))
  return parts.reduce((sum, { share, answer }) => sum + share * throughPool(answer), 0)
}

/** Of what a pool is asked for: who gets a slot, sooner or later. */
export function throughPool({ answer, rate, throughput }: HeldPool): number {
  const lost = answer.rejected + answer.abandoned
  const most = throughput.at(-1) ?? Infinity
  return answer.waitMean === Infinity && rate > most ? most / rate : 1 - lost
}

function behindStation(node: Node, station: number, { state }: Context): Stream {
  const at = state.stations.get(station)
  const [first] = at?.alike ?? []
  if (first === undefined || at === undefined) return node.stream
  const { departureScv } = first.answer
  const copies = first.copies.length
  if (isPoisson(node.stream) && Math.abs(departureScv - 1) < 1e-9) return node.stream
  return changed(1 + (departureScv - 1) / copies)
}

function repeated(node: Node, step: Repeat, frame: Frame, context: Context): Frame {
  const [list = []] = node.lists
  const things = meanOf(step.count) * (step.times === null ? 1 : node.registers[step.times])
  const { mean } = roundsOf(step, node.registers)
  const group = mean > 0 ? Math.min(step.groupsOf, Math.max(1, things) / Math.max(1, mean)) : 1
  walk(list, node.rate * mean, { ...frame, registers: { ...frame.registers, group } }, context)
  return frame
}

function asked(node: Node, step: Lookup, frame: Frame, context: Context): Frame {
  const [access = [], hit = [], miss = []] = node.lists
  walk(access, node.rate, frame, context)
  const { through, missed } = accessOf(access)
  const found = lookedUp(node, step, context)
  const registers = {
    ...frame.registers,
    found: found.keys * found.hitRatio,
    missed: found.keys * (1 - found.hitRatio),
  }
  const answered = node.rate * through
  walk(hit, answered * (found.hit + found.waiting), { ...frame, registers }, context)
  const popularity = new Map(frame.popularity)
  if (found.popularity !== null) popularity.set(found.domain, found.popularity)
  const fetches = answered * (found.fetches + found.refreshes) + node.rate * missed
  walk(miss, fetches, { stream: thinned(frame.stream, found.fetches), registers, popularity }, context)
  return { ...frame, registers }
}

function accessOf(list: readonly Node[]): { readonly through: number; readonly missed: number } {
  let through = 1
  let missed = 0
  for (const { outcome } of list) {
    missed += through * outcome.missed
    through *= outcome.through
  }
  return { through, missed }
}
