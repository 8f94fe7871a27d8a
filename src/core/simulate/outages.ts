import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { eventOf, setDown } from './stations.ts'

/** Schedules the first breakdown of every station that has any. */
export function startOutages(kernel: Kernel): void {
  for (let copy = 0; copy < kernel.copies.all.length; copy++) schedule(kernel, copy, true)
}

/** A station breaks down (`tag` 1), or works again. */
export function turn(kernel: Kernel, copy: number, tag: number): void {
  setDown(kernel, copy, tag === 1)
  schedule(kernel, copy, tag === 0)
}

function schedule({ model, copies, streams, events, now }: Kernel, copy: number, isUp: boolean): void {
  const station = model.resources[copies.of(copy).resource]
  if (station?.kind !== 'station' || !station.outages) return
  const name = `${station.id}/outages/${copies.of(copy).instance}`
  const time = streams.sampler(isUp ? station.outages.up : station.outages.down, name).draw()
  events.push(now + time, eventOf(op.OUTAGE, copy), isUp ? 1 : 0)
}
