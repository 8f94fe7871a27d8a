import type { Ratio } from '../base/units.ts'
import { constant, type Law, zero } from './law.ts'
import { copiesAt, type Network, type Node } from './network.ts'
import { after, nothing, oneOf, type Outcome, stuckAt } from './outcome.ts'
import { type HeldPool, overCopies, type State } from './state.ts'

interface Context {
  readonly network: Network
  readonly state: State
}

/** Getting a slot: the wait for it, or why there is none. */
export function passPool(node: Node, pool: number, { network, state }: Context): Outcome {
  const closed = node.step.kind === 'hold' ? state.closed.get(node) : undefined
  if (closed !== undefined) return after(closed)
  const at = state.pools.get(pool)
  const resource = network.model.resources[pool]
  if (at === undefined || resource?.kind !== 'pool') return nothing
  const { patience } = resource
  const parts = overCopies(at, copiesAt(node.spot, resource.group))
  return parts.length === 0
    ? nothing
    : oneOf(parts.map(({ share, answer }) => ({ share, outcome: entered(answer, patience) })))
}

function entered({ answer, rate, throughput }: HeldPool, patience: number): Outcome {
  const most = throughput.at(-1) ?? Infinity
  if (answer.waitMean === Infinity) return stuckAt(rate > most ? most / rate : 1)
  const { rejected, abandoned } = answer
  const lost: Ratio = rejected + abandoned
  if (lost < 1e-15 && answer.waitMean === 0) return nothing
  const wait: Law = answer.wait
  const ok = 1 - lost
  return {
    ...nothing,
    ok,
    through: ok,
    time: ok > 0 ? wait : zero,
    failures: lost > 0 ? [{ failure: 'rejected', share: lost }] : [],
    failedTime: lost > 0 ? constant(abandoned > 0 ? (abandoned / lost) * patience : 0) : zero,
    occupied: ok * answer.waitMean + (abandoned > 0 ? abandoned * patience : 0),
  }
}
