import { endBatch } from './consumers.ts'
import { type Kernel, retire } from './kernel.ts'
import { GOOD } from './op.ts'
import { think } from './sources.ts'

/** A request is over: it is answered, if it was not before, and its record is free. */
export function finishRoot(kernel: Kernel, record: number, failure: number): void {
  if (kernel.records.isAnswered[record] === 0) answerRoot(kernel, record, record, failure)
  retire(kernel, record)
}

/** The answer reaches whoever sent the request. `booked`: the record with the time that led to it. */
export function answerRoot(kernel: Kernel, record: number, booked: number, failure: number): void {
  const { records, measures, now } = kernel
  records.isAnswered[record] = 1
  const origin = records.origin[record] as number
  if (origin < 0) return endBatch(kernel, -1 - origin, booked, failure)
  const flow = records.flow[record] as number
  if (failure === GOOD) {
    const time = now - (records.start[record] as number)
    measures.succeed(flow, time)
    measures.attribute(records, booked, time, nowhere)
  } else measures.fail(flow, failure, 1)
  think(kernel, origin)
}

const nowhere = { point: -1, wait: 0 }
