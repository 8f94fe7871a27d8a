import { iopsOf } from '../kinds/disk.ts'
import { type Expression, number, product, term } from './expression.ts'
import { addedUp, rateOf, type Traffic } from './requests.ts'
import { put, type Sheet } from './sheet.ts'
import type { Subject } from './subject.ts'

export interface DiskFigures {
  /** I/Os a second at the peak when nothing is in memory. */
  readonly asked: Expression
  /** Of them those of writes: all there are when reads find everything in memory. */
  readonly writes: Expression
}

/**
 * One I/O for each read, and for each statement that writes: what is in memory saves some, trees and copies cost more.
 */
const each = number(1, '1 I/O')

/** I/Os a second of every store with a disk, on paper and as the engines play it. */
export function addIops(subject: Subject, sheet: Sheet, { asked }: Traffic): ReadonlyMap<string, DiskFigures> {
  const found = new Map<string, DiskFigures>()
  for (const [component, holdings] of subject.holdings) {
    const isDisk = holdings.some(({ on, things }) => on === 'disk' && things !== 'messages')
    const own = asked.filter(({ to, verb }) => to === component && (verb === 'read' || verb === 'write'))
    if (!isDisk || own.length === 0) continue
    const say = (id: string, name: string, value: Expression): Expression =>
      put(sheet, { id, section: 'iops', subject: component, name, unit: 'per-second' }, value)
    const part = (verb: 'read' | 'write', name: string): Expression => {
      const sites = own.filter((site) => site.verb === verb)
      const rate = addedUp(sites.map((site) => rateOf(site.rate, verb === 'read' ? site.things : site.visits))).peak
      return rate.value === 0 ? rate : say(`iops.${component}.${verb}s`, name, product(rate, each))
    }
    const reads = part('read', 'I/Os of reads at the peak, with nothing in memory')
    const writes = part('write', 'I/Os of writes at the peak')
    const all = addedUp([reads, writes].map((peak) => ({ peak, mean: peak }))).peak
    found.set(component, { writes, asked: say(`iops.${component}`, 'I/Os at the peak, with nothing in memory', all) })
    playedLine(subject, component, say)
  }
  return found
}

/** With the memory, the trees, the copies and the commits of the design as it is written. */
function playedLine(
  { design, model, offered, kinds }: Subject,
  component: string,
  say: (id: string, name: string, value: Expression) => Expression,
): void {
  const { technology = '', settings = {} } = design.components.get(component) ?? {}
  const disk = kinds.find(({ id }) => id === technology)?.diskOf(settings) ?? null
  const index = model.resources.findIndex(({ id }) => id === `${component} disk`)
  const station = model.resources[index]
  if (disk === null || station?.kind !== 'station') return
  // So many servers do so many I/Os a second when all are busy.
  const value = ((offered.busy.get(index) ?? 0) * iopsOf(disk)) / station.servers
  if (value === 0) return
  const how = 'pages that are not in memory, and commits, with all copies and the sizes as written'
  const input = term({ name: 'I/Os of all steps', value, unit: 'per-second', from: { kind: 'solved', how } })
  say(`iops.${component}.played`, 'I/Os at the peak, as the engines play it', input)
}
