import { assert } from '../base/assert.ts'
import type { Step } from '../model/step.ts'
import { optional, required, withDefault } from '../text/param.ts'
import { bytesField, lawField, moneyPerMonthField, wholeField } from '../text/quantity-fields.ts'
import { balanceParams, checkBalance, forwardsOf } from './balance.ts'
import { addCopies, nearest, noConnections } from './copies.ts'
import { defineKind } from './define.ts'
import { detectTime, healthField, upkeepParams } from './fleet.ts'
import { copiesOf, keyHoldings } from './holdings.ts'
import { addKeyspaces, checkKeyspaces, edgeKeyspacesField, entriesOf, evictField, keyspaceParts } from './keyspaces.ts'

/** Bytes of a request line and its headers (assumption). */
const REQUEST_BYTES = 500

/** Bytes of headers that an object takes beside its body (assumption). */
const HEADER_BYTES = 500

/** A cache at each edge location, in front of what it caches. */
export const cdn = defineKind({
  id: 'cdn',
  aliases: [],
  is: null,
  about: 'A content delivery network: each edge location keeps its own answers and asks the origin for what it misses.',
  params: {
    keyspaces: required(edgeKeyspacesField, { help: 'What it keeps, by name.' }),
    locations: withDefault(wholeField(), '1', { help: 'Edge locations; those of `at` count when it is written.' }),
    memory: optional(bytesField({ above: 0 }), {
      effect: { at: '512 KiB', moves: ['hits down'] },
      help: 'Space of an edge location; nothing: it never fills up (assumption: disks of an edge hold terabytes).',
    }),
    evict: withDefault(evictField, 'lru', {
      effect: { at: 'random', with: ['memory=2 MiB', 'keyspaces.k.ttl=1 h'], moves: ['surge: hits down'] },
      help: 'What goes when the space is full.',
    }),
    serve: withDefault(lawField('time', 'skewed'), '{ p50: 5 ms, p99: 30 ms }', {
      effect: { at: '90 ms', moves: ['mean up'] },
      help: 'Time at the edge for each request, without the way there.',
      source: 'Netlify staff statistics on edge answers, 2020: 50-80 ms less the round trip of clients',
      range: '1.7 ms..30 ms',
    }),
    health: withDefault(
      healthField({ interval: '1 s', unhealthyAfter: '3', source: 'assumption: routes move within seconds' }),
      '{}',
      { help: 'How clients are led away from a dead edge location.' },
    ),
    ...balanceParams('the instances behind it'),
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of one edge location per month; nothing: by use, not counted yet.',
    }),
    ...upkeepParams,
  },
  presets: {},
  parts: 'keyspaces',
  verbs: ['get', 'call'],
  models: [
    'hits and misses at each edge location by itself: popularity, time to live, what is in flight',
    'the way from clients to the nearest location, and on to the origin after a miss',
  ],
  doesNotModel: ['a second tier between edge and origin', 'limits of an edge location', 'its price by traffic'],
  withoutEffect: {},
  partsOf: ({ keyspaces }) => keyspaceParts(keyspaces),
  holdingsOf: ({ keyspaces }) => keyHoldings({ keyspaces, copies: copiesOf(1, ''), overhead: null, on: 'service' }),
  check: (settings) => [...checkKeyspaces(settings.keyspaces), ...checkBalance(settings)],
  build: (settings, bench) => {
    const perShard = bench.places.length > 0 ? bench.places.length : settings.locations
    const { health, price, keyspaces } = settings
    const group = addCopies(bench, { perShard, detect: detectTime(health) })
    if (price === null) bench.mind(`the traffic of ${bench.component} is priced by use, which is not counted yet`)
    else bench.addCost('price as written', price, { isPerInstance: true })
    const room = { memory: settings.memory ?? Infinity, usable: 1, overhead: HEADER_BYTES, entries: null }
    const entries = entriesOf(keyspaces, 1, room)
    const kept = addKeyspaces(bench, keyspaces, { group, entries, evict: settings.evict })
    return {
      primary: null,
      group,
      ...noConnections,
      forwards: forwardsOf(settings, bench),
      get: ({ part, write, count }) => {
        const found = part === null ? [...kept.values()][0] : kept.get(part)
        assert(found !== undefined, `keyspace ${part ?? ''} was found before`)
        const { cache, keyspace } = found
        const keys = Math.max(1, Math.round(count.fixed))
        const probe: Step = { kind: 'probe', cache, keys, times: count.times }
        const insert: Step = { kind: 'insert', cache, keys, times: count.times, mode: 'fill' }
        const there = { group, pick: nearest, send: REQUEST_BYTES, receive: keyspace.value + HEADER_BYTES }
        return {
          cache,
          access: { ...there, steps: [write.delay('edge', settings.serve), probe] },
          style: 'through',
          fill: { ...there, steps: [insert] },
        }
      },
      call: (inner, { write }) => ({
        group,
        pick: nearest,
        steps: [write.delay('edge', settings.serve), ...inner],
        send: REQUEST_BYTES,
        receive: HEADER_BYTES,
      }),
    }
  },
})
