import { assert } from '../base/assert.ts'
import type { Bytes, Seconds } from '../base/units.ts'
import { type Distribution, fixed, meanOf } from '../model/distribution.ts'
import type { GroupIndex, ResourceIndex } from '../model/resource.ts'
import type { Step } from '../model/step.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import {
  bytesField,
  countField,
  lawField,
  moneyPerMonthField,
  ratioField,
  timeField,
  wholeField,
} from '../text/quantity-fields.ts'
import { addServers, copyAt, leaderOf, noConnections } from './copies.ts'
import { type Access, type Ask, type Behaviour, defineKind, type SettingsProblem, type Workbench } from './define.ts'
import { upkeepParams, pauseParams } from './fleet.ts'
import {
  addKeyspaces,
  checkKeyspaces,
  entriesOf,
  evictField,
  type KeptKeyspace,
  type Keyspaces,
  keyspaceParts,
  keyspacesField,
  modelBytes,
} from './keyspaces.ts'
import { plus } from './laws.ts'
import { cacheHourlyPerGibibyte, HOURS_PER_MONTH } from './prices.ts'
import { cacheOverhead, copiesOf, keyHoldings } from './holdings.ts'
import { addReplicated, failoverField, type FailoverSettings } from './replication.ts'

const GIBIBYTE = 2 ** 30

/** Bytes of a key in a request. Source: Twitter cache traces, median of 54 clusters, 2020. */
const KEY_BYTES = 36

const workField = record(
  {
    command: withDefault(lawField('time', 'skewed'), 'lognormal(mean 6 us cv 0.78)', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'Of one request: read it from the network, find, answer.',
      source: 'memcached: 150 000 requests/s per core without batching, planning value after a 2009 measurement',
      range: '3 us..17 us',
    }),
    key: withDefault(timeField(), '1 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'For each key of a request.',
      source: 'assumption',
      range: '0.2 us..2 us',
    }),
    kilobyte: withDefault(timeField(), '0.4 us', {
      effect: { at: '5 ms', moves: ['mean up'] },
      help: 'For each 1000 bytes of keys and values.',
      source: 'TCP echo of 32 KiB in 50 us (napkin-math, 2026): half of it at the server, once in and once out',
      range: '0.1 us..1 us',
    }),
  },
  'times of a cache',
)

