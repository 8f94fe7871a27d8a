import { comeBack, die } from './die.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { eventOf } from './stations.ts'

/** Schedules the first failure of everything that fails by chance. */
export function startBreakdowns(kernel: Kernel): void {
  kernel.model.breakdowns?.forEach((_, index) => schedule(kernel, index, true))
}

/** Everything that a breakdown hits fails at once (`tag` 1), or is back. */
export function breakDown(kernel: Kernel, index: number, tag: number): void {
  const breakdown = kernel.model.breakdowns?.[index]
  for (const { group, instances } of breakdown?.victims ?? []) {
    for (const instance of instances) {
      if (tag === 1) die(kernel, group, instance)
      else comeBack(kernel, group, instance)
    }
  }
  schedule(kernel, index, tag === 0)
}

function schedule({ model, streams, events, now }: Kernel, index: number, isUp: boolean): void {
  const breakdown = model.breakdowns?.[index]
  if (!breakdown) return
  const law = isUp ? breakdown.up : breakdown.down
  const time = streams.sampler(law, `breakdown/${breakdown.id}/${isUp ? 'up' : 'down'}`).draw()
  events.push(now + time, eventOf(op.BREAKDOWN, index), isUp ? 1 : 0)
}
