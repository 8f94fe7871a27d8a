import { assert } from '../base/assert.ts'
import { createCollector, type Diagnostic } from '../base/diagnostic.ts'
import { noSpan } from '../base/span.ts'
import type { Consumed, Kind } from '../kinds/define.ts'
import type { Component as ModelComponent, Consumer, Flow as ModelFlow, Model } from '../model/model.ts'
import type { Step } from '../model/step.ts'
import { compileBreakdowns } from './compile-breakdowns.ts'
import { constraintObjectives } from './compile-constraints.ts'
import { recoveryObjectives } from './compile-recovery.ts'
import { actorGroup, type Assembly, createAssembly, createBench } from './compile-bench.ts'
import { makeCall } from './compile-call.ts'
import { compileDrains } from './compile-drains.ts'
import { compileFaults } from './compile-faults.ts'
import { compileHeartbeats } from './compile-heartbeats.ts'
import { type Attack, attacksOf, compileConsumer, compileSources } from './compile-load.ts'
import { compilePlaces } from './compile-places.ts'
import { askFor, at, type Here, target } from './compile-here.ts'
import { compileSteps } from './compile-steps.ts'
import type { Design, Flow, Scenario, Step as WrittenStep } from './design.ts'

export interface CompileOptions {
  /** null = the baseline. */
  readonly scenario: string | null
  readonly variant: string | null
}

