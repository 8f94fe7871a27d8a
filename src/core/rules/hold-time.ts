import { momentOf, meanOf, type Distribution } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { GroupIndex } from '../model/resource.ts'
import type { Call, CallPolicy, Register, Repeat, Step } from '../model/step.ts'
import { roundTripLeast } from './round-trip.ts'

/**
 * A time that is surely not longer than the real one: its mean, and a bound of its second moment, in seconds. Waits in
 * queues are not in it.
 */
export interface LeastTime {
  readonly mean: number
  readonly square: number
}

export interface TimeContext {
  readonly model: Model
  /** Where the steps run. */
  readonly group: GroupIndex | null
  /** What each register holds, as far as it is known. */
  readonly registers: Readonly<Record<Register, number>>
}

const none: LeastTime = { mean: 0, square: 0 }

/**
 * Mean time that steps take at least, without any waiting: services, delays and round trips one after the other, the
 * longest of branches that are all waited for, the shorter way at a cache. Limits (timeouts, hedges) cut it.
 *
 * @param until  `reply`: as far as the answer; `end`: with what follows it
 */
export function leastTime(steps: readonly Step[], context: TimeContext, until: 'reply' | 'end'): LeastTime {
  return walk(steps, context, until).time
}

/** Time that one attempt holds a connection or a slot of a bulkhead: there, the work, and back. */
export function leastAttemptTime(call: Call, context: TimeContext): LeastTime {
  const { model, group } = context
  const network = group === null ? none : roundTripLeast(model, group, call.to)
  const inside = leastTime(call.steps, { ...context, group: call.to }, 'reply')
  return cut(add(network, inside), call.policy)
}

interface Walked {
  readonly time: LeastTime
  readonly hasReplied: boolean
}

function walk(steps: readonly Step[], context: TimeContext, until: 'reply' | 'end'): Walked {
  let time = none
  let passed = 1
  for (const step of steps) {
    if (step.kind === 'reply' && until === 'reply') return { time, hasReplied: true }
    // What follows a step that fails does not always happen.
    if (step.kind === 'fail') passed *= 1 - step.probability
    const { time: own, hasReplied } = timeOf(step, context, until)
    time = add(time, { mean: own.mean * passed, square: own.square })
    if (hasReplied) return { time, hasReplied }
  }
  return { time, hasReplied: false }
}

function timeOf(step: Step, context: TimeContext, until: 'reply' | 'end'): Walked {
  switch (step.kind) {
    case 'serve': {
      const by = step.each * context.registers[step.times]
      return alone(by === 0 ? law(step.work) : law({ law: 'shifted', by, of: step.work }))
    }
    case 'delay':
      return alone(law(step.time))
    case 'call':
      return alone(leastAttemptTime(step, context))
    case 'hold':
    case 'attempt':
      return walk(step.steps, context, until)
    case 'lookup': {
      const ways = [walk(step.hit, context, until), walk(step.miss, context, until)]
      return joined(walk(step.access, context, until), shorter(ways))
    }
    case 'choose': {
      const ways = step.branches.map(({ steps }) => walk(steps, context, until))
      const sum = (of: (time: LeastTime) => number): number =>
        step.branches.reduce((total, { probability }, i) => total + probability * of(ways[i]?.time ?? none), 0)
      const time = { mean: sum(({ mean }) => mean), square: sum(({ square }) => square) }
      return { time, hasReplied: ways.some(({ hasReplied }) => hasReplied) }
    }
    case 'parallel': {
      const isAll = step.need >= step.branches.length
      const waited = step.branches.filter(({ giveUp }) => isAll && giveUp === null)
      return alone(longest(waited.map(({ steps }) => leastTime(steps, context, 'end'))))
    }
    case 'repeat':
      return alone(repeatTime(step, context))
    default:
      return alone(none)
  }
}

const alone = (time: LeastTime): Walked => ({ time, hasReplied: false })

/** Rounds side by side count as one after the other divided by their number. */
function repeatTime({ count, times, groupsOf, atOnce, steps }: Repeat, context: TimeContext): LeastTime {
  const perThing = times === null ? 1 : context.registers[times]
  const things = meanOf(count) * perThing
  const rounds = count.law === 'fixed' ? Math.ceil(things / groupsOf) : things / groupsOf
  const inRow = count.law === 'fixed' ? Math.ceil(rounds / Math.max(1, atOnce)) : rounds / Math.max(1, atOnce)
  const spread = rounds === 0 ? 0 : momentOf(count, 2) / (meanOf(count) * meanOf(count))
  const group = groupsOf === 1 || rounds === 0 ? 1 : things / rounds
  const inner = leastTime(steps, { ...context, registers: { ...context.registers, group } }, 'end')
  return { mean: inRow * inner.mean, square: spread * inRow * inRow * inner.square }
}

const law = (distribution: Distribution): LeastTime => ({
  mean: meanOf(distribution),
  square: momentOf(distribution, 2),
})

/** One after the other; the second moment by Minkowski, so that nothing need be independent. */
function add(a: LeastTime, b: LeastTime): LeastTime {
  const root = Math.sqrt(a.square) + Math.sqrt(b.square)
  return { mean: a.mean + b.mean, square: root * root }
}

const joined = (first: Walked, then: Walked): Walked => ({
  time: add(first.time, then.time),
  hasReplied: first.hasReplied || then.hasReplied,
})

/** Whichever way is taken, it takes at least this long. */
function shorter(ways: readonly Walked[]): Walked {
  const mean = ways.reduce((least, { time }) => Math.min(least, time.mean), Infinity)
  const square = ways.reduce((most, { time }) => Math.max(most, time.square), 0)
  return { time: { mean, square }, hasReplied: ways.some(({ hasReplied }) => hasReplied) }
}

const longest = (times: readonly LeastTime[]): LeastTime =>
  times.reduce((longer, time) => (time.mean > longer.mean ? time : longer), none)

/** E[min(X, limit)] >= E[X] - E[X²] / limit, whatever the law of X. */
function cut(time: LeastTime, { timeout, hedge }: CallPolicy): LeastTime {
  const start = hedge === null ? Infinity : typeof hedge.after === 'number' ? hedge.after : 0
  const limit = Math.min(timeout ?? Infinity, start)
  if (limit === Infinity) return time
  return { ...time, mean: limit > 0 ? Math.max(0, time.mean - time.square / limit) : 0 }
}
