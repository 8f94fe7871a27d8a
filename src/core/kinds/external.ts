import type { Step } from '../model/step.ts'
import { optional, required, withDefault } from '../text/param.ts'
import { lawField, moneyPerMonthField, ratioField, wholeField } from '../text/quantity-fields.ts'
import { addServers, inTurn, noConnections, unlimited } from './copies.ts'
import { defineKind } from './define.ts'
import { upkeepParams } from './fleet.ts'
import { rateLimitField } from './limits.ts'

/** Somebody else's service: all that is known is how it answers. */
export const external = defineKind({
  id: 'external',
  aliases: ['third-party'],
  is: null,
  about: 'A service of somebody else: how long it takes, how often it fails, how much it takes.',
  params: {
    latency: required(lawField('time', 'skewed'), {
      effect: { at: '100 ms', moves: ['mean up'] },
      help: 'Time until it answers, without the network: `{ p50: 120 ms, p99: 900 ms }`.',
    }),
    errors: withDefault(ratioField(), '0%', {
      effect: { at: '20%', moves: ['success down'] },
      help: 'Part of the answers that are errors.',
      source: 'assumption: write what you measured',
      range: '0%..2%',
    }),
    rate: optional(rateLimitField, {
      effect: { at: '20/s', moves: ['success down'] },
      help: 'Requests that it allows you; more are refused.',
    }),
    concurrency: optional(wholeField(), {
      effect: { at: '3', moves: ['success down'] },
      help: 'Requests at once that it allows you; more are rejected.',
    }),
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of the whole per month; nothing: free.',
    }),
    ...upkeepParams,
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['a time, a share of errors, limits'],
  doesNotModel: ['how its time depends on your load', 'charges by request'],
  withoutEffect: {},
  build: ({ latency, errors, rate, concurrency, price }, bench) => {
    const group = bench.addGroup({
      id: bench.component,
      shards: 1,
      perShard: 1,
      perShardMax: 1,
      places: bench.places.slice(0, 1),
      detect: 0,
      promote: Infinity,
    })
    const id = (name: string): string => `${bench.component} ${name}`
    const limiter = rate && bench.addResource({ kind: 'limiter', id: id('rate limit'), group, ...rate })
    const refusing = { waitingRoom: 0, whenFull: 'reject', order: 'fifo', patience: Infinity } as const
    const label = 'concurrency limit'
    const pool =
      concurrency && bench.addResource({ kind: 'pool', id: id(label), group, slots: concurrency, ...refusing, label })
    const server = addServers(bench, group, { ...unlimited, name: '', label: 'external' })
    if (price !== null) bench.addCost('price as written', price, { isPerInstance: false })
    return {
      primary: pool,
      group,
      ...noConnections,
      call: (inner, { write }) => {
        const failing: readonly Step[] = errors === 0 ? [] : [{ kind: 'fail', failure: 'error', probability: errors }]
        const answered = [write.serve(server, latency), ...failing, ...inner]
        const held = pool === null ? answered : [write.hold(pool, answered)]
        return {
          group,
          pick: inTurn,
          steps: limiter === null ? held : [{ kind: 'admit', limiter }, ...held],
          send: 0,
          receive: 0,
        }
      },
    }
  },
})
