import type { Objective } from '../../model/model.ts'
import type { Part } from '../attribution.ts'
import type { Evidence } from '../evidence.ts'
import { isPureDelay, type Visit } from '../profile.ts'
import { isAboutFailures, nobody, others, type Suspect, type Trail } from './define.ts'

/**
 * Requests would be too slow without any waiting: the time is a callee's, the work itself, or the network. Nobody is
 * asked for waiting when that alone misses the target.
 */
export function slowPart(trail: Trail): Suspect | null {
  const { objective, evidence, root } = trail
  if (isAboutFailures(objective, evidence) || !isTime(objective)) return null
  const held = heldTooLong(trail)
  if (held) return held
  const { served, waited } = timesOf(objective, evidence)
  const isWaiting = root.load !== null && root.share >= 0.3
  const isTooLong = served > objective.target && (served > waited || root.load?.resource.kind === 'pool')
  if (isWaiting && !isTooLong) return null
  return longest(evidence, objective)
}

const isTime = ({ indicator }: Objective): boolean => /^(?:mean|p\d+|max|fresh)$/.test(indicator)

const isMiddle = ({ indicator }: Objective): boolean => /^(?:mean|p50|p75)$/.test(indicator)

const servedIn = (part: Part, objective: Objective): number => (isMiddle(objective) ? part.serve : part.slowServe)
const waitedIn = (part: Part, objective: Objective): number => (isMiddle(objective) ? part.wait : part.slowWait)

const timesOf = (objective: Objective, { tail }: Evidence) => ({
  served: tail.reduce((sum, part) => sum + servedIn(part, objective), 0),
  waited: tail.reduce((sum, part) => sum + waitedIn(part, objective), 0),
})

/** A pool whose slots are held for somebody else's answer, for longer than the whole request may take. */
function heldTooLong({ root, evidence, objective }: Trail): Suspect | null {
  const { load } = root
  if (load?.resource.kind !== 'pool' || root.reason === 'lock') return null
  const { model, visits, loads } = evidence
  const [most] = visits
    .filter(
      (visit) =>
        visit.pools.includes(load.index) && isPureDelay(visit, loads) && isElsewhere(visit, load.resource.group),
    )
    .sort((a, b) => b.work - a.work)
  if (most === undefined || most.visits === 0 || most.work / most.visits <= objective.target) return null
  const component = model.groups[most.group ?? -1]?.component ?? ''
  const victims = others([...root.victims, load.component], component)
  return { ...root, component, reason: 'dependency', agree: Math.max(2, root.agree), load: null, victims, note: 'held' }
}

const isElsewhere = ({ group }: Visit, own: number): boolean => group !== null && group !== own

/** Where most of the time goes that is not waiting. */
function longest(evidence: Evidence, objective: Objective): Suspect | null {
  const { tail, loads, model } = evidence
  const [top] = [...tail].sort((a, b) => servedIn(b, objective) - servedIn(a, objective))
  const whole = tail.reduce((sum, part) => sum + servedIn(part, objective) + waitedIn(part, objective), 0)
  if (!top || whole === 0) return null
  const share = servedIn(top, objective) / whole
  const head = { ...nobody, component: top.component, share, agree: share >= 0.65 ? 2 : 1, note: top.step }
  if (top.category === 'network') return { ...head, reason: 'network' }
  if (top.category === 'retry') return { ...head, reason: 'retries' }
  const isDelay = top.category === 'delay' || isPureDelay({ kind: 'serve', resource: top.resource }, loads)
  const isInside = evidence.visits.some(
    ({ group, calls, flow }) =>
      evidence.flows.includes(flow) &&
      model.groups[group ?? -1]?.component === top.component &&
      (calls.length > 1 || model.flows[flow]?.isConsumer === true),
  )
  return { ...head, reason: isDelay && isInside ? 'dependency' : 'service' }
}
