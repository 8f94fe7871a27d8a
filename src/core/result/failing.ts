import type { ResourceIndex } from '../model/resource.ts'
import type { Call } from '../model/step.ts'
import type { Evidence } from './evidence.ts'
import { hottest, isBusyKind, type Load } from './loads.ts'
import type { Visit } from './profile.ts'

/** The resource at which most failures arise: what refuses, or what is waited for until time runs out. */
export function failingAt(evidence: Evidence): Load | null {
  const top = evidence.failures[0]?.failure
  switch (top) {
    case 'rejected':
    case 'rate-limited':
      return mostRefusing(evidence, top === 'rate-limited')
    case 'timeout':
    case 'deadline':
    case 'breaker-open':
    case 'abandoned':
      return mostWaiting(evidence, guarded(evidence))
    default:
      return null
  }
}

function mostRefusing({ loads, onPath }: Evidence, byRate: boolean): Load | null {
  const refusing = [...loads.values()].filter(
    (load) => onPath.has(load.index) && load.rejected > 0 && (load.resource.kind === 'limiter') === byRate,
  )
  const asked = refusing.filter(({ resource }) => resource.kind !== 'breaker' && resource.kind !== 'budget')
  return asked.sort((a, b) => b.rejected - a.rejected)[0] ?? null
}

/** What the flows in question do behind a timeout, a deadline or a breaker. */
export const guarded = ({ visits, flows }: Evidence): readonly Visit[] =>
  visits.filter(({ flow, calls }) => flows.includes(flow) && calls.some(isGuarded))

const isGuarded = ({ policy }: Call): boolean =>
  policy.timeout !== null || policy.deadline !== null || policy.breaker !== null

function mostWaiting({ loads }: Evidence, visits: readonly Visit[]): Load | null {
  const resources = [...new Set(visits.flatMap(({ resource, pools }) => [resource, ...pools]))]
  const waiting = resources
    .filter((index): index is ResourceIndex => index !== null)
    .flatMap((index) => loads.get(index) ?? [])
    .filter(
      (load) => isBusyKind(load) && load.waitTotal > 0 && (hottest(load) >= 0.75 || load.waitMean > load.serviceMean),
    )
  return waiting.sort((a, b) => b.waitTotal - a.waitTotal)[0] ?? null
}
