import { fixed } from '../model/distribution.ts'
import type { Flow, Source } from '../model/model.ts'
import { actorGroup, type Assembly } from './compile-bench.ts'
import { makeCall } from './compile-call.ts'
import { askFor, at, type Here } from './compile-here.ts'
import type { Actor, Flow as WrittenFlow, Step } from './design.ts'

/** Signs of life of connected clients: a flow and a source for each gateway that wants them. */
export interface Heartbeat {
  readonly flow: Flow
  /** Without the index of the flow in its mix. */
  readonly source: Omit<Source, 'mix'>
}

export function compileHeartbeats(assembly: Assembly, nowhere: Here): readonly Heartbeat[] {
  return [...assembly.built.values()].flatMap((built): readonly Heartbeat[] => {
    const { component, behaviour } = built
    const { heartbeat, call, work } = behaviour
    const connected = connectedTo(assembly, component.id)
    if (heartbeat === undefined || call === undefined || work === undefined || connected.length === 0) return []
    const id = `${component.id} heartbeats`
    const step: Step = {
      verb: 'call',
      policy: {},
      priority: null,
      isOptional: false,
      span: component.span,
      target: { component: component.id, part: null, path: null, span: component.span },
      operation: null,
      via: [],
      send: 0,
      steps: [],
    }
    const here = { ...nowhere, flow: id, component: id, group: actorGroup(assembly, id), isActor: true }
    const ask = askFor(assembly, step, here, built)
    const inner = work(
      fixed(heartbeat.work),
      { each: 0, times: 'items' },
      askFor(assembly, step, at(here, built), built).write,
    )
    const order = { to: built, step, send: 0, receive: 0, isForwarded: true }
    const rate = connected.reduce((sum, { population }) => sum + population, 0) / heartbeat.every
    return [
      {
        flow: {
          id,
          steps: [makeCall(assembly, here, { ...order, access: call(inner, ask) })],
          priority: 1,
          isConsumer: false,
          // Nothing is asked of it, like of what attackers send.
          isHostile: true,
          span: component.span,
        },
        source: {
          id,
          arrivals: { kind: 'poisson', rate },
          shape: [],
          from: connected.flatMap(({ actor }) => assembly.atlas.origins(actor)).slice(0, 1),
          isHostile: false,
          start: 0,
          end: Infinity,
        },
      },
    ]
  })
}

/** Closed users whose flows call it: they keep a connection. */
function connectedTo(
  { design }: Assembly,
  id: string,
): readonly { readonly actor: Actor; readonly population: number }[] {
  const calls = ({ steps }: WrittenFlow): boolean =>
    steps.some((step) => step.verb === 'call' && step.target.component === id)
  return [...design.actors.values()].flatMap((actor) => {
    const isConnected = actor.mix.some(({ flow }) => {
      const found = design.flows.get(flow)
      return found !== undefined && calls(found)
    })
    return isConnected && actor.demand.kind === 'closed' ? [{ actor, population: actor.demand.population }] : []
  })
}
