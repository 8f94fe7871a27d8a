import type { Span } from '../base/span.ts'
import type { Component, Design, Flow, Step, Target } from './design.ts'

/** Of a control: it is there, it is not, or nobody says. */
export type Stated = 'yes' | 'no' | 'not stated'

export interface Controls {
  /** Encryption on the way. */
  readonly tls: Stated
  /** The callee knows who calls. */
  readonly authentication: Stated
  /** What the caller may do is decided. */
  readonly authorization: Stated
  /** Encryption at rest, of a callee that keeps something. */
  readonly atRest: Stated
  /** Inputs reach queries as parameters. */
  readonly parameterized: Stated
  /** At the callee, or before it on every way. */
  readonly rateLimit: Stated
  readonly waf: Stated
}

/** Who asks whom, in which flows, and what travels there. */
export interface SecurityLinkUse {
  /** `api -> db`. */
  readonly id: string
  readonly from: string
  readonly to: string
  readonly isFromActor: boolean
  readonly flows: readonly string[]
  /** Reads, writes and the like; a callee that keeps something is asked by them. */
  readonly verbs: readonly Step['verb'][]
  /** Classes of data that travel on it, one way or the other. */
  readonly classes: readonly string[]
  /** Zones of trust at its ends; null: one of them is nobody's, or both are the same. */
  readonly crossing: { readonly from: string; readonly to: string } | null
  /** Some way to it begins outside. */
  readonly isFromOutside: boolean
  readonly controls: Controls
  readonly at: Span
}

/** What is in no boundary and belongs to somebody else. */
const OUTSIDE = 'outside'

interface Hop {
  readonly flow: string
  readonly from: string
  readonly to: string
  /** Who asks whom in the end, past what only passes it on. */
  readonly ends: string
  readonly actor: string | null
  /** What a request passed before. */
  readonly ahead: readonly string[]
  readonly verb: Step['verb']
  readonly classes: readonly string[]
  readonly at: Span
}

/** Every link that flows use, in the order of the text. */
export function securityLinks(design: Design): readonly SecurityLinkUse[] {
  const hops = [...design.flows.values()].flatMap((flow) => hopsOf(design, flow))
  const groups = new Map<string, Hop[]>()
  for (const hop of hops) {
    const id = `${hop.from} -> ${hop.to}`
    groups.set(id, [...(groups.get(id) ?? []), hop])
  }
  return [...groups].flatMap(([id, mine]) => {
    const [first] = mine
    return first === undefined ? [] : [useOf(design, id, first, mine)]
  })
}

const each = <T>(list: readonly T[]): readonly T[] => [...new Set(list)]

function useOf(design: Design, id: string, first: Hop, hops: readonly Hop[]): SecurityLinkUse {
  const { from, to } = first
  return {
    id,
    from,
    to,
    isFromActor: design.actors.has(from),
    flows: each(hops.map(({ flow }) => flow)),
    verbs: each(hops.map(({ verb }) => verb)),
    classes: each(hops.flatMap(({ classes }) => classes)),
    crossing: crossingOf(design, from, to),
    isFromOutside: hops.some(({ actor }) => actor !== null && isOutside(design, actor)),
    controls: controlsOf(design, id, first, hops),
    at: design.security.links.get(id)?.span ?? first.at,
  }
}

function controlsOf(design: Design, id: string, { from, to, ends }: Hop, hops: readonly Hop[]): Controls {
  const { links, inputs, atRest } = design.security
  const said = links.get(id)
  const whole = links.get(ends)
  const callee = design.components.get(to)
  const query = (inputs.get(from) ?? inputs.get(to))?.query
  const guarded = (has: (component: Component) => boolean): Stated => {
    const all = hops.every(({ ahead }) => [...ahead, to].some((name) => isSo(design.components.get(name), has)))
    return all ? 'yes' : 'not stated'
  }
  const encrypted = atRest.get(to)?.encrypted ?? null
  return {
    tls: either(
      said?.tls ?? null,
      isSo(callee, ({ settings }) => isSet(settings['tls'])),
    ),
    authentication: either(
      wordOf(said?.auth ?? whole?.auth),
      isSo(callee, ({ settings }) => isSet(settings['token']) || isSet(settings['authorizer'])),
    ),
    authorization: either(wordOf(said?.authorization ?? whole?.authorization), false),
    atRest: either(encrypted, false),
    parameterized: either(query === undefined ? null : query === 'parameterized', false),
    rateLimit: guarded(isLimited),
    waf: guarded(({ kind }) => kind === 'waf'),
  }
}

const either = (said: boolean | null, isDerived: boolean): Stated =>
  said === false ? 'no' : said === true || isDerived ? 'yes' : 'not stated'

const wordOf = (word: string | null | undefined): boolean | null =>
  word === null || word === undefined ? null : word !== 'none'

const isSo = (component: Component | undefined, has: (component: Component) => boolean): boolean =>
  component !== undefined && has(component)

const isSet = (value: unknown): boolean => value !== undefined && value !== null

/** A limit of its own, on all or on each client. */
export function isLimited({ settings }: Component): boolean {
  const { limits, rate } = settings
  const inLimits = typeof limits === 'object' && limits !== null && 'rate' in limits && isSet(limits.rate)
  return inLimits || isSet(rate) || isSet(settings['per-client'])
}