/** Keys and values in memory, spread over shards, each with copies. */
export const cache = defineKind({
  id: 'cache',
  aliases: [],
  is: null,
  about: 'Keys and values in memory: the hit ratio follows from keys, popularity, memory, time to live and eviction.',
  params: {
    keyspaces: required(keyspacesField, { help: 'What it holds, by name.' }),
    shards: withDefault(wholeField(), '1', {
      effect: { at: '8', moves: ['busy down'] },
      help: 'Parts of the keys, by hash, each on a machine of its own.',
    }),
    replicas: withDefault(wholeField({ min: 0 }), '0', {
      effect: { at: '3', moves: ['busy down'] },
      help: 'Copies of each shard beside its leader: they take over, and follow in the background.',
    }),
    memory: withDefault(bytesField({ above: 0 }), '4 GiB', {
      effect: { at: '1 GiB', moves: ['cost up'] },
      help: 'Of each instance.',
    }),
    entries: optional(countField({ min: 1 }), {
      effect: { at: '100', moves: ['hits down'] },
      help: 'Entries of each instance, in place of memory (for theory).',
    }),
    usable: withDefault(ratioField({ above: 0 }), '90%', {
      effect: { at: '20%', with: ['memory=4 MiB'], moves: ['hits down'] },
      help: 'Part of the memory that holds entries.',
      source: 'memcached: slab growth factor 1.25, about 10 % slack, 2026',
      range: '70%..100%',
    }),
    overhead: withDefault(bytesField(), '92 B', {
      effect: { at: '2 KB', with: ['memory=4 MiB'], moves: ['hits down'] },
      help: 'Memory of an entry beside its value: header and key.',
      source: 'memcached item header 56 B, and a key of 36 B (Twitter cache traces, 2020)',
      range: '48 B..160 B',
    }),
    evict: withDefault(evictField, 'lru', {
      effect: { at: 'random', with: ['memory=2 MiB', 'keyspaces.k.ttl=1 h'], moves: ['hits down'] },
      help: 'What goes when memory is full. `lfu`: counts outlive entries, and a new key comes in once it is asked for more; `none`: new keys are refused.',
    }),
    threads: withDefault(wholeField(), '4', {
      effect: { at: '2', moves: ['busy up'] },
      help: 'Threads of an instance that execute commands.',
      source: 'memcached: worker threads, 2026',
      range: '1..64',
    }),
    work: withDefault(workField, '{}', { help: 'Processor time of a thread.' }),
    failover: withDefault(failoverField({ detect: '10 s', promote: '2 s' }), '{}', {
      help: 'How a dead leader is noticed and replaced by a replica.',
    }),
    ...pauseParams,
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of one instance per month; nothing: by its memory.',
    }),
    ...upkeepParams,
  },
  presets: {},
  parts: 'keyspaces',
  verbs: ['get', 'put', 'call'],
  models: [
    'hits and misses key by key: popularity, time to live, eviction, what is in flight',
    'threads that execute commands one after the other, hot shards, requests for several keys',
    'scripts and slow commands (`call` with `work`): nobody else is served by that thread meanwhile',
    'replicas that follow in the background and take over',
  ],
  doesNotModel: [
    'stale values: a hit is a hit, whatever was written elsewhere since',
    'network time of batches whose number of keys is drawn: that of one key',
    'snapshots, resharding, connections',
  ],
  withoutEffect: {},
  partsOf: ({ keyspaces }) => keyspaceParts(keyspaces),
  holdingsOf: ({ keyspaces, replicas, overhead }) =>
    keyHoldings({
      keyspaces,
      copies: copiesOf(1 + replicas, 'replicas', 'copies (1 + replicas)'),
      overhead: cacheOverhead(overhead),
      on: 'memory',
    }),
  check: (settings) => [...checkKeyspaces(settings.keyspaces), ...checkRoom(settings)],
  build: (settings, bench) => {
    const group = addCacheGroup(bench, settings)
    const threads = addServers(bench, group, {
      name: 'cpu',
      servers: settings.threads,
      discipline: 'fifo',
      label: 'cpu',
      pauses: settings['slow-mode'],
    })
    const kept = addKeyspaces(bench, settings.keyspaces, {
      group,
      entries: entriesOf(settings.keyspaces, settings.shards, settings),
      evict: settings.evict,
    })
    const shared = { group, threads, work: settings.work, replicas: settings.replicas }
    const behind = addBehind(bench, group, settings.keyspaces)
    return {
      primary: threads,
      group,
      ...noConnections,
      get: (ask) => {
        const found = keptOf(kept, ask)
        const isThrough = found.keyspace.write === 'through'
        const fill = isThrough ? fillInPlace(found, ask, shared) : putAccess(found, ask, shared, 'fill')
        return {
          cache: found.cache,
          access: getAccess(found, ask, shared),
          style: isThrough ? 'through' : 'aside',
          fill: found.keyspace.write === 'model' ? null : fill,
        }
      },
      put: (ask) => withBehind(putAccess(keptOf(kept, ask), ask, shared, 'put'), behind.get(nameOf(kept, ask)), ask),
      call: (inner, { keyDomain, write }) => ({
        group,
        pick: leaderOf(keyDomain ?? 'uniform'),
        steps: inner.length > 0 ? inner : [write.serve(threads, settings.work.command)],
        send: 0,
        receive: 0,
      }),
      // One visit: a script is one command, nobody comes between.
      work: (time, per, write) => [write.serve(threads, plus(time, meanOf(settings.work.command)), per)],
      drains: [...behind.values()],
    }
  },
})

