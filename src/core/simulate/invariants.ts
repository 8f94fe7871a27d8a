import { AT, DONE, FLOATS, INTS, MODE, SINCE, STARTED } from './field.ts'
import type { Kernel } from './kernel.ts'
import { addFloat } from './numbers.ts'
import * as op from './op.ts'

/** By copy of station or pool: how long those who are there have waited so far. */
export function presentWaits(kernel: Kernel): Float64Array {
  const { copies, records, now } = kernel
  const waits = new Float64Array(copies.all.length)
  for (let record = 0; record < records.capacity; record++) {
    const mode = records.ints[(record << INTS) | MODE] as number
    const isPresent = mode === op.QUEUED || mode === op.IN_SERVICE || mode === op.SHARING || mode === op.SUSPENDED
    if (!isPresent) continue
    const copy = records.ints[(record << INTS) | AT] as number
    let served = records.floats[(record << FLOATS) | DONE] as number
    if (mode === op.IN_SERVICE) served += now - (records.floats[(record << FLOATS) | STARTED] as number)
    if (mode === op.SHARING) served = copies.of(copy).sharing?.served(kernel, record, copies.of(copy)) ?? 0
    addFloat(waits, copy, now - (records.floats[(record << FLOATS) | SINCE] as number) - served)
  }
  return waits
}

/** What has to hold whatever the model says; in words where it does not. */
export function violationsOf(kernel: Kernel, waitsBefore: Float64Array): readonly string[] {
  return [...flowViolations(kernel), ...copyViolations(kernel, waitsBefore), ...recordViolations(kernel)]
}

function flowViolations({ model, measures }: Kernel): readonly string[] {
  return model.flows.flatMap(({ id }, flow) => {
    const sums = measures.of(flow)
    const offered = sums.offered + sums.presentAtStart
    const ended = sums.good + sums.failed + sums.present
    return offered === ended ? [] : [`flow ${id}: ${offered} requests came in, ${ended} are accounted for`]
  })
}

function copyViolations(kernel: Kernel, waitsBefore: Float64Array): readonly string[] {
  const { copies, model } = kernel
  const waits = presentWaits(kernel)
  const found: string[] = []
  for (let copy = 0; copy < copies.all.length; copy++) {
    const id = model.resources[copies.of(copy).resource]?.id ?? ''
    const busy = copies.of(copy).busy
    if (busy < 0 || busy > copies.of(copy).servers) found.push(`${id}: ${busy} servers are busy`)
    const area = copies.of(copy).queueArea + (waitsBefore[copy] as number)
    const ended = copies.of(copy).waitTotal + copies.of(copy).waitLost
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
