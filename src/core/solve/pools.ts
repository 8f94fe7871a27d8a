import type { Ratio } from '../base/units.ts'
import { constant, fromTail, type Law, mixture, scaledLaw, sum, zero } from './law.ts'
import { copiesAt, type Network, type Node } from './network.ts'
import { after, inSequence, nothing, oneOf, type Outcome, stuckAt } from './outcome.ts'
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

/**
 * Waiting for a slot, then what it is held for. Who had to wait comes in when all slots are held, and then what is
 * inside takes longer than on average: both are long together.
 */
export function afterPool(node: Node, pool: number, inside: Outcome, context: Context): Outcome {
  const passed = passPool(node, pool, context)
  const both = inSequence([passed, inside])
  const { network, state } = context
  const at = state.pools.get(pool)
  const resource = network.model.resources[pool]
  if (at === undefined || resource === undefined || !(both.ok > 0) || state.closed.has(node)) return both
  const [only, ...others] = overCopies(at, copiesAt(node.spot, resource.group))
  if (only === undefined || others.length > 0) return both
  const { full } = only.answer
  const delayed = passed.time.tail(0)
  if (!(full > 1) || !(delayed > 1e-4) || !(delayed < 1 - 1e-4) || !(inside.time.mean > 0)) return both
  const late = Math.min(full, 1 / delayed)
  const early = (1 - delayed * late) / (1 - delayed)
  const waited = onlyDelayed(passed.time, delayed)
  const time = mixture([
    { share: 1 - delayed, law: scaledLaw(inside.time, early) },
    { share: delayed, law: sum(waited, scaledLaw(inside.time, late)) },
  ])
  return { ...both, time }
}

/** The law of a wait given that there is one. */
function onlyDelayed(wait: Law, delayed: Ratio): Law {
  const mean = wait.mean / delayed
  const variance = (wait.variance + wait.mean * wait.mean) / delayed - mean * mean
  const isExact = wait.isExact
  return fromTail((t) => Math.min(1, wait.tail(t) / delayed), { mean, variance: Math.max(0, variance), isExact })
}
