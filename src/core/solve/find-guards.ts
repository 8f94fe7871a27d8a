import type { PerSecond, Ratio } from '../base/units.ts'
import type { Breaker, ResourceIndex } from '../model/resource.ts'
import type { CallPolicy } from '../model/step.ts'
import { breakerOpen, passShare } from './limiter.ts'
import { type Attempts, copiesAt, type Network, type Node, placeOf, put, touch } from './network.ts'
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
      if (before === undefined || Math.abs(before.passed - now.passed) > 1e-12) put(network, state.limiters, index, now)
    }
    if (resource.kind === 'budget') {
      const own = callsFrom(calls, ({ retry }) => retry?.budget === index)
      keep(network, { guards: state.budgets, index }, own, (some) => granted(some, resource.ratio))
    }
    if (resource.kind === 'breaker') {
      const own = callsFrom(calls, ({ breaker }) => breaker === index)
      keep(network, { guards: state.breakers, index }, own, (some, place) => openShare(some, place, resource, network))
    }
  }
}

/** Calls of one step from one place. */
interface Called {
  readonly node: Node
  readonly policy: CallPolicy
  readonly rate: PerSecond
  readonly attempts: Attempts
}

/** Those who call under a guard, by place: each of their instances has one of its own. */
function callsFrom(
  calls: readonly Node[],
  isGuarded: (policy: CallPolicy) => boolean,
): ReadonlyMap<number, readonly Called[]> {
  const byPlace = new Map<number, Called[]>()
  for (const node of calls) {
    const { step, way } = node
    if (step.kind !== 'call' || !isGuarded(step.policy)) continue
    for (const [i, { place, share }] of (way?.callers ?? []).entries()) {
      const attempts = node.attemptsFrom[i] ?? node.attempts
      const called = { node, policy: step.policy, rate: node.rate * share, attempts }
      byPlace.set(place, [...(byPlace.get(place) ?? []), called])
    }
  }
  return byPlace
}

/** What did not move stays the same object: nothing that depends on it is worked out again. */
function keep(
  network: Network,
  { guards, index }: { readonly guards: State['budgets']; readonly index: ResourceIndex },
  calls: ReadonlyMap<number, readonly Called[]>,
  solved: (some: readonly Called[], place: number) => Ratio,
): void {
  const before = guards.get(index)
  const now = new Map([...calls].map(([place, some]) => [place, solved(some, place)]))
  if (before?.size === now.size && [...now].every(([place, share]) => before.get(place) === share)) return
  guards.set(index, now)
  touch(network)
}

/** Share of wanted retries that a budget grants: what it grants is wanted again when that fails too. */
function granted(calls: readonly Called[], ratio: Ratio): Ratio {
  const firsts = calls.reduce((sum, { rate }) => sum + rate, 0)
  const spent = (share: Ratio): number =>
    calls.reduce((sum, { rate, attempts, policy }) => {
      const go = attempts.again * share
      const times = policy.retry?.times ?? 0
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

function openShare(calls: readonly Called[], place: number, breaker: Breaker, { model }: Network): Ratio {
  const tried = calls.reduce((sum, { rate, attempts }) => sum + rate * (1 + attempts.retries), 0)
  const failed = calls.reduce((sum, { rate, attempts }) => sum + rate * (1 + attempts.retries) * attempts.failing, 0)
  if (!(failed > 0)) return 0
  const { window, openAt, halfOpen, group } = breaker
  const isThere = (instance: number): boolean => place < 0 || placeOf(model, group, instance) === place
  const copiesOf = ({ node }: Called): number =>
    copiesAt(node.spot, group).reduce((count, share, i) => count + (share > 0 && isThere(i) ? 1 : 0), 0)
  const copies = Math.max(1, ...calls.map(copiesOf))
  return breakerOpen({ failing: failed / tried, window, openAt, halfOpen, rate: tried / copies })
}
