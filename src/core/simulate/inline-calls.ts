import { goBack, goThere } from './crossing.ts'
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

/** The answer goes back; without a way it is there. */
export function goHomeInline(kernel: Kernel, record: number, site: CallSite): number {
  const next = goBack(kernel, record, site)
  return next < 0 ? next : exit(kernel, record, site)
}

/** The answer is there, good or not. */
export function exit(kernel: Kernel, record: number, site: CallSite): number {
  const { records, program, fleet } = kernel
  fleet.count(site.base + (records.instances[record * records.depths + site.depth] as number), -1)
  const failure = records.verdict[record] as number
  records.pc[record] = site.answer + 1
  if (failure === op.GOOD) return record
  records.verdict[record] = op.GOOD
  records.book(record, site.retryPoint, 0, records.unbook(record, site.depth))
  if (site.onFail === ON_FAIL_ERROR) {
    const scope = program.code[site.answer * op.WORDS + op.SCOPE] as number
    return failOutOf(kernel, record, program.scopes[scope * op.WORDS + 1] as number, failure)
  }
  if (site.onFail === ON_FAIL_MISS) {
    records.found[record] = 0
    records.missed[record] = site.missKeys * registerOf(records, record, site.missTimes)
  }
  return record
}
