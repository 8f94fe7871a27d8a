import { percent } from '../result/format.ts'
import type { Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import type { Breach, Rule, Subject } from './define.ts'
import { type Traffic, trafficOf } from './traffic.ts'
import { type CallSite, copiesMost, type Surroundings, visitFlow } from './walk.ts'
import { names } from './wording.ts'

/** A queue that nothing bounds and that the load can fill in the worst case. */
export const unboundedQueue: Rule = {
  code: 'unbounded-queue',
  step: 6,
  severity: 'note',
  meaning:
    'Requests of an open load queue here without a bound: no limit on the way, nobody who gives up, and in the worst case (cold caches, every retry taken) more work than servers. Waits then grow without end.',
  remedy:
    'Bound what is let in (`limits: { concurrency, queue }`), or give up and stop the work (`after-timeout: stop`, a deadline).',
  check: (subject) => {
    const queues = unboundedQueues(subject)
    if (queues.size === 0) return []
    const traffic = { least: trafficOf(subject, 'least'), most: trafficOf(subject, 'most') }
    return [...queues].flatMap(([queue, reach]) => fillable(subject, traffic, { queue, ...reach }))
  },
}

/** Queues by the flows that reach them with nothing around that bounds how many wait. */
function unboundedQueues(subject: Subject): ReadonlyMap<ResourceIndex, Reach> {
  const queues = new Map<ResourceIndex, Reach>()
  const { model } = subject
  for (const [index, flow] of model.flows.entries()) {
    const isOpen = model.sources.some(
      ({ mix, arrivals }) => arrivals.kind !== 'closed' && mix.some((part) => part.flow === index),
    )
    if (!isOpen) continue
    visitFlow(subject, flow, (step, where) => {
      const queue = queueOf(model, step)
      if (queue === null || isBounded(where)) return
      const before = queues.get(queue)
      queues.set(queue, {
        flows: new Set([...(before?.flows ?? []), flow.id]),
        isGivenUp: (before?.isGivenUp ?? true) && where.around.some(givesUp),
      })
    })
  }
  return queues
}

interface Reach {
  readonly flows: ReadonlySet<string>
  /** All who wait are waited for with a limit: they leave, their work does not. */
  readonly isGivenUp: boolean
}

function queueOf({ resources }: Model, step: Step): ResourceIndex | null {
  const index = step.kind === 'serve' ? step.station : step.kind === 'hold' ? step.pool : null
  const resource = index === null ? undefined : resources[index]
  const isEndless =
    (resource?.kind === 'station' && resource.patience === null && Number.isFinite(resource.servers)) ||
    (resource?.kind === 'pool' && resource.patience === Infinity)
  return isEndless && resource.waitingRoom === Infinity ? index : null
}

/** Whoever waits here holds a slot of something that has only so many, or leaves the queue when the caller gives up. */
const isBounded = ({ holds, around }: Surroundings): boolean =>
  holds.length > 0 || around.some((site) => givesUp(site) && site.call.policy.afterTimeout === 'stop')

const givesUp = ({ call }: CallSite): boolean => call.policy.timeout !== null || call.policy.deadline !== null

interface Bounds {
  readonly least: Traffic
  readonly most: Traffic
}

interface Queue extends Reach {
  readonly queue: ResourceIndex
}

function fillable({ model }: Subject, { least, most }: Bounds, { queue, flows, isGivenUp }: Queue): readonly Breach[] {
  const resource = model.resources[queue]
  const group = resource && model.groups[resource.group]
  if (group === undefined) return []
  const each = resource?.kind === 'station' ? resource.servers : resource?.kind === 'pool' ? resource.slots : Infinity
  const servers = each * copiesMost(group)
  const isCertain = least.offered(queue) > servers
  const share = (isCertain ? least : most).offered(queue) / servers
  const component = model.components.find(({ id }) => id === group.component)
  if (!(share > 1) || component === undefined) return []
  const left = isGivenUp ? '; callers give up, but their work stays in it' : ''
  const full = share < 100 ? `${percent(share)} of what it can do` : 'more than it can do'
  const asks = isCertain ? `asks for ${full}` : `can ask for ${full} when caches are cold and calls are tried again`
  return [
    {
      at: component.span,
      message: `the queue of \`${resource?.id ?? ''}\` has no bound for ${names([...flows])}, and the load ${asks}${left}`,
      hint: 'bound it (`limits: { concurrency, queue }`), or stop work that nobody waits for (`after-timeout: stop`)',
    },
  ]
}
