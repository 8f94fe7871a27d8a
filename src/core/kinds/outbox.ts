import { type Distribution, scaled } from '../model/distribution.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import type { Ask, Workbench } from './define.ts'
import type { Tables } from './tables.ts'

/** Tables that somebody consumes: what is written to one of them is a message. */
export interface Outboxes {
  /** The log of a table; made when it is asked for first. */
  readonly log: (table: string) => ResourceIndex
  readonly publish: (table: string, rows: Distribution, ask: Pick<Ask, 'count'>) => readonly Step[]
}

export function outboxes(bench: Workbench, group: GroupIndex, tables: Tables): Outboxes {
  const logs = new Map<string, ResourceIndex>()
  return {
    log: (table) => {
      const found = logs.get(table)
      if (found !== undefined) return found
      const index = bench.addResource({
        kind: 'log',
        id: `${bench.component}.${table} outbox`,
        group,
        partitions: 1,
        isShared: true,
        keyDomain: null,
        capacity: Infinity,
        messageSize: tables.get(table)?.value.row ?? 0,
      })
      logs.set(table, index)
      return index
    },
    publish: (table, rows, { count }) => {
      const log = logs.get(table)
      if (log === undefined) return []
      return [{ kind: 'publish', log, count: scaled(rows, Math.max(1, count.fixed)), times: count.times, shipEvery: 0 }]
    },
  }
}
