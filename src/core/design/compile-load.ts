import { unreachable } from '../base/assert.ts'
import type { Consumed } from '../kinds/define.ts'
import { hyperexponential, meanOf, scaled } from '../model/distribution.ts'
import type { Arrivals, Consumer, Source } from '../model/model.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Assembly } from './compile-bench.ts'
import { target } from './compile-here.ts'
import type { Actor, Design, Flow, Scenario } from './design.ts'

/** Who starts requests: the actors of the design, those of the scenario while it lasts, and schedules. */
export function compileSources(
  assembly: Assembly,
  scenario: Scenario | null,
  attacks: readonly Attack[],
): readonly Source[] {
  const { actors, flows } = assembly.design
  const whole = { start: 0, end: Infinity }
  const during = scenario?.during ?? whole
  return [
    ...[...actors.values()].map((actor) => sourceOf(assembly, actor, { ...whole, attacks })),
    ...[...(scenario?.actors.values() ?? [])].map((actor) => sourceOf(assembly, actor, { ...during, attacks })),
    ...[...flows.values()].flatMap((flow) => scheduleOf(assembly, flow)),
  ]
}

/** A flow that an attacker asks for. */
export interface Attack {
  readonly actor: string
  readonly flow: Flow
}

/** In the order of their flows in the Model, which come after those of the design. */
export function attacksOf({ actors, flows }: Design, scenario: Scenario | null): readonly Attack[] {
  const all = [...actors.values(), ...(scenario?.actors.values() ?? [])]
  return all
    .filter(({ isHostile }) => isHostile)
    .flatMap(({ id, mix }) => mix.flatMap(({ flow }) => ({ actor: id, flow: flows.get(flow) })))
    .flatMap(({ actor, flow }) => (flow === undefined ? [] : [{ actor, flow }]))
}

/** Positions of flows in the Model: the order of the design. */
export const flowIndex = ({ design }: Assembly, id: string): number => [...design.flows.keys()].indexOf(id)

interface Active {
  readonly start: number
  readonly end: number
  readonly attacks: readonly Attack[]
}

function sourceOf(assembly: Assembly, actor: Actor, { start, end, attacks }: Active): Source {
  const indexOf = (flow: string): number => {
    const attack = attacks.findIndex((one) => one.actor === actor.id && one.flow.id === flow)
    return attack >= 0 ? assembly.design.flows.size + attack : flowIndex(assembly, flow)
  }
  const mix = actor.mix.map(({ flow, share }) => ({ flow: indexOf(flow), share })).filter((m) => m.flow >= 0)
  return {
    id: actor.id,
    mix,
    arrivals: arrivalsOf(actor),
    shape: actor.shape,
    from: assembly.atlas.origins(actor),
    isHostile: actor.isHostile,
    start,
    end,
  }
}

function arrivalsOf({ demand, arrivals }: Actor): Arrivals {
  if (demand.kind === 'closed') return { kind: 'closed', population: demand.population, thinkTime: demand.think }
  const { rate } = demand
  const mean = 1 / rate
  switch (arrivals.kind) {
    case 'poisson':
      return { kind: 'poisson', rate }
    case 'periodic':
      return { kind: 'periodic', rate }
    case 'batch':
      return { kind: 'batch', rate, size: arrivals.size }
    case 'bursty':
      return { kind: 'renewal', rate, between: hyperexponential(mean, arrivals.cv) }
    case 'erlang':
      return { kind: 'renewal', rate, between: { law: 'erlang', shape: arrivals.shape, mean } }
    case 'file':
      // The shape is measured; the rate is the author's.
      return { kind: 'renewal', rate, between: scaled(arrivals.between, mean / meanOf(arrivals.between)) }
    default:
      return unreachable(arrivals)
  }
}

function scheduleOf(assembly: Assembly, { id, trigger }: Flow): readonly Source[] {
  if (trigger.kind !== 'every') return []
  return [
    {
      id: `every ${id}`,
      mix: [{ flow: flowIndex(assembly, id), share: 1 }],
      arrivals: { kind: 'periodic', rate: 1 / trigger.interval },
      shape: [],
      from: [],
      isHostile: false,
      start: 0,
      end: Infinity,
    },
  ]
}

/** One consumer for each flow that takes messages. */
export function compileConsumer(
  assembly: Assembly,
  { id, trigger, failed, commit, isIdempotent }: Flow,
  { log, isLossy = false, isForgotten = false }: Omit<Consumed, 'fetch'>,
): Consumer | null {
  if (trigger.kind !== 'consume') return null
  const by = target(assembly, trigger.by)
  const isCommittedFirst = commit === 'before' || isForgotten
  return {
    log,
    flow: flowIndex(assembly, id),
    group: by.behaviour.group,
    batchMax: trigger.batchMax,
    batchWait: trigger.batchWait,
    poll: trigger.poll,
    atOnce: trigger.atOnce ?? processors(assembly, by.behaviour.primary),
    failed,
    isCommittedFirst,
    delivery: isCommittedFirst || isLossy ? 'at-most-once' : isIdempotent ? 'effectively-once' : 'at-least-once',
  }
}

/** One loop for each processor of an instance, as consumers are usually run; a function starts one for each message. */
function processors({ resources }: Assembly, primary: ResourceIndex | null): number {
  const station = primary === null ? undefined : resources[primary]
  if (station?.kind === 'pool' && Number.isFinite(station.slots)) return station.slots
  if (station?.kind !== 'station' || !Number.isFinite(station.servers)) return 1
  return Math.max(1, Math.floor(station.servers))
}
