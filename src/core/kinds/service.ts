import { balanceParams, checkBalance, pickOf } from './balance.ts'
import { noConnections } from './copies.ts'
import { defineKind } from './define.ts'
import { addFleet, checkFleet, fleetParams, probeHealth } from './fleet.ts'
import { addGate, checkLimits, limitParams, runtimeParams } from './limits.ts'

const defaults = { instances: '1', cpu: '2', memory: '4 GiB', health: probeHealth } as const

/** A program of the author's own, as one or more instances. */
export const service = defineKind({
  id: 'service',
  aliases: [],
  is: null,
  about: 'A program of your own that answers requests: instances with processors, a runtime, limits, an autoscaler.',
  params: { ...fleetParams(defaults), ...runtimeParams, ...limitParams, ...balanceParams('its instances') },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: [
    'processors shared by all requests of an instance, parts of a processor',
    'threads and processes that are held while a request waits for others',
    'concurrency limit, queue, rate limit of each instance',
    'autoscaling by processor use, with its delays; pauses of instances',
    'dead instances that still get requests until they are noticed; failing ones that callers leave out for a while',
    'instances that are slow when they start again or are added',
  ],
  doesNotModel: [
    'framework overhead: it is part of the `work` in flows',
    'memory use, garbage collection beyond `slow-mode`, network cards',
    'crashes by chance, deployments',
  ],
  withoutEffect: {},
  check: (settings) => [...checkFleet(settings, defaults), ...checkLimits(settings), ...checkBalance(settings)],
  build: (settings, bench) => {
    const { group, cpu, work } = addFleet(bench, settings)
    const gate = addGate(bench, group, settings)
    return {
      primary: cpu,
      group,
      ...noConnections,
      work,
      call: (inner, ask) => ({
        group,
        pick: pickOf(settings, bench, ask),
        steps: gate.pass(inner, ask),
        send: 0,
        receive: 0,
      }),
    }
  },
})
