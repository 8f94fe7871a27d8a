import type { Access, Ask, RowAsk } from '../kinds/define.ts'
import { fixed } from '../model/distribution.ts'
import type { Lookup, Step } from '../model/step.ts'
import type { Assembly, Built } from './compile-bench.ts'
import { makeCall, poolOfConnections, replySize } from './compile-call.ts'
import { askFor, at, type Here, pointOf, repeated, target } from './compile-here.ts'
// Nested steps may hold any verb again: the two files are one recursion.
import { compileSteps } from './compile-steps.ts'
import type { Amount, Step as WrittenStep } from './design.ts'

type Of<V extends WrittenStep['verb']> = Extract<WrittenStep, { readonly verb: V }>

/**
 * How many keys a step asks for: as written, for each message of a batch (`pipeline`), for each of a group (`each`).
 */
function keysOf(step: Of<'get'> | Of<'put'>, here: Here): Ask['count'] {
  if (here.isGrouped) return { fixed: step.items, times: 'group' }
  return { fixed: step.items, times: here.isBatch && step.mode === 'pipeline' ? 'items' : null }
}

/**
 * Asks a cache, then goes on by the answer: at the caller, or at the cache itself when it stands before what it caches.
 */
export function compileGet(assembly: Assembly, step: Of<'get'>, here: Here): readonly Step[] {
  const to = target(assembly, step.target.component)
  const whole = keysOf(step, here)
  const width = widthOf(assembly, to, whole)
  const count = { ...whole, fixed: whole.fixed / width }
  const found = to.behaviour.get?.({ ...askFor(assembly, step, here, to), count })
  if (found === undefined) return []
  const { cache, access, style, fill } = found
  const resource = assembly.resources[cache]
  const keyDomain = resource?.kind === 'cache' ? resource.keyDomain : null
  const inside = style === 'through' ? at(here, to, { keyDomain }) : { ...here, keyDomain }
  const order = { to, step, send: 0, isForwarded: false }
  const filling = fill === null ? [] : fillSteps(assembly, here, { fill, style, order })
  const lookup: Lookup = {
    kind: 'lookup',
    cache,
    access: style === 'through' ? access.steps : [makeCall(assembly, here, { ...order, access, receive: 0 })],
    hit: compileSteps(assembly, step.hit, { ...inside, keyDomain: here.keyDomain, hasFound: true }),
    miss: [...compileSteps(assembly, step.miss, inside), ...filling],
    waitPoint: pointOf(assembly, step, inside, `${step.target.part ?? ''} in flight`, 'coalesce'),
  }
  const receive = Math.max(replySize(step.hit), replySize(step.miss))
  const steps =
    style === 'through'
      ? [makeCall(assembly, here, { ...order, access: { ...access, steps: [lookup] }, receive })]
      : [lookup]
  return atOnce(assembly, step, here, { width, steps })
}

/**
 * Keys of one request lie on several shards: asked side by side. A batch of unknown size goes to one of them at a time.
 */
function widthOf(assembly: Assembly, to: Built, { fixed: keys, times }: Ask['count']): number {
  const shards = assembly.groups[to.behaviour.group]?.shards ?? 1
  return times === null ? Math.max(1, Math.min(shards, Math.floor(keys))) : 1
}

interface Fill {
  readonly fill: Access
  readonly style: 'aside' | 'through'
  readonly order: {
    readonly to: Built
    readonly step: WrittenStep
    readonly send: number
    readonly isForwarded: boolean
  }
}

/** What was missing is put in: by the caller over the network, or by the cache in place. */
function fillSteps(assembly: Assembly, here: Here, { fill, style, order }: Fill): readonly Step[] {
  if (style === 'through') return fill.steps
  return [{ ...makeCall(assembly, here, { ...order, access: fill, receive: 0 }), onFail: 'ignore' }]
}

interface Spread {
  readonly width: number
  readonly steps: readonly Step[]
}

function atOnce(assembly: Assembly, step: WrittenStep, here: Here, { width, steps }: Spread): readonly Step[] {
  if (width <= 1) return steps
  const point = pointOf(assembly, step, here, 'shards', 'join')
  return [
    { kind: 'repeat', count: fixed(width), times: null, groupsOf: 1, atOnce: width, hasNewKeys: true, steps, point },
  ]
}

