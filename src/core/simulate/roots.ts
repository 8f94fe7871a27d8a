import { endBatch } from './consumers.ts'
import { ANSWERED, FLOW, INTS, ORIGIN } from './field.ts'
import { type Kernel, retire } from './kernel.ts'
import { GOOD } from './op.ts'
import { think } from './sources.ts'

/** A request is over: it is answered, if it was not before, and its record is free. */
export function finishRoot(kernel: Kernel, record: number, failure: number): void {
  if (kernel.records.ints[(record << INTS) | ANSWERED] === 0) answerRoot(kernel, record, failure)
  retire(kernel, record)
}

/** The answer reaches whoever sent the request; what the record booked led to it. */
export function answerRoot(kernel: Kernel, record: number, failure: number): void {
  const { records, measures } = kernel
  records.ints[(record << INTS) | ANSWERED] = 1
  const origin = records.ints[(record << INTS) | ORIGIN] as number
  if (origin < 0) return endBatch(kernel, -1 - origin, record, failure)
  const flow = records.ints[(record << INTS) | FLOW] as number
  if (failure === GOOD) {
    measures.succeed(record)
  } else measures.fail(flow, failure, 1)
  think(kernel, origin)
}
