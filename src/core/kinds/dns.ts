import { oneOf } from '../text/field.ts'
import { optional, withDefault } from '../text/param.ts'
import { lawField, moneyPerMonthField, ratioField, timeField, wholeField } from '../text/quantity-fields.ts'
import { addAnswerCache, keptAnswer } from './answers.ts'
import { checksOf, checksParams } from './checks.ts'
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
    ttl: withDefault(timeField(), '60 s', {
      help: 'How long an answer is kept: so long some clients go on to ask what is dead, and none what is new.',
      source: 'AWS Route 53 documentation: 60 s or less where health checks decide, 2025',
      range: '5 s..1 d',
      effect: { at: '10 min', moves: ['hits up', 'zone: success down'] },
    }),
    networks: withDefault(wholeField(), '100', {
      help: 'Caches that the clients of each resolver are spread over: how often an answer is there follows from it.',
      source: 'assumption: networks and devices that keep answers of their own',
      range: '1..100 k',
      effect: { at: '100 k', moves: ['hits down'] },
    }),
    cached: optional(ratioField(), {
      help: 'Forces the part of the look-ups that is answered from a cache, instead of the one that follows.',
      effect: { at: '50%', moves: ['hits down'] },
    }),
    routing: withDefault(oneOf('any', 'nearest'), 'any', {
      help: 'What clients are told: `any` of the instances that are there, or the `nearest` one.',
      effect: { at: 'nearest', moves: ['mean down'] },
    }),
    ...checksParams,
    hit: withDefault(lawField('time', 'skewed'), '{ p50: 1 ms, p99: 10 ms }', {
      effect: { at: '30 ms', moves: ['mean up'] },
      help: 'Of a look-up that is in the cache, without the way there.',
      source: 'assumption: resolvers in one network below 1-2 ms, those of providers 5-20 ms',
      range: '0.3 ms..20 ms',
    }),
    miss: withDefault(lawField('time', 'skewed'), '{ p50: 50 ms, p99: 120 ms }', {
      effect: { at: '200 ms', moves: ['mean up'] },
      help: 'Of one that is not.',
      source: 'assumption: 20-120 ms',
      range: '20 ms..120 ms',
    }),
    resolvers: withDefault(wholeField(), '2', {
      effect: { at: '50', moves: ['hits down'] },
      help: 'Resolvers, at the places of `at`.',
    }),
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of the whole per month; nothing: one hosted zone, 0.50 USD (2024).',
    }),
    ...upkeepParams,
  },
  presets: {},
  parts: null,
  verbs: ['call'],
  models: [
    'the time of a look-up, kept or not; none in an ideal network; the client then goes to the address itself',
    'clients that go on to a dead address, with all their attempts, until the answer they keep is too old',
    'its own health checks of what it points to',
  ],
  doesNotModel: ['resolvers and programs that keep answers longer than they may', 'charges by query'],
  withoutEffect: {},
  build: (settings, bench) => {
    const { ttl, networks, cached, routing, hit, miss, resolvers, price } = settings
    const group = addCopies(bench, { perShard: resolvers, detect: 0 })
    const keeping = { name: 'answers', keys: networks, timeToLive: ttl, forced: cached }
    const answers = bench.isNetworkIdeal || ttl === 0 ? null : addAnswerCache(bench, group, keeping)
    const within = routing === 'nearest' ? { within: 'nearest' as const } : {}
    bench.addCost(price === null ? 'hosted zone' : 'price as written', price ?? HOSTED_ZONE, { isPerInstance: false })
    return {
      primary: null,
      group,
      ...noConnections,
      isLookup: true,
      forwards: { pick: { ...within, ...(ttl === 0 ? {} : { keptFor: ttl }) }, ...checksOf(settings) },
      call: (inner, { write }) => {
        const asking = bench.isNetworkIdeal ? [] : [write.delay('look-up', miss)]
        const looking = answers === null ? asking : [keptAnswer(write, answers, asking, [write.delay('look-up', hit)])]
        return { group, pick: nearest, steps: [...looking, ...inner], send: 0, receive: 0 }
      },
    }
  },
})

/** USD per month. Source: AWS Route 53, 2024. */
const HOSTED_ZONE = 0.5
