import type { Ratio } from '../base/units.ts'
import { breakerOpen, passShare } from './limiter.ts'
import { copiesAt, type Network, type Node } from './network.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { State } from './state.ts'

/** Solves rate limits, retry budgets and breakers for what comes to them at the moment. */
export function findGuards(network: Network, state: State): void {
  const calls = network.nodes.filter(({ step }) => step.kind === 'call')
  for (const [index, resource] of network.model.resources.entries()) {
    if (resource.kind === 'limiter') {
      const users = network.users.get(index) ?? []
      const [rate, copies] = perCopy(users, resource.group)
      const refill = resource.rate * (network.environment.throttled.get(index) ?? 1)
      const scv = users[0]?.stream.scv ?? 1
      const before = state.limiters.get(index)
      const now = passShare({
        rate: rate / copies,
        refill,
        burst: resource.burst,
        arrivalScv: scv,
        ...(resource.clients ? { clients: resource.clients } : {}),
      })
      if (before === undefined || Math.abs(before.passed - now.passed) > 1e-12) state.limiters.set(index, now)
    }
    if (resource.kind === 'budget') {
      const own = calls.filter(({ step }) => step.kind === 'call' && step.policy.retry?.budget === index)
      state.budgets.set(index, granted(own, resource.ratio))
    }
    if (resource.kind === 'breaker') state.breakers.set(index, openShare(calls, index, network))
  }
}

/** Share of wanted retries that a budget grants: what it grants is wanted again when that fails too. */
function granted(calls: readonly Node[], ratio: Ratio): Ratio {
  const firsts = calls.reduce((sum, node) => sum + node.rate, 0)
  const spent = (share: Ratio): number =>
    calls.reduce((sum, { rate, attempts, step }) => {
      const times = step.kind === 'call' ? (step.policy.retry?.times ?? 0) : 0
      const go = attempts.again * share
      return sum + rate * Array.from({ length: times }, (_, k) => go ** (k + 1)).reduce((total, p) => total + p, 0)
    }, 0)
  if (spent(1) <= ratio * firsts) return 1
  let [low, high] = [0, 1]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (spent(middle) > ratio * firsts) high = middle
    else low = middle
  }
  return low
}

/** Rate of all users together, and how many copies share it. */
function perCopy(users: readonly Node[], group: number): readonly [number, number] {
  const rate = users.reduce((sum, node) => sum + node.rate, 0)
  const copies = Math.max(1, ...users.map(({ spot }) => copiesAt(spot, group).filter((share) => share > 0).length))
  return [rate, copies]
}

function openShare(calls: readonly Node[], index: ResourceIndex, { model }: Network): number {
  const breaker = model.resources[index]
  const own = calls.filter(({ step }) => step.kind === 'call' && step.policy.breaker === index)
  if (breaker?.kind !== 'breaker' || own.length === 0) return 0
  const [rate, copies] = perCopy(own, breaker.group)
  const tried = own.reduce((sum, node) => sum + node.rate * (1 + node.attempts.retries), 0)
  const failed = own.reduce((sum, node) => sum + node.rate * (1 + node.attempts.retries) * node.attempts.failing, 0)
  if (!(rate > 0) || !(failed > 0)) return 0
  const { window, openAt, halfOpen } = breaker
  return breakerOpen({ failing: failed / tried, window, openAt, halfOpen, rate: tried / copies })
}
