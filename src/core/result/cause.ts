import type { FaultAction, Model, Objective } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import { describe } from './cause-text.ts'
import { seconds } from './format.ts'
import type { Evidence, Load } from './evidence.ts'
import type { Cause, Reason } from './result.ts'

/** From this busy share on, a resource counts as saturated. */
const FULL = 0.9

/** What was found, before it is put into words. */
export interface Suspect {
  readonly component: string
  readonly reason: Reason
  readonly load: Load | null
  readonly share: number
  readonly since: number | null
  /** Kinds of evidence that agree. */
  readonly agree: number
  /** Components on the way that only wait. */
  readonly victims: readonly string[]
  readonly note: string
}

/**
 * Why an objective is missed. Follows the slow requests' time to the resource they wait at, from there down who
 * waits for whom to the one that works and waits for nobody, and asks then what made that one full: retries, a
 * fault, a cold cache, an autoscaler that came late, one hot copy, or just too much work.
 */
export function findCause(objective: Objective, evidence: Evidence): Cause {
  const suspect = suspectOf(objective, evidence)
  return {
    component: suspect.component,
    reason: suspect.reason,
    share_of_tail: Math.min(1, suspect.share),
    since_s: suspect.since === null ? null : evidence.written(suspect.since),
    confidence: suspect.agree >= 3 ? 'certain' : suspect.agree === 2 ? 'likely' : 'unclear',
    text: describe(suspect, evidence),
  }
}

function suspectOf(objective: Objective, evidence: Evidence): Suspect {
  if (objective.indicator === 'cost') return { ...nobody, component: mostExpensive(evidence.model), reason: 'cost' }
  const root = rootOf(objective, evidence)
  return (
    storm(root, evidence) ??
    outOfReach(evidence) ??
    coldCache(root, evidence) ??
    scalingLag(root, evidence) ??
    fault(root, evidence) ??
    repeated(root, evidence) ??
    hotShard(root, evidence) ??
    network(root, evidence) ??
    root
  )
}

const nobody: Suspect = {
  component: '',
  reason: 'unknown',
  load: null,
  share: 0,
  since: null,
  agree: 0,
  victims: [],
  note: '',
}

function mostExpensive(model: Model): string {
  const cost = (id: string): number =>
    model.components.find((c) => c.id === id)?.cost.reduce((total, item) => total + item.dollarsPerMonth, 0) ?? 0
  return [...model.components].sort((a, b) => cost(b.id) - cost(a.id))[0]?.id ?? ''
}

/** The resource at the end of the chain of waiting, by time (slow requests) or by failures. */
function rootOf(objective: Objective, evidence: Evidence): Suspect {
  const start = objective.subject.kind === 'component' ? ofComponent(objective, evidence) : ofTail(evidence)
  if (start === null) return serviceOnly(evidence)
  const chain = follow(start, evidence)
  const root = chain.at(-1) ?? start
  const share = shareOf(evidence, new Set(chain.map((load) => load.index)))
  const isFull = root.utilization >= FULL || hottest(root) >= FULL
  return {
    component: root.component,
    reason: reasonOf(root, isFull),
    load: root,
    share,
    since: root.since,
    agree: (share >= 0.4 ? 1 : 0) + (share >= 0.65 ? 1 : 0) + (isFull ? 1 : 0) + (isEarliest(root, evidence) ? 1 : 0),
    victims: [...new Set(chain.slice(0, -1).map((load) => load.component))].filter((id) => id !== root.component),
    note: '',
  }
}

function reasonOf({ resource }: Load, isFull: boolean): Reason {
  if (resource.kind === 'pool') return /lock/.test(`${resource.label} ${resource.id}`) ? 'lock' : 'pool'
  if (resource.kind === 'limiter') return 'limit'
  if (resource.kind !== 'station') return 'queue'
  return isFull ? 'saturation' : 'queue'
}

function ofComponent({ subject, indicator }: Objective, { loads }: Evidence): Load | null {
  const own = [...loads.values()].filter((load) => load.component === subject.id && isBusyKind(load))
  const by = indicator === 'utilization' ? (load: Load) => load.utilization : (load: Load) => load.queueMean
  return own.sort((a, b) => by(b) - by(a))[0] ?? null
}

const isBusyKind = ({ resource }: Load): boolean => resource.kind === 'station' || resource.kind === 'pool'

/**
 * Where slow requests wait most; when the retries or failures hide it, the fullest or most refusing resource on
 * their path.
 */
