import type { Bytes, Dollars, Ratio } from '../base/units.ts'
import { type Distribution, scaled } from '../model/distribution.ts'
import type { ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { optional, record, withDefault } from '../text/param.ts'
import { bytesField, lawField, moneyPerMonthField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { addServers, inTurn, noConnections, unlimited } from './copies.ts'
import { defineKind, type Workbench, type Writer } from './define.ts'
import { upkeepParams } from './fleet.ts'
import { isNothing } from './laws.ts'
import { rateLimitField } from './limits.ts'
import { HOURS_PER_MONTH, usage } from './prices.ts'

/** Memory that comes with one whole processor. Source: AWS Lambda Developer Guide: 1 769 MB. */
const MEMORY_OF_A_PROCESSOR = 1769e6

const coldKeys = {
  idle: withDefault(timeField({ above: 0 }), '10 min', {
    help: 'How long an environment is kept that nobody uses.',
    source: 'AWS Lambda: 10 min, Azure Functions: 20 min, measured (M. Shilkov, 2019; Shahrad et al., USENIX ATC 2020)',
    range: '5 min..60 min',
    effect: { at: '10 ms', moves: ['mean up', 'p99 up'] },
  }),
  kept: withDefault(wholeField({ min: 0 }), '0', {
    help: 'Environments that are always there (provisioned concurrency); they cost whether they are used or not.',
    effect: { at: '50', moves: ['cost up', 'surge: p99 down'] },
  }),
  growth: withDefault(rateLimitField, '{ per: 100/s, burst: 1000 }', {
    effect: { at: '2/s', moves: ['success down'] },
    help: 'New environments per time, and at once; a request that would need more is refused.',
    source: 'AWS Lambda quotas, 2026: 1 000 environments every 10 s for each function',
  }),
  share: optional(ratioField(), {
    help: 'Forces the part of the requests that start cold, instead of the one that follows from load and idle time.',
    effect: { at: '50%', moves: ['mean up', 'p99 up'] },
  }),
  start: withDefault(lawField('time', 'skewed'), '{ p50: 500 ms, p99: 2 s }', {
    help: 'Until a new environment runs.',
    source: 'assumption: 2-10 times the 53-263 ms of minimal functions (lambda-perf, 2025)',
    range: '150 ms..6 s',
    effect: { at: '5 s', moves: ['surge: mean up', 'surge: p99 up'] },
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
      effect: { at: '1 GiB', moves: ['cost up'] },
      help: 'Of an environment; with less than 1769 MB it has a part of a processor.',
    }),
    concurrency: withDefault(wholeField(), '1000', {
      effect: { at: '3', moves: ['success down'] },
      help: 'Environments at once; a request beyond that is rejected.',
      source: 'AWS Lambda quotas: default of an account and region, 2026',
      range: '100..10000',
    }),
    rate: optional(rateLimitField, {
      effect: { at: '20/s', moves: ['success down'] },
      help: 'Requests per second; more are refused.',
    }),
    overhead: withDefault(lawField('time', 'skewed'), '{ p50: 10 ms, p99: 40 ms }', {
      effect: { at: '30 ms', moves: ['mean up'] },
      help: 'Of each request beside its work; none in an ideal network.',
      source: 'assumption: 5-25 ms on top of the time of the code',
      range: '3 ms..40 ms',
    }),
    cold: withDefault(record(coldKeys, 'cold starts'), '{}', { help: 'Requests that wait for a new environment.' }),
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of the whole per month; nothing: by requests and by memory and time.',
    }),
    ...upkeepParams,
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: [
    'an environment that is held while a request runs or waits, a limit on their number',
    'the part of a processor that comes with its memory',
    'environments that are started when none is free, kept while they are idle, and used last in, first out',
    'how fast it may grow, and environments that are always there',
  ],
  doesNotModel: [
    'reserved concurrency beside the limit',
    'environments before the start: a run begins without any but those that are always there',
  ],
  withoutEffect: {},
  build: (settings, bench) => {
    const { memory, concurrency, rate, overhead, cold } = settings
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
      ...(cold.share === null ? { starting: { idle: cold.idle, kept: cold.kept, ...cold.growth } } : {}),
    })
    if (cold.share !== null) bench.mind(`the share of cold starts of ${bench.component} is forced`)
    const cpu = addServers(bench, group, { ...unlimited, name: 'cpu', label: 'cpu' })
    const limiter = rate && bench.addResource({ kind: 'limiter', id: `${bench.component} rate limit`, group, ...rate })
    addPrice(bench, settings, pool)
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
        const starting = isNothing(cold.start) ? [] : [write.delay('cold start', cold.start)]
        const within = [...forcedStarts(write, cold.share, starting), ...overheadOf(write, own), ...inner]
        const held = cold.share === null ? write.hold(pool, within, starting) : write.hold(pool, within)
        const steps: readonly Step[] = limiter === null ? [held] : [{ kind: 'admit', limiter }, held]
        return { group, pick: inTurn, steps, send: 0, receive: 0 }
      },
    }
  },
})

interface Priced {
  readonly price: Dollars | null
  readonly memory: Bytes
  readonly cold: { readonly kept: number }
}

/** Start-up time is charged as all time is: the environment is in use. */
function addPrice(bench: Workbench, { price, memory, cold }: Priced, pool: ResourceIndex): void {
  if (price !== null) return bench.addCost('price as written', price, { isPerInstance: false })
  const seconds = memory * usage.functionByteSecond
  bench.addCharge(() => ({ label: 'requests', resource: pool, by: 'uses', dollars: usage.functionRequest }))
  bench.addCharge(() => ({ label: 'memory in use', resource: pool, by: 'seconds', dollars: seconds }))
  if (cold.kept === 0) return
  const kept = cold.kept * memory * usage.functionKeptByteSecond * HOURS_PER_MONTH * 3600
  bench.addCost('environments that are kept', kept, { isPerInstance: false })
}

function forcedStarts(write: Writer, share: Ratio | null, starting: readonly Step[]): readonly Step[] {
  if (share === null || share === 0 || starting.length === 0) return []
  return [
    write.choose([
      { probability: share, steps: starting },
      { probability: 1 - share, steps: [] },
    ]),
  ]
}

const overheadOf = (write: Writer, overhead: Distribution | null): readonly Step[] =>
  overhead === null || isNothing(overhead) ? [] : [write.delay('overhead', overhead)]
