import type { Ratio, Seconds } from '../base/units.ts'
import type { Ejection } from '../model/resource.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import type { Forwards } from './define.ts'

/** Passive health checks, with the figures of Envoy, where they are off until they are asked for. */
export const ejectField = record(
  {
    after: withDefault(wholeField(), '5', {
      help: 'Failures in a row: no connection, a timeout, an error, a rejection.',
      source: 'Envoy documentation: outlier detection, consecutive 5xx, 2025',
      range: '1..10',
      effect: { at: '1', moves: ['crash: success up', 'zone: success up'] },
    }),
    for: withDefault(timeField({ above: 0 }), '30 s', {
      help: 'How long the instance gets no requests.',
      source: 'Envoy documentation: outlier detection, base ejection time, 2025',
      range: '10 s..5 min',
      effect: { at: '20 s', moves: ['crash: success up', 'zone: success up'] },
    }),
    most: withDefault(ratioField(), '10%', {
      help: 'Part of the instances that is left out at once at most; one always may be.',
      source: 'Envoy documentation: outlier detection, max ejection percent, 2025',
      range: '10%..100%',
      effect: { at: '100%', moves: ['crash: success up', 'zone: success up'] },
    }),
  },
  'passive health checks',
)

export interface EjectSettings {
  readonly after: number
  readonly for: Seconds
  readonly most: Ratio
}

export const ejectionOf = ({ after, for: time, most }: EjectSettings): Ejection => ({ after, time, most })

/** How what stands in front of others finds out about their instances. */
export const checksParams = {
  checks: withDefault(
    record(
      {
        interval: optional(timeField({ above: 0 }), {
          help: 'Between two checks of an instance behind it; nothing: what is behind it is watched as its `health` says.',
          effect: { at: '30 s', moves: ['zone: success down'] },
        }),
        'unhealthy-after': withDefault(wholeField(), '3', {
          help: 'Failed checks in a row, until an instance gets no requests; counts with `interval`.',
          source: 'HAProxy documentation: fall 3, 2026',
          range: '1..5',
          effect: { at: '60', with: ['checks.interval=500 ms'], moves: ['zone: success down'] },
        }),
        eject: optional(ejectField, {
          help: 'Leaves an instance out for a while that failed requests; nothing: none is.',
        }),
      },
      'checks of what is behind',
    ),
    '{}',
    { help: 'How it finds out that an instance behind it is dead or fails.' },
  ),
}

export interface CheckSettings {
  readonly checks: {
    readonly interval: Seconds | null
    readonly 'unhealthy-after': number
    readonly eject: EjectSettings | null
  }
}

export function checksOf({ checks }: CheckSettings): Pick<Forwards, 'checks'> {
  const { interval, eject, 'unhealthy-after': times } = checks
  if (interval === null && eject === null) return {}
  return { checks: { detect: interval === null ? null : interval * times, eject: eject && ejectionOf(eject) } }
}