function ofTail(evidence: Evidence): Load | null {
  const { tail, loads, onPath, failures } = evidence
  const refused = failures[0]?.failure
  if (refused === 'rejected' || refused === 'rate-limited') {
    const refusing = [...loads.values()].filter((load) => onPath.has(load.index) && load.rejected > 0)
    const most = refusing.sort((a, b) => b.rejected - a.rejected)[0]
    if (most) return most
  }
  const waiting = tail.find((part) => part.resource !== null && part.wait_s > part.service_s / 4)
  const top = tail[0]
  if (waiting?.resource !== null && waiting && waiting.share_of_p99 >= 0.5 * (top?.share_of_p99 ?? 0)) {
    return loads.get(waiting.resource) ?? null
  }
  return fullest(evidence)
}

function fullest({ loads, onPath }: Evidence): Load | null {
  const full = [...loads.values()].filter((load) => onPath.has(load.index) && isBusyKind(load))
  const busiest = full.sort((a, b) => hottest(b) - hottest(a) || b.queueMean - a.queueMean)[0]
  return busiest && hottest(busiest) >= FULL ? busiest : null
}

const hottest = (load: Load): number => Math.max(load.utilization, ...load.copies)

/**
 * Down the waiting: a full pool whose holders wait for something full is a victim. Ends at who works and waits
 * for nobody.
 */
function follow(start: Load, { waitsFor, loads }: Evidence): readonly Load[] {
  const chain = [start]
  const seen = new Set<ResourceIndex>([start.index])
  let here = start
  while (here.resource.kind === 'pool') {
    const next = [...(waitsFor.get(here.index) ?? [])]
      .flatMap((index) => loads.get(index) ?? [])
      .filter((load) => isBusyKind(load) && !seen.has(load.index) && hottest(load) >= FULL)
      .sort((a, b) => rank(b) - rank(a))[0]
    if (!next) break
    chain.push(next)
    seen.add(next.index)
    here = next
  }
  return chain
}

/** Stations before pools: who works explains more than who holds. */
const rank = (load: Load): number => (load.resource.kind === 'station' ? 1 : 0) + hottest(load)

const shareOf = ({ tail }: Evidence, resources: ReadonlySet<ResourceIndex>): number =>
  tail.reduce(
    (total, part) => total + (part.resource !== null && resources.has(part.resource) ? part.share_of_p99 : 0),
    0,
  )

function isEarliest(root: Load, { loads, onPath }: Evidence): boolean {
  if (root.since === null) return false
  const since = root.since
  return [...loads.values()].every((load) => !onPath.has(load.index) || load.since === null || load.since >= since)
}

/** Nobody is full: slow requests are slow because their own work, a delay or the network takes that long. */
function serviceOnly({ tail }: Evidence): Suspect {
  const top = tail[0]
  if (!top) return nobody
  const isClear = top.share_of_p99 >= 0.5 ? 2 : 1
  const head = { ...nobody, component: top.component, share: top.share_of_p99, agree: isClear, note: top.step }
  if (top.category === 'network') return { ...head, reason: 'network' }
  if (top.category === 'retry') return { ...head, reason: 'retries' }
  return { ...head, reason: 'service' }
}

/** After the last fault the system did not come back, and attempts are many: it keeps itself down. */
function storm(root: Suspect, evidence: Evidence): Suspect | null {
  const { lost, attemptsAfter, model } = evidence
  if (lost < 0.5 || attemptsAfter < 1.3 || model.faults.every((f) => !Number.isFinite(f.end))) return null
  const at = root.load ?? fullest(evidence)
  const text = `${attemptsAfter.toFixed(1)} attempts per request keep it full after the fault is over`
  return { ...root, component: at?.component ?? root.component, load: at, reason: 'retries', agree: 3, note: text }
}

/** Without the retries there would be room. */
function repeated(root: Suspect, { attempts }: Evidence): Suspect | null {
  if (attempts < 1.3 || root.load === null || root.reason === 'lock') return null
  const isFull = root.load.utilization >= FULL
  if (!isFull) return null
  return { ...root, reason: 'retries', note: `${attempts.toFixed(1)} attempts per request` }
}

