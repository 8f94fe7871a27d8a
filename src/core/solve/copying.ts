import type { Seconds } from '../base/units.ts'
import type { GroupIndex } from '../model/resource.ts'
import type { Copying } from '../result/solution.ts'
import { quantile } from './law.ts'
import type { Node } from './network.ts'
import type { Steady } from './steady.ts'

/** The writes that a leader has answered and that its copies do not have yet. */
export const copyingIn = ({ network }: Steady): readonly Copying[] =>
  network.nodes.flatMap((node) => {
    const { step, lists, way } = node
    if (step.kind !== 'call') return []
    const there = (way?.time.mean ?? 0) / 2
    return lists.flatMap((list) => [...answered(list, there, step.to)])
  })

function* answered(list: readonly Node[], before: Seconds, group: GroupIndex): Generator<Copying> {
  let passed = before
  for (const [i, { step, lists, rate, spot, outcome }] of list.entries()) {
    // A message that dies with its broker is lost for those who wait for it, and no write.
    const isWrite = list[i + 1]?.step.kind !== 'publish'
    if (step.kind === 'attempt' && step.isReplication === true) {
      const { whole } = outcome
      const takes = { mean: whole.mean, quantile: (q: number) => quantile(whole, q) }
      if (isWrite && rate > 0) yield { group, rates: [...spot.share].map((part) => part * rate), before: passed, takes }
    } else if (step.kind !== 'call') for (const inner of lists) yield* answered(inner, passed, group)
    passed += outcome.time.mean
  }
}
