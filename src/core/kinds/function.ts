import type { Ratio } from '../base/units.ts'
import { type Distribution, scaled } from '../model/distribution.ts'
import type { Step } from '../model/step.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { bytesField, lawField, moneyPerMonthField, ratioField, wholeField } from '../text/quantity-fields.ts'
import { addServers, inTurn, noConnections, unlimited } from './copies.ts'
import { defineKind, type Writer } from './define.ts'
import { upkeepParams } from './fleet.ts'
import { isNothing } from './laws.ts'
import { rateLimitField } from './limits.ts'

/** Memory that comes with one whole processor. Source: AWS Lambda Developer Guide: 1 769 MB. */
const MEMORY_OF_A_PROCESSOR = 1769e6

const coldKeys = {
  share: withDefault(ratioField(), '0.5%', {
    help: 'Part of the requests that need a new environment.',
    source: 'AWS: under 1 % of invocations in production',
    range: '0.1%..1%',
  }),
  start: withDefault(lawField('time', 'skewed'), '{ p50: 500 ms, p99: 2 s }', {
    help: 'Until a new environment runs.',
    source: 'assumption: 2-10 times the 53-263 ms of minimal functions (lambda-perf, 2025)',
    range: '150 ms..6 s',
  }),
}

/** Code that runs in an environment of its own for each request. */
export const functionKind = defineKind({
  id: 'function',
  aliases: ['serverless-function'],
  is: null,
  about: 'A serverless function: each request has an environment of its own, up to a limit; some start cold.',
  params: {
    memory: withDefault(bytesField({ above: 0 }), '1769 MB', {
      help: 'Of an environment; with less than 1769 MB it has a part of a processor.',
    }),
    concurrency: withDefault(wholeField(), '1000', {
      help: 'Environments at once; a request beyond that is rejected.',
      source: 'AWS Lambda quotas: default of an account and region, 2026',
      range: '100..10000',
    }),
    rate: optional(rateLimitField, { help: 'Requests per second; more are refused.' }),
    overhead: withDefault(lawField('time', 'skewed'), '{ p50: 10 ms, p99: 40 ms }', {
      help: 'Of each request beside its work; none in an ideal network.',
      source: 'assumption: 5-25 ms on top of the time of the code',
      range: '3 ms..40 ms',
    }),
    cold: withDefault(record(coldKeys, 'cold starts'), '{}', { help: 'Requests that wait for a new environment.' }),
    price: optional(moneyPerMonthField, { help: 'Of the whole per month; nothing: by use, not counted yet.' }),
    ...upkeepParams,
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: [
    'an environment that is held while a request runs or waits, a limit on their number',
    'the part of a processor that comes with its memory',
    'cold starts as a share that is written down',
  ],
  doesNotModel: [
    'how many starts are cold: that depends on how the load comes; here it is an input',
    'how fast it may grow, reserved and provisioned concurrency, charges by use',
  ],
  withoutEffect: {},
  build: (settings, bench) => {
    const { memory, concurrency, rate, overhead, cold, price } = settings
    const group = bench.addGroup({
      id: bench.component,
      shards: 1,
      perShard: 1,
      perShardMax: 1,
      // Every zone of its region runs it: no zone takes it down.
      places: [],
      detect: 0,
      promote: Infinity,
    })
    const common = { group, waitingRoom: 0, whenFull: 'reject', order: 'fifo', patience: Infinity } as const
    const pool = bench.addResource({
      kind: 'pool',
      id: `${bench.component} environments`,
      slots: concurrency,
      label: 'environments',
      ...common,
    })
    const cpu = addServers(bench, group, { ...unlimited, name: 'cpu', label: 'cpu' })
    const limiter = rate && bench.addResource({ kind: 'limiter', id: `${bench.component} rate limit`, group, ...rate })
    if (price === null) bench.mind(`${bench.component} is charged by use, which is not counted yet`)
    else bench.addCost('price as written', price, { isPerInstance: false })
    const stretch = Math.max(1, MEMORY_OF_A_PROCESSOR / memory)
    const own = bench.isNetworkIdeal ? null : overhead
    return {
      primary: pool,
      group,
      ...noConnections,
      work: (time, { each, times }, write) => [
        write.serve(cpu, scaled(time, stretch), { each: each * stretch, times }),
      ],
      call: (inner, { write }) => {
        const held = write.hold(pool, [...startSteps(write, { cold, overhead: own }), ...inner])
        const steps: readonly Step[] = limiter === null ? [held] : [{ kind: 'admit', limiter }, held]
        return { group, pick: inTurn, steps, send: 0, receive: 0 }
      },
    }
  },
})

interface Starting {
  readonly cold: { readonly share: Ratio; readonly start: Distribution }
  readonly overhead: Distribution | null
}

function startSteps(write: Writer, { cold, overhead }: Starting): readonly Step[] {
  const { share, start } = cold
  const branches = [
    { probability: share, steps: [write.delay('cold start', start)] },
    { probability: 1 - share, steps: [] },
  ]
  return [
    ...(share === 0 || isNothing(start) ? [] : [write.choose(branches)]),
    ...(overhead === null || isNothing(overhead) ? [] : [write.delay('overhead', overhead)]),
  ]
}
