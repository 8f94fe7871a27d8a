import { goBack, goThere } from './crossing.ts'
import { FLOW, FOUND, INTS, MISSED, PC, SEAL, TAIL, VERDICT } from './field.ts'
import type { Kernel } from './kernel.ts'
import * as op from './op.ts'
import { type CallSite, ON_FAIL_ERROR, ON_FAIL_MISS, registerOf } from './sites.ts'
import { failOutOf } from './unwind.ts'

/** A call without a policy goes out in its caller's record. */
export function enter(kernel: Kernel, record: number, site: CallSite): number {
  kernel.measures.attempt(site.flow)
  kernel.records.mark(record, site.depth)
  return goThere(kernel, record, site)
}

/** A call that costs nothing and cannot fail leaves no trace but the count, and that what it books is a new visit. */
export function pass({ measures, records }: Kernel, record: number): void {
  const { ints } = records
  const r = record << INTS
  measures.attempt(ints[r | FLOW] as number)
  ints[r | SEAL] = ints[r | TAIL] as number
}

/** The answer goes back; without a way it is there. */
export function goHomeInline(kernel: Kernel, record: number, site: CallSite): number {
  const next = goBack(kernel, record, site)
  return next < 0 ? next : exit(kernel, record, site)
}

/** The answer is there, good or not. */
export function exit(kernel: Kernel, record: number, site: CallSite): number {
  const { records, program, fleet } = kernel
  fleet.count(site.base + (records.instances[record * records.depths + site.depth] as number), -1)
  const failure = records.ints[(record << INTS) | VERDICT] as number
  records.ints[(record << INTS) | PC] = site.answer + 1
  if (failure === op.GOOD) return record
  records.ints[(record << INTS) | VERDICT] = op.GOOD
  records.book(record, site.retryPoint, 0, records.unbook(record, site.depth))
  if (site.onFail === ON_FAIL_ERROR) {
    const scope = program.code[site.answer * op.WORDS + op.SCOPE] as number
    return failOutOf(kernel, record, program.scopes[scope * op.WORDS + 1] as number, failure)
  }
  if (site.onFail === ON_FAIL_MISS) {
    records.ints[(record << INTS) | FOUND] = 0
    records.ints[(record << INTS) | MISSED] = site.missKeys * registerOf(records, record, site.missTimes)
  }
  return record
}
