import type { Fault, FaultAction } from '../../model/model.ts'
import type { Evidence } from '../evidence.ts'
import { isAboutFailures, others, type Suspect, type Trail } from './define.ts'

/** What is broken on some instances, as far as it is about one group of them. */
interface Hit {
  readonly kind: FaultAction['kind']
  readonly group: number
  readonly instances: readonly number[]
}

/** The groups that a fault is about; of a partition all that stand on the side that is named first. */
function hitsOf({ action }: Fault, { model }: Evidence): readonly Hit[] {
  const all = (group: number): readonly number[] => {
    const { shards = 0, perShardMax = 0 } = model.groups[group] ?? {}
    return Array.from({ length: shards * perShardMax }, (_, i) => i)
  }
  if (action.kind === 'burst' || action.kind === 'flush') return []
  if (action.kind !== 'partition') {
    const instances = 'instances' in action ? action.instances : all(action.group)
    return [{ kind: action.kind, group: action.group, instances }]
  }
  const [{ groups, places }] = action.sides
  return model.groups.flatMap((group, index) => {
    const isThere = groups.includes(index) || group.places.some((place) => places.includes(place))
    return isThere ? [{ kind: action.kind, group: index, instances: all(index) }] : []
  })
}

/**
 * Something was broken on purpose, service got worse with it, and it is where the chain ends or on the way of the
 * requests. A callee that is slowed as a whole is a slow dependency.
 */
export function broken({ root, evidence, objective }: Trail): Suspect | null {
  const { model } = evidence
  const ranked = evidence.harmful
    .flatMap((fault) => hitsOf(fault, evidence).map((action) => ({ fault, action })))
    .map(({ fault, action }) => ({
      fault,
      action,
      links: linksOf({ action, start: fault.start }, { root, evidence, objective }),
    }))
    .sort((a, b) => b.links - a.links)
  const [first] = ranked
  if (first === undefined || first.links <= 0) return null
  const { fault, action, links } = first
  const component = model.groups[action.group]?.component ?? ''
  const isSlow = action.kind === 'slow' && isWhole(action, evidence) && isCalledInside(action.group, evidence)
  const share = shareOf(component, action, { root, evidence, objective })
  return {
    ...root,
    share,
    component,
    reason: isSlow ? 'dependency' : 'fault',
    since: fault.start,
    agree: Math.max(2, root.agree, links >= 2 ? 3 : 0),
    victims: others([...root.victims, root.component], component),
    note: textOf(fault),
  }
}

/** Of the failures those that it makes; of the slow requests' time what passes there, or in the queue for it. */
function shareOf(component: string, action: Hit, { root, evidence, objective }: Trail): number {
  const { failures, tail } = evidence
  if (isAboutFailures(objective, evidence)) {
    return failures.filter(({ failure }) => fits(action, failure)).reduce((sum, { share }) => sum + share, 0)
  }
  const there = tail.filter((part) => part.component === component)
  return Math.max(
    root.share,
    there.reduce((sum, part) => sum + part.share, 0),
  )
}

const textOf = (fault: Fault): string => `fault "${fault.text}"`

interface Struck {
  readonly action: Hit
  readonly start: number
}

/** What was full before the fault does not need it. */
const wasFull = ({ load }: Suspect, start: number, { busyBefore }: Evidence): boolean =>
  load !== null && busyBefore(load.index, start) >= 0.85

/** How closely a fault belongs to what is seen: 0 = not at all. */
function linksOf({ action, start }: Struck, { root, evidence, objective }: Trail): number {
  const isRoot = action.group === root.load?.resource.group
  const { visits, flows, failures } = evidence
  const isOnPath = visits.some(({ flow, calls, group }) => flows.includes(flow) && isThere(action, calls, group))
  const isHeld = root.load !== null && isHeldThere(root.load.index, action, evidence)
  if (!isRoot && !isOnPath && !isHeld) return 0
  if (!isRoot && !isHeld && wasFull(root, start, evidence) && !isAboutFailures(objective, evidence)) return 0
  const given = failures[0]?.failure ?? ''
  const isAsked = isAboutFailures(objective, evidence) && fits(action, given)
  // Requests that a dead part fails queue nowhere: who is full says nothing of where they fail.
  const place = isAsked && action.kind === 'kill' ? 1 : isRoot ? 2 : isHeld ? 1.5 : 1
  return place + (isAsked ? 1 : 0) + weight(action, evidence)
}

const isThere = (action: Hit, calls: readonly { readonly to: number }[], group: number | null): boolean =>
  group === action.group || calls.some(({ to }) => to === action.group)

const isHeldThere = (pool: number, action: Hit, { visits }: Evidence): boolean =>
  visits.some(({ pools, calls, group }) => pools.includes(pool) && isThere(action, calls, group))

function fits(action: Hit, failure: string): boolean {
  if (failure === 'breaker-open') return true
  if (action.kind === 'errors' || action.kind === 'fill') return failure === 'error'
  if (action.kind === 'deny') return failure === 'rejected'
  if (action.kind === 'throttle') return /^(?:rate-limited|rejected|timeout|deadline)$/.test(failure)
  if (action.kind === 'slow') return /^(?:timeout|deadline|rejected)$/.test(failure)
  return /^(?:connect-error|timeout|deadline)$/.test(failure)
}

/** Below 1: of several parts that a fault takes away at once, the one that is missed longest by most. */
function weight(action: Hit, { model }: Evidence): number {
  const group = model.groups[action.group]
  if (!group || action.kind !== 'kill') return 0
  const share = action.instances.length / (group.shards * group.perShardMax)
  const never = group.shards > 1 ? 1000 : 0
  const unnoticed = group.detect + (Number.isFinite(group.promote) ? group.promote : never)
  return (share * (1 + unnoticed)) / 2000
}

const isWhole = (action: Hit, { model }: Evidence): boolean => {
  const group = model.groups[action.group]
  return group !== undefined && action.instances.length >= group.shards * group.perShard
}

/** Called by another part, not by those who start the flow. */
const isCalledInside = (group: number, { visits }: Evidence): boolean =>
  visits.some(({ calls }) => calls.findIndex(({ to }) => to === group) > 0)
