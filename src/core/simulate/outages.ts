import type { Copy } from './copy.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { eventOf, setDown } from './stations.ts'

/** Schedules the first breakdown of every station that has any. */
export function startOutages(kernel: Kernel): void {
  for (const copy of kernel.copies.all) schedule(kernel, copy, true)
}

/** A station breaks down (`tag` 1), or works again. */
export function turn(kernel: Kernel, index: number, tag: number): void {
  const copy = kernel.copies.of(index)
  setDown(kernel, copy, tag === 1)
  schedule(kernel, copy, tag === 0)
}

function schedule({ model, streams, events, now }: Kernel, copy: Copy, isUp: boolean): void {
  const station = model.resources[copy.resource]
  if (station?.kind !== 'station' || !station.outages) return
  const name = `${station.id}/outages/${copy.instance}`
  const time = streams.sampler(isUp ? station.outages.up : station.outages.down, name).draw()
  events.push(now + time, eventOf(op.OUTAGE, copy.number), isUp ? 1 : 0)
}
