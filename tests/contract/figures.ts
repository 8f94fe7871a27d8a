import type { Diagnostic, Result } from '../../src/core/index.ts'

/** What a setting may move. Larger is `up`. */
export type Figures = ReadonlyMap<string, number>

/** Figures of a result by name; of several flows or resources each for itself: `p99 of read`, `busy of cpu`. */
export function figuresOf(result: Result, warnings: readonly Diagnostic[]): Figures {
  const figures = new Map<string, number>()
  const add = (name: string, value: number | null | undefined): void => {
    if (value !== null && value !== undefined && Number.isFinite(value)) figures.set(name, value)
  }
  for (const [id, flow] of Object.entries(result.flows)) {
    const { response_time_s: time } = flow
    add(`mean of ${id}`, time.mean.value)
    add(`p99 of ${id}`, time.p99.value)
    add(`p50 of ${id}`, time.p50.value)
    add(`success of ${id}`, flow.success_ratio.value)
    add(`goodput of ${id}`, flow.goodput_per_s.value)
    add(`arrivals of ${id}`, flow.arrival_rate_per_s.value)
    add(`repeated of ${id}`, flow.delivery?.repeated_ratio)
    add(`lost of ${id}`, flow.delivery?.lost_ratio)
  }
  const it = result.components['it']
  if (it !== undefined) {
    add('busy', it.utilization.value)
    add('wait', it.wait_time_s.mean.value)
    add('hits', it.hit_ratio?.value)
    add('lag', it.lag_messages?.value)
    add('instances', it.instances_mean?.value)
    add('outage', it.recovery?.outage_s ?? 0)
    add('lost writes', it.recovery?.lost_writes ?? 0)
    add('lost age', it.recovery?.lost_age_s ?? 0)
    for (const [name, one] of Object.entries(it.resources)) add(`busy of ${name}`, one.utilization.value)
    const shares = (it.shards ?? []).map(({ utilization }) => utilization ?? 0)
    add(
      'hottest',
      shares.length === 0
        ? null
        : Math.max(...shares) /
            Math.max(
              1e-12,
              shares.reduce((a, b) => a + b, 0),
            ),
    )
  }
  add('cost', result.cost_usd_per_month.total)
  add('warnings', warnings.filter(({ severity }) => severity === 'warning').length)
  return figures
}
