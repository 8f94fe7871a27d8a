import type { EventSet } from '../base/event-set.ts'
import type { Flow, Model } from '../model/model.ts'
import type { Group, Resource } from '../model/resource.ts'
import type { Step } from '../model/step.ts'

/** Instances of a group that can ever be there: the numbers that copies of its resources have. */
export const instancesOf = (group: Group | undefined): number => (group ? group.shards * strideOf(group) : 1)

/** Instance number = shard × stride + position. */
export const strideOf = (group: Group): number => Math.max(group.perShard, group.perShardMax)

/** Sorts of resources that have arrays of their own; stations and pools are both queues with servers. */
type Sort = 'queue' | 'limiter' | 'breaker' | 'budget' | 'cache' | 'log'

const sortOf = (resource: Resource): Sort =>
  resource.kind === 'station' || resource.kind === 'pool' ? 'queue' : resource.kind

/**
 * Which copy of which resource stands where in the arrays of its sort, and which priorities have queues of their own.
 */
export class Layout {
  readonly events: EventSet
  private readonly bases: readonly number[]
  private readonly groupBases: readonly number[]
  private readonly totals = new Map<Sort, number>()
  private readonly priorities: readonly (readonly number[])[]

  constructor(model: Model, events: EventSet) {
    this.events = events
    this.bases = model.resources.map((resource) => {
      const sort = sortOf(resource)
      const base = this.totals.get(sort) ?? 0
      this.totals.set(sort, base + instancesOf(model.groups[resource.group]))
      return base
    })
    this.priorities = prioritiesOf(model)
    let instances = 0
    this.groupBases = model.groups.map((group) => {
      instances += instancesOf(group)
      return instances - instancesOf(group)
    })
  }

  /** Number of the first instance of a group among all instances. */
  firstInstance(group: number): number {
    return this.groupBases[group] ?? 0
  }

  base(resource: number): number {
    return this.bases[resource] ?? 0
  }

  total(sort: Sort): number {
    return this.totals.get(sort) ?? 0
  }

  levels(resource: number): number {
    return Math.max(1, this.priorities[resource]?.length ?? 1)
  }

  /** 0 for the most urgent of the priorities that are used there, which is the smallest number. */
  level(resource: number, priority: number): number {
    return Math.max(0, this.priorities[resource]?.indexOf(priority) ?? 0)
  }
}

function prioritiesOf(model: Model): readonly (readonly number[])[] {
  const used = model.resources.map(() => new Set<number>())
  const isSorted = model.resources.map(
    (resource) =>
      (resource.kind === 'station' && (resource.discipline === 'priority' || resource.discipline === 'preemptive')) ||
      (resource.kind === 'pool' && resource.order === 'priority'),
  )
  const use = (resource: number | null, priority: number): void => {
    if (resource !== null && isSorted[resource] === true) used[resource]?.add(priority)
  }
  for (const flow of model.flows) eachStep(flow.steps, (step) => noteUse(step, flow, use))
  return used.map((set) => [...set].sort((a, b) => a - b))
}

function noteUse(step: Step, flow: Flow, use: (resource: number | null, priority: number) => void): void {
  if (step.kind === 'serve') use(step.station, step.priority)
  if (step.kind === 'hold') use(step.pool, step.priority)
  if (step.kind !== 'call') return
  use(step.policy.bulkhead, flow.priority)
  use(step.policy.connection, flow.priority)
}

/** Visits steps and all that they nest. */
export function eachStep(steps: readonly Step[], visit: (step: Step) => void): void {
  for (const step of steps) {
    visit(step)
    if ('steps' in step) eachStep(step.steps, visit)
    if (step.kind === 'hold' && step.start) eachStep(step.start, visit)
    if ('branches' in step) for (const branch of step.branches) eachStep(branch.steps, visit)
    if (step.kind === 'lookup') for (const nested of [step.access, step.hit, step.miss]) eachStep(nested, visit)
    if (step.kind === 'attempt') eachStep(step.otherwise, visit)
  }
}