interface CacheSettings {
  readonly keyspaces: Keyspaces
  readonly shards: number
  readonly replicas: number
  readonly memory: Bytes
  readonly usable: number
  readonly overhead: Bytes
  readonly entries: number | null
  readonly threads: number
  readonly failover: FailoverSettings
  readonly price: number | null
  readonly 'slow-mode': { readonly every: Distribution; readonly for: Distribution } | null
}

function addCacheGroup(bench: Workbench, settings: CacheSettings): GroupIndex {
  const { shards, replicas, failover, memory, price, keyspaces } = settings
  const byMemory = (memory / GIBIBYTE) * cacheHourlyPerGibibyte * HOURS_PER_MONTH
  if (price === null) bench.addCost('cache memory', byMemory, { isPerInstance: true })
  else bench.addCost('price as written', price, { isPerInstance: true })
  // What has its home elsewhere can be fetched again.
  const isHome = [...keyspaces.values()].some(({ value }) => value.write === 'model')
  const keeps = isHome ? { keeps: { on: 'memory', backup: null } as const } : {}
  return addReplicated(bench, failover, { shards, followers: replicas, ...keeps })
}

type Drain = NonNullable<Behaviour['drains']>[number]

/** What is put waits in memory until it is written to the store. */
function addBehind(bench: Workbench, group: GroupIndex, keyspaces: Keyspaces): ReadonlyMap<string, Drain> {
  return new Map(
    [...keyspaces].flatMap(([name, { value }]): readonly (readonly [string, Drain])[] => {
      const { store = null, flush = 0 } = value
      if (value.write !== 'behind' || store === null) return []
      const log = bench.addResource({
        kind: 'log',
        id: `${bench.component}.${name} behind`,
        group,
        partitions: 1,
        isShared: true,
        keyDomain: null,
        capacity: Infinity,
        messageSize: value.value,
        isVolatile: true,
      })
      return [[name, { log, store, every: flush }]]
    }),
  )
}

function withBehind(access: Access, drain: Drain | undefined, ask: Ask): Access {
  if (drain === undefined) return access
  const keys = keysOf(ask)
  const publish: Step = { kind: 'publish', log: drain.log, count: fixed(keys), times: ask.count.times, shipEvery: 0 }
  return { ...access, steps: [publish, ...access.steps] }
}

const nameOf = (kept: ReadonlyMap<string, KeptKeyspace>, { part }: Ask): string => part ?? [...kept.keys()][0] ?? ''

function keptOf(kept: ReadonlyMap<string, KeptKeyspace>, { part }: Ask): KeptKeyspace {
  const [first] = kept.values()
  const found = part === null ? first : kept.get(part)
  assert(found !== undefined, `keyspace ${part ?? ''} was found before`)
  return found
}

interface Shared {
  readonly group: GroupIndex
  readonly threads: ResourceIndex
  readonly work: { readonly command: Distribution; readonly key: Seconds; readonly kilobyte: Seconds }
  readonly replicas: number
}

/** Whole keys of one request: what is spread over shards comes as a fraction. */
const keysOf = ({ count }: Ask): number => Math.max(1, Math.round(count.fixed))

function commandStep({ keyspace }: KeptKeyspace, ask: Ask, { threads, work }: Shared): Step {
  const keys = keysOf(ask)
  const each = work.key + ((KEY_BYTES + keyspace.value) / 1000) * work.kilobyte
  const { times } = ask.count
  if (times === null) return ask.write.serve(threads, plus(work.command, keys * each))
  return ask.write.serve(threads, work.command, { each: keys * each, times })
}

function getAccess(kept: KeptKeyspace, ask: Ask, shared: Shared): Access {
  const keys = keysOf(ask)
  const probe: Step = { kind: 'probe', cache: kept.cache, keys, times: ask.count.times }
  return {
    group: shared.group,
    pick: leaderOf(kept.domain),
    steps: [commandStep(kept, ask, shared), probe],
    send: keys * KEY_BYTES,
    receive: keys * kept.keyspace.value,
  }
}

