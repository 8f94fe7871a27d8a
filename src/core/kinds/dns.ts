import type { Step } from '../model/step.ts'
import { optional, withDefault } from '../text/param.ts'
import { lawField, moneyPerMonthField, ratioField, wholeField } from '../text/quantity-fields.ts'
import { addCopies, nearest, noConnections } from './copies.ts'
import { defineKind } from './define.ts'
import { upkeepParams } from './fleet.ts'

/** Names to addresses: a short look into a cache, a long way without. */
export const dns = defineKind({
  id: 'dns',
  aliases: [],
  is: null,
  about: 'Looks up a name before a request: mostly in the cache of a resolver, sometimes by asking around.',
  params: {
    cached: withDefault(ratioField(), '95%', {
      help: 'Part of the look-ups that a resolver near the client answers from its cache.',
      source: 'assumption: a busy name lives in resolvers for its whole time to live',
      range: '80%..99.9%',
    }),
    hit: withDefault(lawField('time', 'skewed'), '{ p50: 1 ms, p99: 10 ms }', {
      help: 'Of a look-up that is in the cache, without the way there.',
      source: 'assumption: resolvers in one network below 1-2 ms, those of providers 5-20 ms',
      range: '0.3 ms..20 ms',
    }),
    miss: withDefault(lawField('time', 'skewed'), '{ p50: 50 ms, p99: 120 ms }', {
      help: 'Of one that is not.',
      source: 'assumption: 20-120 ms',
      range: '20 ms..120 ms',
    }),
    resolvers: withDefault(wholeField(), '2', { help: 'Resolvers, at the places of `at`.' }),
    price: optional(moneyPerMonthField, { help: 'Of the whole per month; nothing: one hosted zone, 0.50 USD (2024).' }),
    ...upkeepParams,
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: ['the time of a look-up, with its two ways; none in an ideal network'],
  doesNotModel: ['names that point to dead addresses until their time to live is over', 'charges by query'],
  withoutEffect: {},
  build: ({ cached, hit, miss, resolvers, price }, bench) => {
    const group = addCopies(bench, { perShard: resolvers, detect: 0 })
    bench.addCost(price === null ? 'hosted zone' : 'price as written', price ?? HOSTED_ZONE, { isPerInstance: false })
    return {
      primary: null,
      group,
      ...noConnections,
      call: (inner, { write }) => {
        const branches = [
          { probability: cached, steps: [write.delay('look-up', hit)] },
          { probability: 1 - cached, steps: [write.delay('look-up', miss)] },
        ]
        const looking: readonly Step[] = bench.isNetworkIdeal ? [] : [write.choose(branches)]
        return { group, pick: nearest, steps: [...looking, ...inner], send: 0, receive: 0 }
      },
    }
  },
})

/** USD per month. Source: AWS Route 53, 2024. */
const HOSTED_ZONE = 0.5
