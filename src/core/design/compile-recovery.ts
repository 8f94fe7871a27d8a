import type { Kind } from '../kinds/define.ts'
import type { Fault, Objective } from '../model/model.ts'
import { written } from '../text/scalars/written.ts'
import type { Assembly } from './compile-bench.ts'

/**
 * What `requirements.recovery` asks of a data set, held against what a scenario does to it: nothing is said of data
 * that no fault of the scenario takes away.
 */
export function recoveryObjectives(
  { design, groups }: Assembly,
  kinds: readonly Kind[],
  faults: readonly Fault[],
): readonly Objective[] {
  const hit = new Set(faults.flatMap(({ action }) => groupsOf(action).map((group) => groups[group]?.component ?? '')))
  return [...design.requirements.recovery].flatMap(([name, { rto, rpo, span }]) => {
    const id = keeperOf(name)
    if (id === null || !hit.has(id)) return []
    const made = (indicator: 'rto' | 'rpo', target: number | null): readonly Objective[] =>
      target === null
        ? []
        : [
            {
              id: `${id} ${indicator}`,
              subject: { kind: 'component', id },
              indicator,
              share: null,
              relation: '<=',
              target,
              text: `${indicator} <= ${written(target, 'time')}`,
              span,
            },
          ]
    return [...made('rto', rto), ...made('rpo', rpo)]
  })

  function groupsOf(action: Fault['action']): readonly number[] {
    const isKeeper = (group: number): boolean => groups[group]?.keeps !== undefined
    if (action.kind === 'kill' || action.kind === 'failover') return [action.group].filter(isKeeper)
    return action.kind === 'partition' ? groups.map((_, index) => index).filter(isKeeper) : []
  }

  /** The component of this name, the one that says it `stores` it, or that has a table, keyspace or topic of it. */
  function keeperOf(name: string): string | null {
    if (design.components.has(name)) return name
    const stored = [...design.components.values()].find(({ stores }) => stores.includes(name))
    if (stored !== undefined) return stored.id
    const found = [...design.components.values()].find(({ technology, settings }) => {
      const parts = kinds.find(({ id }) => id === technology)?.parts ?? null
      const held = parts === null ? null : settings[parts]
      return held instanceof Map && held.has(name)
    })
    return found?.id ?? null
  }
}
