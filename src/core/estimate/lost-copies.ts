import type { Seconds } from '../base/units.ts'
import type { Design } from '../design/design.ts'
import type { Distribution } from '../model/distribution.ts'
import type { Model } from '../model/model.ts'
import type { DataLoss, DataSafety } from '../result/availability.ts'
import { lawOf, quantile } from '../solve/law.ts'
import { failureCauses } from './failures.ts'

/**
 * What each component that keeps data loses, and how long it is away, by what is lost: its leader, one machine of one,
 * or every copy. From replication, failover and backups, as both engines take them.
 */
export function dataSafety(design: Design, model: Model): readonly DataSafety[] {
  return model.components.flatMap(({ id, groups }) => {
    const index = groups.find((group) => model.groups[group]?.keeps !== undefined)
    const group = index === undefined ? undefined : model.groups[index]
    if (index === undefined || group?.keeps === undefined) return []
    const lag = lagOf(design.components.get(id)?.settings['replicas'])
    const losses = [
      ...(group.perShard > 1 ? [leaderLost(group, lag)] : [machineLost(model, index)]),
      ...(group.keeps.on === 'disk' ? [allLost(group)] : []),
    ]
    const goals = [...design.requirements.recovery].flatMap(([name, goal]) =>
      isKeptBy(design, name, id) ? [{ data: name, ...goal }] : [],
    )
    return [{ component: id, copies: group.perShard, losses, goals: goals.map((goal) => judged(goal, losses)) }]
  })
}

type Group = Model['groups'][number]

/** Of 100 writes 99 are on the next copy sooner. */
const LATE = 0.99

/** How far copies are behind that nobody waits for; null = somebody waits for them. */
function lagOf(replicas: unknown): Seconds | null {
  const { mode, lag } = (replicas ?? {}) as { readonly mode?: { readonly kind?: string }; readonly lag?: Distribution }
  return mode?.kind === 'async' && lag !== undefined ? quantile(lawOf(lag), LATE) : null
}

/** Copies that lag have not got the newest writes; synchronous ones have all. */
const leaderLost = ({ detect, promote }: Group, lag: Seconds | null): DataLoss => ({
  lost: 'leader',
  rpo_s: lag ?? 0,
  rto_s: promote === Infinity ? null : Math.max(detect, promote),
  why:
    lag === null
      ? 'every write is on a second copy before it is confirmed'
      : 'copies lag behind: 99 % of writes are on the next one sooner',
})

/** The only copy is away until its machine, with its disk, is back. */
function machineLost(model: Model, group: number): DataLoss {
  const down = failureCauses(model)
    .filter(({ sort, victims }) => (sort === 'node' || sort === 'process') && victims[0]?.group === group)
    .map(({ meanDown }) => meanDown)
  const isKept = model.groups[group]?.keeps?.on === 'disk'
  return {
    lost: 'the only copy',
    rpo_s: isKept ? 0 : null,
    rto_s: down.length > 0 ? Math.max(...down) : null,
    why: isKept ? 'its disk comes back with the machine' : 'it is in memory alone',
  }
}

function allLost({ keeps, detect }: Group): DataLoss {
  const backup = keeps?.backup ?? null
  if (backup === null) return { lost: 'every copy', rpo_s: null, rto_s: null, why: 'there is no backup' }
  return {
    lost: 'every copy',
    rpo_s: backup.every,
    rto_s: detect + backup.restore,
    why: 'the last backup is that old at most, and has to be read back',
  }
}

/** The component itself, a data class that it stores, or one of its tables, keyspaces or topics. */
function isKeptBy(design: Design, name: string, id: string): boolean {
  const component = design.components.get(id)
  if (component === undefined) return false
  if (name === id || component.stores.includes(name)) return true
  return Object.values(component.settings).some((setting) => setting instanceof Map && setting.has(name))
}

interface Goal {
  readonly data: string
  readonly rpo: Seconds | null
  readonly rto: Seconds | null
}

/** Each goal against the worst of what may be lost, and against the loss of a leader alone. */
function judged({ data, rpo, rto }: Goal, losses: readonly DataLoss[]): DataSafety['goals'][number] {
  const missed = losses.filter(({ rpo_s, rto_s }) => isOver(rpo_s, rpo) || isOver(rto_s, rto)).map(({ lost }) => lost)
  return { data, rpo_s: rpo, rto_s: rto, missed_for: missed }
}

const isOver = (value: Seconds | null, limit: Seconds | null): boolean =>
  limit !== null && (value === null || value > limit)
