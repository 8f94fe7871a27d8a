import { GROUP, INTS, PARENT, PC, VERDICT } from './field.ts'
import { endFlight } from './flights.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { release } from './pools.ts'
import { finishRoot } from './roots.ts'

/**
 * A record failed where it is: gives back what the scopes around it hold, outwards, until somebody catches it.
 *
 * @returns the record to go on with, or -1
 */
export function fail(kernel: Kernel, record: number, failure: number): number {
  const { records, program } = kernel
  const scope = program.code[(records.ints[(record << INTS) | PC] as number) * op.WORDS + op.SCOPE] as number
  return failOutOf(kernel, record, scope, failure)
}

/** The same, from a scope on. */
export function failOutOf(kernel: Kernel, record: number, from: number, failure: number): number {
  const { records, program } = kernel
  const { scopes } = program
  let scope = from
  while (scope >= 0) {
    const at = scope * op.WORDS
    const slot = scopes[at + 2] as number
    switch (scopes[at]) {
      case op.SCOPE_HOLD:
        release(kernel, record, slot)
        break
      case op.SCOPE_CALLER:
        if ((records.ints[(record << INTS) | PARENT] as number) >= 0) release(kernel, record, slot)
        break
      case op.SCOPE_LOOP:
        records.ints[(record << INTS) | GROUP] = records.locals[record * records.slots + slot + 1] as number
        break
      case op.SCOPE_FLIGHT:
        endFlight(kernel, record, slot, failure)
        break
      case op.SCOPE_TRY:
        records.ints[(record << INTS) | PC] = scopes[at + op.TARGET] as number
        return record
      default:
        records.ints[(record << INTS) | VERDICT] = failure
        records.ints[(record << INTS) | PC] = scopes[at + op.TARGET] as number
        return record
    }
    scope = scopes[at + 1] as number
  }
  finishRoot(kernel, record, failure)
  return -1
}