function coldCache(root: Suspect, { model, onPath, loads }: Evidence): Suspect | null {
  const flushed = model.faults.flatMap((f) => (f.action.kind === 'flush' ? f.action.caches : []))
  const cold = model.resources.flatMap((r, i) =>
    r.kind === 'cache' && !r.isWarm && r.forcedHitRatio === null ? [i] : [],
  )
  const flush = flushed.find((cache) => onPath.has(cache))
  const cache = flush ?? cold.find((candidate) => onPath.has(candidate))
  const at = cache === undefined ? undefined : loads.get(cache)
  if (at === undefined || (flush === undefined && root.load !== null)) return null
  const when = model.faults.find((f) => f.action.kind === 'flush')?.start ?? null
  return {
    ...root,
    component: at.component,
    reason: 'cold-cache',
    since: when,
    agree: flush === undefined ? 1 : Math.max(2, root.agree),
    victims: [...new Set([root.component, ...root.victims])].filter((id) => id !== '' && id !== at.component),
    note: flush === undefined ? 'starts empty' : 'is empty after the flush',
  }
}

function scalingLag(root: Suspect, { model, hasScaled }: Evidence): Suspect | null {
  const group = root.load?.resource.group
  const scaler = model.scalers.find((candidate) => candidate.group === group)
  const isGrowing = model.faults.some((f) => f.action.kind === 'burst') || model.sources.some((s) => s.shape.length > 1)
  if (!scaler || !root.load || !(isGrowing || hasScaled.has(scaler.group))) return null
  const lag = scaler.react + scaler.startDelay
  return {
    ...root,
    reason: 'scaling-lag',
    note: `an instance helps ${lag} s after the load came (up to ${scaler.max})`,
  }
}

/** Something was broken on purpose where the chain ends, or what failed is what a broken part answers. */
function fault(root: Suspect, evidence: Evidence): Suspect | null {
  const { model, failures } = evidence
  const hit = model.faults.filter((f) => f.action.kind !== 'burst' && f.action.kind !== 'flush')
  if (hit.length === 0) return null
  const at = hit.find((f) => groupOf(f.action) !== null && groupOf(f.action) === root.load?.resource.group)
  const isBroken = failures.some(
    ({ failure, share }) => share >= 0.3 && /connect-error|^error|breaker|timeout/.test(failure),
  )
  const first = at ?? (isBroken || root.load === null || root.agree < 2 ? hit[0] : undefined)
  if (!first) return null
  const group = groupOf(first.action)
  const component = at ? root.component : group === null ? '' : (model.groups[group]?.component ?? '')
  return {
    ...root,
    component,
    reason: 'fault',
    since: first.start,
    agree: Math.max(2, root.agree),
    victims: root.component === component ? root.victims : [root.component].filter((id) => id !== ''),
    note: first.text,
  }
}

function groupOf(action: FaultAction): number | null {
  return action.kind === 'burst' || action.kind === 'flush' ? null : action.group
}

/** One copy much busier than its siblings, where keys decide who gets the work. */
function hotShard(root: Suspect, { model }: Evidence): Suspect | null {
  const copies = root.load?.copies ?? []
  const shards = model.groups[root.load?.resource.group ?? -1]?.shards ?? 1
  if (shards < 2) return null
  if (copies.length < 2 || root.load?.resource.kind !== 'station') return null
  const sorted = [...copies].sort((a, b) => b - a)
  const most = sorted[0] ?? 0
  const others = sorted.slice(1).reduce((total, x) => total + x, 0) / (copies.length - 1)
  if (most < 0.75 || most < 1.4 * others) return null
  const note = `copy ${copies.indexOf(most)} is ${percent(most)} busy, its siblings ${percent(others)}`
  return { ...root, reason: 'hot-shard', agree: Math.max(2, root.agree), note }
}

/** Calls that cannot be answered in time from some places, however fast the callee is. */
function outOfReach({ failures, hopeless, model }: Evidence): Suspect | null {
  const given = failures.filter(({ failure }) => /^(?:timeout|deadline|breaker-open)$/.test(failure))
  const share = given.reduce((total, failure) => total + failure.share, 0)
  const [worst] = hopeless
  if (worst === undefined || share < 0.5 || model.faults.length > 0) return null
  const { call, place, roundTrip, timeout } = worst
  const component = model.groups[call.to]?.component ?? ''
  const note = `the round trip from ${place} takes ${seconds(roundTrip)}, and the caller waits ${seconds(timeout)}`
  return { ...nobody, component, reason: 'network', share, agree: 3, note }
}

/** All network time together, when it outweighs the waiting. */
function network(root: Suspect, { tail }: Evidence): Suspect | null {
  const crossing = tail.filter((part) => part.category === 'network')
  const share = crossing.reduce((total, part) => total + part.share_of_p99, 0)
  if (share < 0.5 || share < root.share) return null
  return {
    ...nobody,
    component: crossing[0]?.component ?? '',
    reason: 'network',
    share,
    agree: 2,
    note: crossing[0]?.step ?? '',
  }
}

const percent = (x: number): string => `${Math.round(100 * x)}%`
