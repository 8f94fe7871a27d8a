import type { Kernel } from './kernel.ts'
import { addFloat } from './numbers.ts'
import * as op from './op.ts'

/** By copy of station or pool: how long those who are there have waited so far. */
export function presentWaits(kernel: Kernel): Float64Array {
  const { copies, records, sharing, now } = kernel
  const waits = new Float64Array(copies.count)
  for (let record = 0; record < records.capacity; record++) {
    const mode = records.mode[record] as number
    const isPresent = mode === op.QUEUED || mode === op.IN_SERVICE || mode === op.SHARING || mode === op.SUSPENDED
    if (!isPresent) continue
    const copy = records.at[record] as number
    let served = records.done[record] as number
    if (mode === op.IN_SERVICE) served += now - (records.started[record] as number)
    if (mode === op.SHARING) served = sharing[copy]?.served(kernel, record, copy) ?? 0
    addFloat(waits, copy, now - (records.since[record] as number) - served)
  }
  return waits
}

/** What has to hold whatever the model says; in words where it does not. */
export function violationsOf(kernel: Kernel, waitsBefore: Float64Array): readonly string[] {
  return [...flowViolations(kernel), ...copyViolations(kernel, waitsBefore), ...recordViolations(kernel)]
}

function flowViolations({ model, measures }: Kernel): readonly string[] {
  const codes = measures.failed.length / Math.max(1, model.flows.length)
  return model.flows.flatMap(({ id }, flow) => {
    const offered = (measures.offered[flow] as number) + (measures.presentAtStart[flow] as number)
    let ended = (measures.good[flow] as number) + (measures.present[flow] as number)
    for (let code = 0; code < codes; code++) ended += measures.failed[flow * codes + code] as number
    return offered === ended ? [] : [`flow ${id}: ${offered} requests came in, ${ended} are accounted for`]
  })
}

function copyViolations(kernel: Kernel, waitsBefore: Float64Array): readonly string[] {
  const { copies, model } = kernel
  const waits = presentWaits(kernel)
  const found: string[] = []
  for (let copy = 0; copy < copies.count; copy++) {
    const id = model.resources[copies.resource[copy] as number]?.id ?? ''
    const busy = copies.busy[copy] as number
    if (busy < 0 || busy > (copies.servers[copy] as number)) found.push(`${id}: ${busy} servers are busy`)
    const area = (copies.queueArea[copy] as number) + (waitsBefore[copy] as number)
    const ended = (copies.waitTotal[copy] as number) + (copies.waitLost[copy] as number)
    const sum = ended + (waits[copy] as number)
    if (Math.abs(area - sum) > 1e-6 * Math.max(area, sum, 1e-3))
      found.push(`${id}: the queue's area is ${area}, its waits are ${sum}`)
  }
  return found
}

function recordViolations({ measures, records }: Kernel): readonly string[] {
  const found: string[] = []
  if (measures.unbooked > 0) found.push(`time booked differs from response times by up to ${measures.unbooked} s`)
  if (records.live < 0) found.push(`${records.live} records are in use`)
  return found
}