export function compilePut(assembly: Assembly, step: Of<'put'>, here: Here): readonly Step[] {
  const to = target(assembly, step.target.component)
  const whole = keysOf(step, here)
  const width = widthOf(assembly, to, whole)
  const count = { ...whole, fixed: whole.fixed / width }
  const access = to.behaviour.put?.({ ...askFor(assembly, step, here, to), count })
  if (access === undefined) return []
  const call = makeCall(assembly, here, { access, to, step, send: 0, receive: 0, isForwarded: false })
  return atOnce(assembly, step, here, { width, steps: [call] })
}

/** Rows of a table, by an access path; `pages` one after the other. */
export function compileRows(
  assembly: Assembly,
  step: Extract<WrittenStep, { readonly verb: 'read' | 'write' }>,
  here: Here,
): readonly Step[] {
  const to = target(assembly, step.target.component)
  const { transaction } = here
  const isInTransaction = transaction?.component === step.target.component
  const ask: RowAsk = {
    ...askFor(assembly, step, here, to),
    ...rowsOf(step.rows, here),
    path: step.target.path,
    consistency: step.consistency,
    isInTransaction,
  }
  const access = step.verb === 'read' ? to.behaviour.read?.(ask) : to.behaviour.write?.(ask)
  if (access === undefined) return []
  if (step.verb === 'write' && isInTransaction) transaction.onWrite()
  const call = makeCall(assembly, here, { access, to, step, send: 0, receive: 0, isForwarded: false })
  return repeated(assembly, step, here, { count: step.pages, steps: [call] })
}

/** `rows: 20`: so many of one access. `rows: = missed`, `2 per item`: so many accesses at once. */
function rowsOf(rows: Amount | null, here: Here): Pick<RowAsk, 'rows' | 'count'> {
  const times = here.isGrouped ? ('group' as const) : null
  if (rows === null) return { rows: null, count: { fixed: 1, times } }
  if (rows.each === 0) return { rows: rows.fixed, count: { fixed: 1, times } }
  return { rows: null, count: { fixed: rows.each, times: rows.times } }
}

/** One connection for all that is nested, and a commit at the end. */
export function compileTransaction(assembly: Assembly, step: Of<'tx'>, here: Here): readonly Step[] {
  const to = target(assembly, step.target.component)
  let writes = 0
  const transaction = { component: to.component.id, onWrite: () => void writes++ }
  const inner = compileSteps(assembly, step.steps, { ...here, transaction })
  const ask = askFor(assembly, step, here, to)
  const access = to.behaviour.commit?.(ask, writes) ?? null
  const order = { to, step, send: 0, receive: 0, isForwarded: false }
  const commit = access === null ? [] : [makeCall(assembly, { ...here, transaction }, { ...order, access })]
  const { connections } = to.behaviour
  if (connections === null || here.isActor) return [...inner, ...commit]
  return [ask.write.hold(poolOfConnections(assembly, here, to, connections), [...inner, ...commit])]
}

/** Appends to a topic or queue. What is shipped in batches goes without a call of its own: nobody waits for it. */
export function compilePublish(assembly: Assembly, step: Of<'publish'>, here: Here): readonly Step[] {
  const to = target(assembly, step.target.component)
  const ask = askFor(assembly, step, here, to)
  const { count } = step
  const access = to.behaviour.publish?.({
    ...ask,
    size: step.size,
    key: step.key,
    messages: count.each === 0 ? count.fixed : fixed(1),
    count: count.each === 0 ? ask.count : { fixed: count.each, times: count.times },
    shipEvery: step.batched,
  })
  if (access === undefined) return []
  if (step.batched > 0) {
    const id = step.target.component
    assembly.trust.add(`what is shipped to ${id} in batches costs its brokers nothing here`)
    return access.steps.filter((inner) => inner.kind === 'publish')
  }
  return [makeCall(assembly, here, { access, to, step, send: 0, receive: 0, isForwarded: false })]
}

/** To connected clients: a message for each key that was found, or for each message of the batch. */
export function compilePush(assembly: Assembly, step: Of<'push'>, here: Here): readonly Step[] {
  const to = target(assembly, step.target.component)
  const ask = askFor(assembly, step, here, to)
  const perBatch = here.hasFound ? ('found' as const) : ('items' as const)
  const times = here.isBatch ? perBatch : ask.count.times
  const access = to.behaviour.push?.({ ...ask, size: step.size, count: { fixed: 1, times } })
  if (access === undefined) return []
  return [makeCall(assembly, here, { access, to, step, send: 0, receive: 0, isForwarded: false })]
}
