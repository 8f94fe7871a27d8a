import type { Bytes, Dollars, Seconds } from '../base/units.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Workbench } from './define.ts'
import { disks, HOURS_PER_MONTH } from './prices.ts'

/** Messages that are published, at the price of a million of them. */
export function chargeMessages(bench: Workbench, log: ResourceIndex, priceOfMillion: Dollars): void {
  if (priceOfMillion === 0) return
  bench.addCharge(() => ({ label: 'messages', resource: log, by: 'messages', dollars: priceOfMillion / 1e6 }))
}

/** The space of messages that are kept for so long on so many disks. `size`: of one, when all who publish are known. */
export function chargeSpace(
  bench: Workbench,
  log: ResourceIndex,
  { keep, size, copies }: { readonly keep: Seconds; readonly size: () => Bytes; readonly copies: number },
): void {
  const months = keep / (HOURS_PER_MONTH * 3600)
  bench.addCharge(() => {
    const dollars = (months * copies * size() * disks.ssd.space) / 1e9
    return { label: 'space of kept messages', resource: log, by: 'messages', dollars }
  })
}
