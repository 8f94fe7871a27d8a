import type { Model } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Choose, Parallel, Step } from '../model/step.ts'
import type { Environment } from './environment.ts'
import { type Network, type Node, touch, touchFlow } from './network.ts'
import { nestedOf } from './nested-steps.ts'
import type { State } from './state.ts'
import type { Steady } from './steady.ts'

/** The steady state found last; the next one starts from it. It is used up by that. */
export interface Memory {
  steady: Steady | null
}

/**
 * A steady state taken over as the start for another model: what is the same there stays as it was, the rest is
 * forgotten. null: the two are not of one structure, or the old one is no place to start from healthily.
 */
export function continued(
  steady: Steady,
  model: Model,
  environment: Environment,
): { readonly network: Network; readonly state: State } | null {
  const { network, state } = steady
  if (!isHealthy(steady) || !isOneStructure(network, model, environment)) return null
  const changes: Change[] = []
  const isAlike = network.flows.every((list, flow) => pair(list, model.flows[flow]?.steps ?? [], changes))
  if (!isAlike) return null
  for (const { node, step, isChanged } of changes) {
    node.step = step
    if (isChanged) forget(node, network, state)
  }
  for (const [index, resource] of model.resources.entries()) {
    if (isEqual(resource, network.model.resources[index])) continue
    forgetResource(index, state)
    touch(network, index)
    for (const node of network.users.get(index) ?? []) forget(node, network, state)
    for (const { node } of network.holders.get(index) ?? []) forget(node, network, state)
  }
  if (changes.length > 0) state.batches.clear()
  state.isPessimistic = false
  return { network: { ...network, model, environment }, state }
}

/** Of two steady states at one load the better one is asked for: from a bad one the way does not lead there. */
const isHealthy = ({ isConverged, state, network }: Steady): boolean =>
  isConverged &&
  network.nodes.every(({ step, attempts }) => step.kind !== 'call' || attempts.failing < FEW) &&
  [...state.stations.values()].every(({ alike }) => alike.every(({ answer }) => !answer.isOverloaded)) &&
  [...state.pools.values()].every(({ alike }) => alike.every(({ answer }) => answer.answer.waitMean < Infinity))

/** Failing attempts that ask again: more of them may keep themselves alive. */
const FEW = 0.01

/** Everything that decides where requests are is equal; what is asked and what it takes may differ. */
function isOneStructure({ model: old, environment: before }: Network, model: Model, environment: Environment): boolean {
  const senders = (one: Model): unknown => one.sources.map(({ from, mix }) => [from, one.places.length > 1 ? mix : 0])
  const isAtOnePlace = model.places.length <= 1 || isEqual(old.sources, model.sources)
  return (
    isAtOnePlace &&
    old.resources.length === model.resources.length &&
    old.flows.length === model.flows.length &&
    old.sources.length === model.sources.length &&
    isEqual(senders(old), senders(model)) &&
    isEqual(old.groups, model.groups) &&
    isEqual(old.keyDomains, model.keyDomains) &&
    isEqual(old.places, model.places) &&
    isEqual(old.links, model.links) &&
    isEqual(old.consumers, model.consumers) &&
    old.resources.every(
      ({ kind, group }, i) => kind === model.resources[i]?.kind && group === model.resources[i].group,
    ) &&
    isEqualBut(asked, before, environment)
  )
}

/** How much is asked moves rates alone. */
const asked: ReadonlySet<string> = new Set(['load'])

interface Change {
  readonly node: Node
  readonly step: Step
  readonly isChanged: boolean
}

/** Notes the steps of nodes that are others now; false where the nodes do not fit. */
function pair(list: readonly Node[], steps: readonly Step[], changes: Change[]): boolean {
  if (list.length !== steps.length) return false
  return list.every((node, i) => {
    const step = steps[i] as Step
    if (node.step === step) return true
    if (node.step.kind !== step.kind) return false
    const isChanged = !isOwnEqual(node.step, step)
    // Where a call goes, and how, is part of the network.
    if (isChanged && step.kind === 'call') return false
    if (isChanged && !isAtSame(node.step, step)) return false
    changes.push({ node, step, isChanged })
    const nested = nestedOf(step)
    return node.lists.length === nested.length && node.lists.every((inner, k) => pair(inner, nested[k] ?? [], changes))
  })
}

/** Uses the same resource. */
const isAtSame = (a: Step, b: Step): boolean =>
  users.every((key) => (a as unknown as Fields)[key] === (b as unknown as Fields)[key])

const users = ['station', 'pool', 'limiter', 'log', 'cache'] as const
type Fields = Readonly<Record<string, unknown>>

const inner: ReadonlySet<string> = new Set(['steps', 'start', 'access', 'hit', 'miss', 'otherwise', 'branches'])

/** Two steps without those in them. */
const isOwnEqual = (a: Step, b: Step): boolean => isEqualBut(inner, a, b) && (!hasBranches(a) || areBranchesEqual(a, b))

const hasBranches = (step: Step): step is Choose | Parallel => step.kind === 'choose' || step.kind === 'parallel'

const areBranchesEqual = ({ branches }: Choose | Parallel, other: Step): boolean =>
  hasBranches(other) &&
  branches.length === other.branches.length &&
  branches.every((branch, i) => isEqualBut(inner, branch, other.branches[i] ?? {}))

/** All but some of what two objects have. */
function isEqualBut(left: ReadonlySet<string>, a: object, b: object): boolean {
  const [x, y] = [a as Fields, b as Fields]
  for (const key in x) if (!left.has(key) && !(key in y && isEqual(x[key], y[key]))) return false
  for (const key in y) if (!left.has(key) && !(key in x)) return false
  return true
}

/** What was made of a step, and of everything that holds something while it runs. */
function forget(node: Node, network: Network, state: State): void {
  const { model } = network
  node.inputs = []
  touchFlow(network, node)
  const { step } = node
  for (const key of users) {
    const index = (step as unknown as Fields)[key]
    if (typeof index === 'number' && model.resources[index] !== undefined) forgetResource(index, state)
  }
  for (const { pool } of node.holders) state.pools.delete(pool)
  for (const { pool } of node.holders) touch(network, pool)
}

function forgetResource(index: ResourceIndex, state: State): void {
  for (const found of [state.stations, state.pools, state.caches, state.limiters]) found.delete(index)
}

/** Of plain data, arrays of numbers, maps and sets. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Map || a instanceof Set) return (b instanceof Map || b instanceof Set) && isEqual([...a], [...b])
  if (Array.isArray(a) || ArrayBuffer.isView(a)) {
    const [x, y] = [a as ArrayLike<unknown>, b as ArrayLike<unknown>]
    if (x.length !== y.length) return false
    for (let i = 0; i < x.length; i++) if (!isEqual(x[i], y[i])) return false
    return true
  }
  const [x, y] = [a as Fields, b as Fields]
  let more = 0
  for (const key in x) {
    if (!(key in y && isEqual(x[key], y[key]))) return false
    more++
  }
  for (const _ in y) more--
  return more === 0
}