/** The innermost boundary; what belongs to somebody else and is in none is outside. */
export function boundaryOf({ security, actors, components }: Design, party: string): string | null {
  for (const [name, { holds }] of security.boundaries) if (holds.includes(party)) return name
  return actors.has(party) || components.get(party)?.kind === 'external' ? OUTSIDE : null
}

function crossingOf(design: Design, from: string, to: string): SecurityLinkUse['crossing'] {
  const [a, b] = [boundaryOf(design, from), boundaryOf(design, to)]
  // Without any boundary the border is around all components.
  const isWhole = design.security.boundaries.size === 0
  const [start, end] = isWhole ? [a ?? 'the system', b ?? 'the system'] : [a, b]
  return start === null || end === null || start === end ? null : { from: start, to: end }
}

/** Nobody who stands with a component in one boundary is outside. */
export function isOutside(design: Design, actor: string): boolean {
  const zone = boundaryOf(design, actor)
  const holds = zone === null ? undefined : design.security.boundaries.get(zone)?.holds
  const own = (holds ?? []).filter((name) => design.components.has(name))
  return own.every((name) => design.components.get(name)?.kind === 'external')
}

/** All classes of data that a component lists. */
export const classesOf = ({ handles, stores }: Component): readonly string[] => each([...handles, ...stores])

interface Where {
  readonly design: Design
  readonly flow: string
  readonly actor: string | null
  readonly by: string
  readonly ahead: readonly string[]
  readonly hops: Hop[]
}

function hopsOf(design: Design, { id, trigger, steps }: Flow): readonly Hop[] {
  const by = trigger.kind === 'actor' ? trigger.actor : (trigger.by ?? `every ${id}`)
  const actor = trigger.kind === 'actor' ? trigger.actor : null
  const where: Where = { design, flow: id, actor, by, ahead: [], hops: [] }
  if (trigger.kind === 'consume') reach(where, { verb: 'publish', target: trigger.target, at: trigger.target.span })
  walk(steps, where)
  return where.hops
}

/** Returns the classes that its steps touch. */
function walk(steps: readonly Step[], where: Where): readonly string[] {
  return each(steps.flatMap((step) => visit(step, where)))
}

function visit(step: Step, where: Where): readonly string[] {
  switch (step.verb) {
    case 'call':
      return visitCall(step, where)
    case 'get': {
      const own = reach(where, { verb: 'get', target: step.target, at: step.span })
      // What an actor asks a cache for goes on at the cache.
      const isActor = !where.design.components.has(where.by)
      const to = step.target.component
      const behind = isActor ? { ...where, by: to, ahead: [...where.ahead, to] } : where
      return each([...own, ...walk(step.hit, behind), ...walk(step.miss, behind)])
    }
    case 'put':
    case 'read':
    case 'write':
    case 'publish':
    case 'push':
      return reach(where, { verb: step.verb, target: step.target, at: step.span })
    case 'parallel':
    case 'choose':
      return each(step.branches.flatMap((branch) => walk(branch.steps, where)))
    case 'try':
      return each([...walk(step.steps, where), ...walk(step.otherwise, where)])
    default:
      return 'steps' in step ? walk(step.steps, where) : []
  }
}

function visitCall(step: Extract<Step, { readonly verb: 'call' }>, where: Where): readonly string[] {
  const { design, by, ahead, hops } = where
  const to = step.target.component
  const operation = step.operation === null ? [] : (design.components.get(to)?.operations.get(step.operation) ?? [])
  const chain = [...step.via, to]
  const first = hops.length
  const behind = { ...where, by: to, ahead: [...ahead, ...chain] }
  const inner = walk([...operation, ...step.steps], behind)
  const classes = carried(design, { by, to }, inner)
  const passed = chain.map((name, i): Hop => {
    const before = chain.slice(0, i)
    const ways = { flow: where.flow, ends: `${by} -> ${to}`, actor: where.actor, ahead: [...ahead, ...before] }
    return { ...ways, from: before.at(-1) ?? by, to: name, verb: 'call', classes, at: step.target.span }
  })
  // The call comes before what its callee does.
  hops.splice(first, 0, ...passed)
  return each([...inner, ...classes])
}

/** Of what the callee lists that which the steps inside touch; whatever the caller does not list does not reach it. */
function carried(
  { components }: Design,
  ends: { by: string; to: string },
  inner: readonly string[],
): readonly string[] {
  const callee = components.get(ends.to)
  const own = callee === undefined ? [] : classesOf(callee)
  const some = own.length === 0 ? inner : inner.length === 0 ? own : own.filter((name) => inner.includes(name))
  const caller = components.get(ends.by)
  const seen = caller === undefined ? [] : classesOf(caller)
  return seen.length === 0 ? some : some.filter((name) => seen.includes(name))
}

function reach(
  { design, flow, actor, by, ahead, hops }: Where,
  { verb, target, at }: { readonly verb: Step['verb']; readonly target: Target; readonly at: Span },
): readonly string[] {
  const classes = classesAt(design, target)
  const to = target.component
  hops.push({ flow, actor, ahead, from: by, to, ends: `${by} -> ${to}`, verb, classes, at })
  return classes
}

/** A part that is called like a class holds it; else any that the component lists. */
function classesAt({ components, security }: Design, { component, part }: Target): readonly string[] {
  const store = components.get(component)
  const all = store === undefined ? [] : classesOf(store)
  return part !== null && (all.includes(part) || security.classes.has(part)) ? [part] : all
}
