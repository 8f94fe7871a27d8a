import type { Span } from '../base/span.ts'
import type { Seconds } from '../base/units.ts'
import type { Flow, Model } from '../model/model.ts'
import type { Group, GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Call, Pick, Step } from '../model/step.ts'
import type { Subject } from './define.ts'

/** One call of a flow, and what stands around it. */
export interface CallSite {
  readonly flow: Flow
  readonly call: Call
  /** Component or actor whose instance calls. */
  readonly caller: string
  readonly callerGroup: GroupIndex | null
  readonly callee: string
  readonly span: Span
  /** Calls that wait for this one, outermost first; none after a reply. */
  readonly around: readonly CallSite[]
  /** The flow does not fail with this call: its failure is caught or ignored on the way, or comes after the reply. */
  readonly isShielded: boolean
}

/** Where a step runs. */
export interface Surroundings {
  readonly flow: Flow
  /** Component or actor whose instance the step runs at. */
  readonly component: string
  readonly group: GroupIndex | null
  /** Calls that wait for the step, outermost first; none after a reply. */
  readonly around: readonly CallSite[]
  /** Pools that the request holds a slot of meanwhile: threads, connections, bulkheads, limits. */
  readonly holds: readonly ResourceIndex[]
  /** Groups whose instances the request is at, outermost first, and how they were picked. */
  readonly frames: readonly Frame[]
  readonly isShielded: boolean
}

export interface Frame {
  readonly group: GroupIndex
  readonly within: Pick['within'] | null
}

export type Visit = (step: Step, where: Surroundings, site: CallSite | null) => void

/** Every step of a flow in the order of the text, with where it runs; calls with their site. */
export function visitFlow(subject: Subject, flow: Flow, visit: Visit): void {
  const starter = starterOf(subject, flow)
  const frames = starter.group === null ? [] : [{ group: starter.group, within: null }]
  const where: Surroundings = { flow, ...starter, around: [], holds: [], frames, isShielded: false }
  visitSteps(subject.model, flow.steps, where, visit)
}

/** Every call of the model, flow by flow. */
export function callSites(subject: Subject): readonly CallSite[] {
  const sites: CallSite[] = []
  for (const flow of subject.model.flows) {
    visitFlow(subject, flow, (_step, _where, site) => {
      if (site !== null) sites.push(site)
    })
  }
  return sites
}

/** Who starts a flow: an actor, a schedule, or the component that consumes. */
export function starterOf({ design, model }: Subject, flow: Flow): Starter {
  const consumer = model.consumers.find((one) => model.flows[one.flow] === flow)
  if (consumer !== undefined) {
    return { component: model.groups[consumer.group]?.component ?? flow.id, group: consumer.group }
  }
  const trigger = design.flows.get(flow.id)?.trigger
  const component = trigger?.kind === 'actor' ? trigger.actor : `every ${flow.id}`
  const group = model.groups.findIndex(({ id }) => id === `actor ${component}`)
  return { component, group: group < 0 ? null : group }
}

interface Starter {
  readonly component: string
  readonly group: GroupIndex | null
}

/** True when an answer went out on the way: what follows at this instance has nobody waiting. */
function visitSteps(model: Model, steps: readonly Step[], start: Surroundings, visit: Visit): boolean {
  let where = start
  let hasReplied = false
  for (const step of steps) {
    if (!visitStep(model, step, where, visit)) continue
    hasReplied = true
    where = { ...where, around: [], isShielded: true }
  }
  return hasReplied
}

function visitStep(model: Model, step: Step, where: Surroundings, visit: Visit): boolean {
  const go = (steps: readonly Step[], changes: Partial<Surroundings> = {}): boolean =>
    visitSteps(model, steps, { ...where, ...changes }, visit)
  if (step.kind === 'call') {
    const site = siteOf(model, step, where)
    visit(step, where, site)
    go(step.steps, insideCall(site, where))
    return false
  }
  visit(step, where, null)
  switch (step.kind) {
    case 'reply':
      return true
    case 'hold':
      return go(step.steps, { holds: [...where.holds, step.pool] })
    case 'attempt': {
      const hasReplied = go(step.steps, { isShielded: true })
      return go(step.otherwise) || hasReplied
    }
    default:
      return nestedLists(step)
        .map((steps) => go(steps))
        .includes(true)
  }
}

function siteOf(model: Model, call: Call, { flow, component, group, around, isShielded }: Surroundings): CallSite {
  return {
    flow,
    call,
    caller: component,
    callerGroup: group,
    callee: model.groups[call.to]?.component ?? '',
    span: model.points[call.networkPoint]?.span ?? flow.span,
    around,
    isShielded: isShielded || call.onFail !== 'error',
  }
}

function insideCall(site: CallSite, { around, holds, frames }: Surroundings): Partial<Surroundings> {
  const { to, policy, pick } = site.call
  const held = [policy.bulkhead, policy.connection].filter((pool) => pool !== null)
  return {
    component: site.callee,
    group: to,
    around: [...around, site],
    holds: [...holds, ...held],
    frames: [...frames, { group: to, within: pick.within }],
    isShielded: site.isShielded,
  }
}

/** Lists of steps inside a step, in the order of the text. */
export function nestedLists(step: Step): readonly (readonly Step[])[] {
  switch (step.kind) {
    case 'lookup':
      return [step.access, step.miss, step.hit]
    case 'choose':
    case 'parallel':
      return step.branches.map(({ steps }) => steps)
    case 'hold':
    case 'repeat':
    case 'call':
      return [step.steps]
    case 'attempt':
      return [step.steps, step.otherwise]
    default:
      return []
  }
}

/** Instances of a group at most, with everything that scaling may add. */
export const copiesMost = ({ shards, perShardMax }: Group): number => shards * perShardMax

/** The nearest limit that an enclosing call sets: its own deadline or timeout, whichever is shorter. */
export function limitAround(site: CallSite, kind: 'timeout' | 'deadline'): { site: CallSite; limit: Seconds } | null {
  let tightest: { site: CallSite; limit: Seconds } | null = null
  for (const around of site.around) {
    const limit = around.call.policy[kind]
    if (limit !== null && (tightest === null || limit < tightest.limit)) tightest = { site: around, limit }
  }
  return tightest
}
