import type { Span } from '../base/span.ts'
import type { Access, Writer } from '../kinds/define.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { addPoint, type Assembly, cardSteps } from './compile-bench.ts'
import type { Here } from './compile-here.ts'

/** Component whose inside the steps are, and the text they come from. */
export interface Inside {
  readonly component: string
  readonly span: Span
}

/** What a kind makes its steps with: each gets a point of this flow. */
export function createWriter(assembly: Assembly, here: Here, { component, span }: Inside): Writer {
  const { flow, priority, isHostile, clients } = here
  const place = { flow, component, span }
  const labelOf = (resource: ResourceIndex): string => assembly.resources[resource]?.id ?? component
  const point: Writer['point'] = (name, category, resource) =>
    addPoint(assembly, place, `${component} ${name}`, category, resource)
  return {
    flow,
    priority,
    isHostile,
    clients,
    point,
    serve: (station, work, per = { each: 0, times: 'items' }) => ({
      kind: 'serve',
      station,
      work,
      ...per,
      priority,
      point: addPoint(assembly, place, labelOf(station), 'service', station),
    }),
    hold: (pool, steps, start) => ({
      kind: 'hold',
      pool,
      steps,
      ...(start === undefined ? {} : { start }),
      priority,
      point: addPoint(assembly, place, labelOf(pool), 'pool', pool),
    }),
    delay: (name, time) => ({ kind: 'delay', time, point: point(name, 'delay', null) }),
    parallel: (name, branches, need) => ({
      kind: 'parallel',
      branches: branches.map((steps) => ({ steps, giveUp: null })),
      need,
      point: point(name, 'join', null),
    }),
    choose: (branches) => ({ kind: 'choose', branches }),
    callPeer: (access) => {
      const { group, send, receive, steps } = access
      return callPeer({ ...access, steps: [...cardSteps(assembly, place, group, send + receive), ...steps] }, point)
    },
  }
}

/** Between copies of one component: across the network, without a policy of its own. */
function callPeer({ group, pick, steps, send, receive }: Access, point: Writer['point']): Step {
  const network = point('replication', 'network', null)
  return {
    kind: 'call',
    to: group,
    pick,
    policy: {
      timeout: null,
      deadline: null,
      retry: null,
      hedge: null,
      breaker: null,
      bulkhead: null,
      connection: null,
      afterTimeout: 'keep-going',
    },
    send,
    receive,
    steps,
    onFail: 'error',
    overhead: 0,
    networkPoint: network,
    retryPoint: network,
    connectionPoint: network,
  }
}