export interface Compiled {
  readonly model: Model | null
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Where kinds end: asks each of them once, and writes what is left as steps over resources. What cannot be played is
 * refused by name.
 */
export function compile(design: Design, kinds: readonly Kind[], { scenario: name, variant }: CompileOptions): Compiled {
  const out = createCollector()
  const scenario = name === null ? null : (design.scenarios.get(name) ?? null)
  const filled = (scenario?.faults ?? []).filter(({ kind }) => kind === 'fill').map((fault) => fault.target.id)
  const assembly = createAssembly(design, compilePlaces(design), out, new Set(filled))
  buildComponents(assembly, kinds)
  const logs = consumedLogs(assembly)
  const flows = [...design.flows.values()].map((flow) => compileFlow(assembly, flow, logs.get(flow.id)))
  compileDrains(assembly, nowhere)
  const attacks = attacksOf(design, scenario)
  const attacked = attacks.map((attack) => compileAttack(assembly, scenario, attack))
  const heartbeats = compileHeartbeats(assembly, nowhere)
  const before = flows.length + attacked.length + assembly.later.length
  const beats = heartbeats.map(({ source }, i) => ({ ...source, mix: [{ flow: before + i, share: 1 }] }))
  const sources = [...compileSources(assembly, scenario, attacks), ...beats]
  const happenings = compileFaults(assembly, scenario, sources)
  const breakdowns = compileBreakdowns(assembly)
  const { groups, resources, points, keyDomains, scalers, connections, trust } = assembly
  const components = [...design.components.keys()].map((id) => componentOf(assembly, id))
  const model: Model = {
    name: design.name,
    scenario: name ?? 'baseline',
    variant,
    groups,
    resources,
    points,
    keyDomains,
    places: assembly.atlas.places,
    links: assembly.atlas.links,
    flows: [...flows, ...attacked, ...assembly.later.map(({ flow }) => flow), ...heartbeats.map(({ flow }) => flow)],
    sources: [...sources, ...happenings.sources],
    consumers: [
      ...consumersOf(assembly, logs),
      ...assembly.later.map(({ consumer }, i) => ({ ...consumer, flow: flows.length + attacked.length + i })),
    ],
    scalers,
    faults: happenings.faults,
    ...(breakdowns.length === 0 ? {} : { breakdowns }),
    components,
    connections,
    objectives: [
      ...objectivesOf(design, scenario, components),
      ...recoveryObjectives(assembly, kinds, happenings.faults),
    ],
    trust: [...trust],
  }
  warnOfIdleScalers(assembly, model)
  return { model: out.hasErrors() ? null : model, diagnostics: out.list }
}

/** Scaled by messages that wait, where none ever does. */
function warnOfIdleScalers({ design, out }: Assembly, { scalers, consumers, groups }: Model): void {
  for (const { by, group } of scalers) {
    if (by !== 'lag' || consumers.some((consumer) => consumer.group === group)) continue
    const id = groups[group]?.component ?? ''
    const message = `\`${id}\` is scaled by \`lag\`, but consumes no messages`
    const hint = `write \`by: ${id}\` at a flow that consumes, or scale by \`cpu 60%\``
    out.warning('no-effect', design.components.get(id)?.span ?? noSpan, message, hint)
  }
}

function buildComponents(assembly: Assembly, kinds: readonly Kind[]): void {
  const byId = new Map(kinds.map((kind) => [kind.id, kind]))
  for (const component of assembly.design.components.values()) {
    const kind = byId.get(component.technology)
    assert(kind !== undefined, `kind ${component.technology} is in the list`)
    const behaviour = kind.build(component.settings, createBench(assembly, component))
    assembly.built.set(component.id, { component, behaviour, upkeep: kind.upkeepOf(component.settings) })
  }
}

interface Taken extends Omit<Consumed, 'fetch'> {
  readonly fetch: readonly Step[]
}

/** Asked before the flows are compiled: a table becomes an outbox by being consumed. */
function consumedLogs(assembly: Assembly): ReadonlyMap<string, Taken> {
  const logs = new Map<string, Taken>()
  for (const flow of assembly.design.flows.values()) {
    const { trigger } = flow
    if (trigger.kind !== 'consume') continue
    const from = target(assembly, trigger.target.component)
    const here = hereOf(assembly, flow)
    const step: WrittenStep = {
      ...noStep,
      span: flow.span,
      verb: 'call',
      target: trigger.target,
      operation: null,
      via: [],
      send: 0,
      steps: [],
    }
    const consumed = from.behaviour.consume?.(trigger.target.part ?? '', askFor(assembly, step, here, from).write)
    if (consumed === undefined) continue
    const { fetch } = consumed
    const isFar = fetch !== null && trigger.by !== trigger.target.component
    const order = { to: from, step, send: 0, receive: 0, isForwarded: true }
    const access = isFar && assembly.design.isNetworkIdeal ? { ...fetch, steps: [answer, ...fetch.steps] } : fetch
    const steps = isFar && access ? [makeCall(assembly, here, { ...order, access })] : []
    logs.set(flow.id, { ...consumed, fetch: steps })
  }
  return logs
}

/** Without overhead of calls the consumer has its messages at once; what the broker does for them goes on beside it. */
const answer: Step = { kind: 'reply' }

const noStep = { policy: {}, priority: null, isOptional: false } as const

function consumersOf(assembly: Assembly, logs: ReadonlyMap<string, Taken>): readonly Consumer[] {
  return [...assembly.design.flows.values()].flatMap((flow) => {
    const consumed = logs.get(flow.id)
    const consumer = consumed && compileConsumer(assembly, flow, consumed)
    return consumer ? [consumer] : []
  })
}

/** Where the steps of a flow start: at the actor, at the consumer, or at who works by a schedule. */
function hereOf(assembly: Assembly, { id, trigger, priority }: Flow): Here {
  const start = { ...nowhere, flow: id, priority }
  if (trigger.kind === 'actor') {
    const { actor } = trigger
    const clients = assembly.design.actors.get(actor)?.clients ?? null
    return { ...start, component: actor, group: actorGroup(assembly, actor), isActor: true, clients }
  }
  if (trigger.kind === 'every') {
    const name = `every ${id}`
    return { ...start, component: name, group: actorGroup(assembly, name), isActor: true }
  }
  return at({ ...start, isBatch: true }, target(assembly, trigger.by))
}

const nowhere: Here = {
  flow: '',
  component: '',
  group: 0,
  isActor: false,
  isHostile: false,
  clients: null,
  priority: 1,
  isBatch: false,
  hasFound: false,
  isGrouped: false,
  keyDomain: null,
  transaction: null,
  received: 0,
}

function compileFlow(assembly: Assembly, flow: Flow, consumed: Taken | undefined): ModelFlow {
  const here = hereOf(assembly, flow)
  const isScheduled = flow.trigger.kind === 'every'
  const steps = isScheduled ? scheduled(assembly, flow, here) : compileSteps(assembly, flow.steps, here)
  return {
    id: flow.id,
    steps: [...(consumed?.fetch ?? []), ...steps],
    priority: flow.priority,
    isConsumer: flow.trigger.kind === 'consume',
    isHostile: false,
    span: flow.span,
  }
}

/**
 * The same steps under a name of their own, so that the figures of a flow are those of the requests it is meant for.
 */
function compileAttack(assembly: Assembly, scenario: Scenario | null, { actor, flow }: Attack): ModelFlow {
  const id = `${flow.id} by ${actor}`
  const group = actorGroup(assembly, actor)
  const here = {
    ...hereOf(assembly, flow),
    flow: id,
    component: actor,
    group,
    isHostile: true,
    clients: clientsOf(assembly, scenario, actor),
  }
  const steps = compileSteps(assembly, flow.steps, here)
  return { id, steps, priority: flow.priority, isConsumer: false, isHostile: true, span: flow.span }
}

const clientsOf = ({ design }: Assembly, scenario: Scenario | null, actor: string): number | null =>
  (scenario?.actors.get(actor) ?? design.actors.get(actor))?.clients ?? null

/** A schedule wakes the component that runs it. */
function scheduled(assembly: Assembly, { trigger, steps, span }: Flow, here: Here): readonly Step[] {
  if (trigger.kind !== 'every' || trigger.by === null) return compileSteps(assembly, steps, here)
  const to = { component: trigger.by, part: null, path: null, span }
  const call: WrittenStep = {
    ...noStep,
    verb: 'call',
    span,
    target: to,
    operation: null,
    via: [],
    send: 0,
    steps,
  }
  return compileSteps(assembly, [call], here)
}

function componentOf(assembly: Assembly, id: string): ModelComponent {
  const { component, behaviour } = target(assembly, id)
  const charges = assembly.charges.get(id)?.map((charge) => charge())
  return {
    id,
    kind: component.technology,
    groups: assembly.groups.flatMap((group, index) => (group.component === id ? [index] : [])),
    primary: behaviour.primary,
    connectionsMost: behaviour.connectionsMost,
    cost: assembly.costs.get(id) ?? [],
    ...(charges === undefined ? {} : { charges }),
    span: component.span,
  }
}

/** A scenario is judged by what it expects; one that expects nothing, by the requirements. */
const objectivesOf = (
  { requirements }: Design,
  scenario: Scenario | null,
  components: Model['components'],
): Model['objectives'] =>
  scenario !== null && scenario.expect.length > 0
    ? scenario.expect
    : [...requirements.objectives, ...constraintObjectives(requirements, components)]
