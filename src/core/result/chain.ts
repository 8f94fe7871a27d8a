import type { Objective } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Evidence } from './evidence.ts'
import { failingAt } from './failing.ts'
import { FULL, hottest, isBusyKind, type Load } from './loads.ts'
import type { Reason } from './result.ts'
import { isAboutFailures, nobody, others, type Suspect } from './suspects/define.ts'

/** From this busy share on, waiting at a station is a matter of how much work it has, not of chance. */
const BUSY = 0.8

/** The resource at the end of the chain of waiting, by time (slow requests) or by failures. */
export function rootOf(objective: Objective, evidence: Evidence): Suspect {
  const start = startOf(objective, evidence)
  if (start === null) return nobody
  const chain = follow(start, evidence)
  const root = chain.at(-1) ?? start
  const isFull = hottest(root) >= BUSY || root.since !== null
  const byFailures = isAboutFailures(objective, evidence)
  const share = byFailures ? refusedShare(start, evidence) : shareOf(evidence, new Set(chain.map((load) => load.index)))
  const component = nameOf(root, evidence)
  return {
    component,
    reason: reasonOf(root, isFull),
    load: root,
    share,
    since: root.since,
    agree: countOf([share >= 0.4, share >= 0.65, isFull, isEarliest(root, evidence), byFailures && start.rejected > 0]),
    victims: others(
      chain.slice(0, -1).map((load) => load.component),
      component,
    ).filter((id) => id !== root.component),
    note: '',
  }
}

const countOf = (facts: readonly boolean[]): number => facts.filter((isTrue) => isTrue).length

/** Connections are named after what they lead to: that is where their number is written. */
export function nameOf(load: Load, { model }: Evidence): string {
  return model.connections.find(({ pool }) => pool === load.index)?.to ?? load.component
}

function reasonOf({ resource }: Load, isFull: boolean): Reason {
  if (resource.kind === 'pool') return /lock/.test(`${resource.label} ${resource.id}`) ? 'lock' : 'pool'
  if (resource.kind === 'limiter') return 'limit'
  if (resource.kind !== 'station') return 'queue'
  return isFull ? 'saturation' : 'queue'
}

function startOf(objective: Objective, evidence: Evidence): Load | null {
  const { kind, id } = objective.subject
  const isConsumed = evidence.flows.some((flow) => evidence.model.flows[flow]?.isConsumer)
  if (kind === 'component' && !isConsumed) return ofComponent(id, objective.indicator, evidence)
  if (isAboutFailures(objective, evidence)) return failingAt(evidence) ?? fullest(evidence)
  return ofTail(evidence)
}

function ofComponent(id: string, indicator: Objective['indicator'], { loads }: Evidence): Load | null {
  const own = [...loads.values()].filter((load) => load.component === id && isBusyKind(load))
  const by = indicator === 'utilization' ? (load: Load) => load.utilization : (load: Load) => load.queueMean
  return own.sort((a, b) => by(b) - by(a))[0] ?? null
}

/** Where slow requests wait most; when what failed hides it, the fullest resource on their path. */
function ofTail(evidence: Evidence): Load | null {
  const { tail, loads } = evidence
  const waiting = [...tail]
    .sort((a, b) => b.slowWait - a.slowWait || b.wait - a.wait)
    .find((part) => part.resource !== null && part.wait > 0)
  const top = tail[0]
  const most = top ? Math.max(top.slowServe, top.slowWait) : 0
  if (waiting && waiting.resource !== null && waiting.slowWait >= 0.5 * most) return loads.get(waiting.resource) ?? null
  return fullest(evidence)
}

export function fullest({ loads, onPath }: Evidence): Load | null {
  const full = [...loads.values()].filter((load) => onPath.has(load.index) && isBusyKind(load))
  const busiest = full.sort((a, b) => hottest(b) - hottest(a) || b.queueMean - a.queueMean)[0]
  return busiest && hottest(busiest) >= FULL ? busiest : null
}

/**
 * Down the waiting: a full pool whose holders wait for something full is a victim. Ends at who works and waits
 * for nobody.
 */
export function follow(start: Load, { waitsFor, loads }: Evidence): readonly Load[] {
  const chain = [start]
  const seen = new Set<ResourceIndex>([start.index])
  let here = start
  while (here.resource.kind === 'pool') {
    const next = [...(waitsFor.get(here.index) ?? [])]
      .flatMap((index) => loads.get(index) ?? [])
      .filter((load) => isBusyKind(load) && !seen.has(load.index) && holdsUp(load))
      .sort((a, b) => b.waitTotal - a.waitTotal)[0]
    if (!next) break
    chain.push(next)
    seen.add(next.index)
    here = next
  }
  return chain
}

/** Full, or most of a visit is waiting: because it is nearly full, or stands still now and then. */
function holdsUp(load: Load): boolean {
  if (hottest(load) >= FULL) return true
  if (load.waitMean < load.serviceMean) return false
  return hottest(load) >= 0.75 || load.since !== null || pausing(load)
}

export const pausing = ({ resource }: Load): boolean => resource.kind === 'station' && resource.outages !== null

const shareOf = ({ tail }: Evidence, resources: ReadonlySet<ResourceIndex>): number =>
  tail.reduce((total, part) => total + (part.resource !== null && resources.has(part.resource) ? part.share : 0), 0)

/** Failures that a resource's own refusals make. */
function refusedShare(start: Load, { failures }: Evidence): number {
  const own = start.resource.kind === 'limiter' ? 'rate-limited' : 'rejected'
  const refused = failures.find(({ failure }) => failure === own)?.share ?? 0
  if (start.rejected > 0 && refused >= 0.4) return refused
  const late = failures.filter(({ failure }) => /^(?:timeout|deadline|abandoned|breaker-open)$/.test(failure))
  return late.reduce((total, { share }) => total + share, 0)
}

function isEarliest(root: Load, { loads, onPath }: Evidence): boolean {
  const { since } = root
  if (since === null) return false
  return [...loads.values()].every((load) => !onPath.has(load.index) || load.since === null || load.since >= since)
}
