import { seconds } from '../format.ts'
import type { Evidence } from '../evidence.ts'
import type { Scaler } from '../../model/model.ts'
import type { Suspect, Trail } from './define.ts'

/** A group that its autoscaler makes large enough, but later than the load comes. */
export function scalingLag({ root, evidence }: Trail): Suspect | null {
  const { model, scaling, loads, haste } = evidence
  const group = root.load?.resource.group
  const scaler = model.scalers.find((candidate) => candidate.group === group)
  if (!scaler || !root.load) return null
  const isGrowing =
    evidence.harmful.some((f) => f.action.kind === 'burst') ||
    evidence.window !== null ||
    model.sources.some((source) => source.shape.length > 1)
  const isActing = isGrowing || (scaling.get(scaler.group) ?? []).length > 0
  // A pool that is full while the processors are idle is none of the scaler's business.
  const busy = loads.get(scaler.station)
  const isSeen =
    scaler.by !== 'busy' || (busy !== undefined && (busy.utilization >= 0.8 * scaler.target || busy.since !== null))
  if (!isActing || !isSeen || isAtMost(scaler, evidence)) return null
  const lag = seconds((scaler.react + scaler.startDelay) / haste)
  const note = `an instance helps ${lag} after the load came (up to ${scaler.max})`
  return { ...root, reason: 'scaling-lag', agree: Math.max(2, root.agree), note }
}

/** It has been as large as it may be for most of the time, and that is not enough. */
function isAtMost({ group, max }: Scaler, { scaling, window, model }: Evidence): boolean {
  const history = scaling.get(group) ?? []
  const from = history.find(({ instances }) => instances >= max)?.at
  if (from === undefined) return (model.groups[group]?.perShard ?? 0) >= max
  return window !== null && from < (window.from + window.to) / 2
}