type Mode = 'put' | 'fill'

const insertStep = ({ cache }: KeptKeyspace, ask: Ask, mode: Mode): Step => ({
  kind: 'insert',
  cache,
  keys: keysOf(ask),
  times: ask.count.times,
  mode,
})

/** Written at the leader and answered; replicas follow without anyone waiting. */
function putAccess(kept: KeptKeyspace, ask: Ask, shared: Shared, mode: Mode): Access {
  const write = [commandStep(kept, ask, shared), insertStep(kept, ask, mode)]
  return {
    group: shared.group,
    pick: leaderOf(kept.domain),
    steps: [...write, ...followSteps(kept, ask, shared, mode)],
    send: keysOf(ask) * (KEY_BYTES + kept.keyspace.value),
    receive: 0,
  }
}

function followSteps(kept: KeptKeyspace, ask: Ask, shared: Shared, mode: Mode): readonly Step[] {
  if (shared.replicas === 0) return []
  const bytes = keysOf(ask) * (KEY_BYTES + kept.keyspace.value)
  const branches = Array.from({ length: shared.replicas }, (_, i): readonly Step[] => {
    const steps = [commandStep(kept, ask, shared), insertStep(kept, ask, mode)]
    return [ask.write.callPeer({ group: shared.group, pick: copyAt(i + 1), steps, send: bytes, receive: 0 })]
  })
  const [only = []] = branches
  const steps = branches.length === 1 ? only : [ask.write.parallel('replication', branches, branches.length)]
  // What was fetched after a miss can be fetched again.
  const isMissed = mode === 'put' ? ({ isReplication: true } as const) : {}
  return [{ kind: 'reply' }, { kind: 'attempt', steps, otherwise: [], ...isMissed }]
}

/** Read-through: the cache itself keeps what it fetched. */
const fillInPlace = (kept: KeptKeyspace, ask: Ask, shared: Shared): Access => ({
  group: shared.group,
  pick: leaderOf(kept.domain),
  steps: [insertStep(kept, ask, 'fill')],
  send: 0,
  receive: 0,
})

interface RoomSettings extends CacheSettings {
  readonly evict: string
}

const checkRoom = (settings: RoomSettings): readonly SettingsProblem[] => [
  ...checkModels(settings),
  ...checkRefusals(settings),
]

/** What lives here alone has to fit. */
function checkModels({ keyspaces, shards, memory, usable, overhead }: RoomSettings): readonly SettingsProblem[] {
  const needed = modelBytes(keyspaces, shards, overhead)
  if (needed <= memory * usable) return []
  const gibibytes = (bytes: number): string => `${Number((bytes / GIBIBYTE).toPrecision(3))} GiB`
  const message =
    `what lives here alone (\`write: model\`) takes ${gibibytes(needed)} of each shard, ` +
    `\`memory\` has ${gibibytes(memory * usable)} for it`
  const hint = 'add shards or memory'
  return [{ severity: 'warning', code: 'memory-full', param: 'memory', message, hint }]
}

/** Without eviction the first keys stay, and all others miss for ever. */
function checkRefusals(settings: RoomSettings): readonly SettingsProblem[] {
  if (settings.evict !== 'none') return []
  const entries = entriesOf(settings.keyspaces, settings.shards, settings)
  return [...settings.keyspaces].flatMap(([name, { value }]): readonly SettingsProblem[] => {
    const room = entries.get(name) ?? 0
    const wanted = Math.ceil(value.keys / settings.shards)
    if (room >= wanted || value.write === 'model') return []
    const message = `\`${name}\` has room for ${room} of ${wanted} keys of a shard, and \`evict: none\` refuses the others`
    return [
      { severity: 'warning', code: 'memory-full', param: 'memory', message, hint: 'write `evict: lru`, or add memory' },
    ]
  })
}
