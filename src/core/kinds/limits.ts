import type { PerSecond } from '../base/units.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { type Field, fieldOf, mapped, oneOf, scalarOr } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import { countField, rateField, wholeField } from '../text/quantity-fields.ts'
import { readRuntime, readShed, type Runtime, type Shed } from '../text/scalars/choices.ts'
import type { Ask, SettingsProblem, Workbench } from './define.ts'

export interface RateLimit {
  readonly rate: PerSecond
  readonly burst: number
}

/** `100/s`, or `{ per: 100/s, burst: 20 }`. A burst that nobody writes is one second's worth, at least 1. */
export const rateLimitField: Field<RateLimit> = mapped(
  scalarOr(
    mapped(rateField({ above: 0 }), (per) => ({ per, burst: null })),
    record(
      {
        per: required(rateField({ above: 0 }), { help: 'Requests that come in per time.' }),
        burst: optional(countField({ min: 1 }), {
          help: 'Requests at once; nothing: those of one second, at least 1.',
        }),
      },
      'a rate limit',
    ),
  ),
  ({ per, burst }) => ({ rate: per, burst: burst ?? Math.max(1, per) }),
)

const limitKeys = {
  concurrency: optional(wholeField(), {
    effect: { at: '1', moves: ['mean up'] },
    help: 'Requests that an instance works on at once, waits included.',
  }),
  queue: withDefault(wholeField({ min: 0, canBeInfinite: true }), 'infinite', {
    effect: { at: '1', with: ['runtime=threads(2)'], moves: ['success down'] },
    help: 'Requests that wait at an instance for its concurrency limit or for a thread.',
  }),
  'when-full': withDefault(oneOf('reject', 'wait', 'drop-oldest'), 'reject', {
    effect: { at: 'wait', with: ['runtime=threads(2)'], moves: ['surge: mean up', 'surge: success up'] },
    help: 'What happens to a request that finds the queue full; `wait`: the queue has no end.',
  }),
  rate: optional(rateLimitField, {
    effect: { at: '10/s', moves: ['success down'] },
    help: 'Token bucket of each instance: requests beyond it are refused.',
  }),
  order: withDefault(oneOf('fifo', 'lifo', 'priority'), 'fifo', {
    effect: { at: 'lifo', with: ['runtime=threads(2)', 'limits.queue=200'], moves: ['surge: p50 down'] },
    help: 'Who of those that wait is next.',
  }),
  shed: optional(fieldOf('`codel` or `codel(target 5 ms interval 100 ms)`', { type: 'string' }, readShed), {
    effect: {
      at: 'codel',
      with: ['runtime=threads(2)', 'limits.queue=200'],
      moves: ['surge: p99 down', 'surge: mean down'],
    },
    help: 'Drop requests while waits stay above a target.',
  }),
}

export const limitParams = {
  limits: withDefault(record(limitKeys, 'limits'), '{}', { help: 'What an instance takes in, and what it refuses.' }),
}

export const runtimeParams = {
  runtime: withDefault(
    fieldOf<Runtime>('`async`, `threads(200)` or `processes(4)`', { type: 'string' }, readRuntime),
    'async',
    {
      effect: { at: 'threads(2)', moves: ['mean up'] },
      help: 'Whether a request holds a thread or a process of its instance, waits included (async: it holds none).',
    },
  ),
}

export interface LimitSettings {
  readonly limits: {
    readonly concurrency: number | null
    readonly queue: number
    readonly 'when-full': 'reject' | 'wait' | 'drop-oldest'
    readonly rate: RateLimit | null
    readonly order: 'fifo' | 'lifo' | 'priority'
    readonly shed: Shed | null
  }
  readonly runtime: Runtime
}

/** A queue, an order and what happens when it is full need something that is waited for. */
export function checkLimits({ limits, runtime }: LimitSettings): readonly SettingsProblem[] {
  if (limits.concurrency !== null || runtime.kind !== 'async') return []
  if (limits.queue === Infinity && limits.order === 'fifo' && limits.shed === null) return []
  const other = limits.shed === null ? `order: ${limits.order}` : 'shed: codel'
  const what = limits.queue === Infinity ? other : `queue: ${limits.queue}`
  const message = `\`limits.${what}\` has no effect: nothing is waited for without a concurrency limit or threads`
  const hint = 'add `concurrency: 200` to `limits`, or `runtime: threads(200)`'
  return [{ severity: 'warning', code: 'no-effect', param: 'limits', message, hint }]
}

/** What a request passes before it is worked on: rate limit, concurrency limit, thread. */
export interface Gate {
  readonly pass: (inner: readonly Step[], ask: Ask) => readonly Step[]
  /** The pool that is held last; null when none is. */
  readonly threads: ResourceIndex | null
}

export function addGate(bench: Workbench, group: GroupIndex, settings: LimitSettings): Gate {
  const { limits, runtime } = settings
  const { rate, concurrency } = limits
  const id = (name: string): string => `${bench.component} ${name}`
  const limiter = rate && bench.addResource({ kind: 'limiter', id: id('rate limit'), group, ...rate })
  const waiting = {
    whenFull: limits['when-full'] === 'drop-oldest' ? ('drop-oldest' as const) : ('reject' as const),
    order: limits.order,
    patience: Infinity,
    ...(limits.shed === null ? {} : { shed: { target: limits.shed.target, interval: limits.shed.interval } }),
  }
  const room = limits['when-full'] === 'wait' ? Infinity : limits.queue
  const pool = (label: string, slots: number, waitingRoom: number): ResourceIndex =>
    bench.addResource({ kind: 'pool', id: id(label), group, slots, waitingRoom, ...waiting, label })
  const limit = concurrency === null ? null : pool('concurrency limit', concurrency, room)
  const threads = runtime.kind === 'async' ? null : pool(runtime.kind, runtime.count, limit === null ? room : Infinity)
  return {
    threads,
    pass: (inner, { write }) => {
      const held = [threads, limit].reduce<readonly Step[]>(
        (steps, index) => (index === null ? steps : [write.hold(index, steps)]),
        inner,
      )
      return limiter === null ? held : [{ kind: 'admit', limiter }, ...held]
    },
  }
}
