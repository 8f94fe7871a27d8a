import type { Bytes, Ratio, Seconds } from '../base/units.ts'
import type { GroupIndex, KeyDomainIndex, ResourceIndex } from '../model/resource.ts'
import { mapOf, type Named, oneOf, text } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import { bytesField, countField, popularityField, ratioField, timeField } from '../text/quantity-fields.ts'
import type { Part, SettingsProblem, Workbench } from './define.ts'
import { checkNotEmpty } from './named-parts.ts'
import { flag } from '../text/field.ts'

/** What both caches and CDNs keep under a name. */
const commonKeys = {
  keys: required(countField({ min: 1 }), {
    effect: { at: '10 M', moves: ['hits down'] },
    help: 'Different keys that are asked for.',
  }),
  popularity: withDefault(popularityField, 'uniform', {
    effect: { at: 'zipf(1.4)', moves: ['hits up'] },
    help: 'How unevenly they are asked for.',
    source:
      'assumption: all alike, which gives the lowest hit ratio; production caches have 0.63 to 1.51 (Twitter, 2020)',
    range: 'zipf(0.63)..zipf(1.51)',
  }),
  warm: withDefault(flag, 'true', {
    effect: { at: 'false', moves: ['hits down'] },
    help: 'Filled at the start as a long-running one would be.',
  }),
  hit: optional(ratioField(), {
    effect: { at: '99%', moves: ['hits up'] },
    help: 'Forces the hit ratio, which is an output otherwise.',
  }),
}

const ON_MISS = ['herd', 'single-flight', 'coalesce', 'early-refresh'] as const

export const keyspaceField = record(
  {
    ...commonKeys,
    value: withDefault(bytesField(), '224 B', {
      effect: { at: '90 KB', moves: ['hits down'] },
      help: 'Size of a value.',
      source: 'Twitter cache traces, median of 54 clusters, 2020',
      range: '85 B..4.6 KB',
    }),
    ttl: optional(timeField(), {
      effect: { at: '1 s', moves: ['hits down'] },
      help: 'Time to live after a write, or after the first of those that missed at once has filled it; nothing: for ever.',
    }),
    write: withDefault(oneOf('aside', 'through', 'behind', 'model'), 'aside', {
      effect: { at: 'through', moves: ['mean down'] },
      help:
        'Who fills it: the caller after a miss (`aside`), the cache itself (`through`), or it *is* where the values live ' +
        '(`model`: always there). `behind`: as `aside`, and what is put goes on to `store` in the background.',
    }),
    store: optional(text, { help: 'With `write: behind`: the table that it writes to: `db.links`.' }),
    flush: withDefault(timeField(), '1 s', {
      help: 'With `write: behind`: longest time until what was put is on its way to the store.',
      source: 'assumption: Redis writes its own log to disk this often',
      range: '10 ms..60 s',
    }),
    'on-miss': withDefault(oneOf(...ON_MISS), 'herd', {
      help:
        'Whether requests that miss the same key at once all go on, or wait for the first (`single-flight`). ' +
        '`early-refresh`: that too, and in the last fifth of its time to live one request fetches a key anew beside its hit.',
    }),
  },
  'a keyspace',
)

/** What an edge keeps: filled by itself from what stands behind it. */
export const edgeKeyspaceField = record(
  {
    ...commonKeys,
    value: withDefault(bytesField(), '18 KB', {
      effect: { at: '90 KB', moves: ['mean up'] },
      help: 'Size of an answer.',
      source: 'HTTP Archive Web Almanac: HTML of a page, 2024',
      range: '0.5 KB..1 MB',
    }),
    ttl: withDefault(timeField(), '24 h', {
      effect: { at: '1 s', moves: ['hits down'] },
      help: 'Time to live at the edge.',
      source: 'Amazon CloudFront Developer Guide: default TTL, 2025',
      range: '0 s..365 d',
    }),
    'on-miss': withDefault(oneOf(...ON_MISS), 'coalesce', {
      effect: { at: 'herd', with: ['keyspaces.k.keys=10', 'keyspaces.k.ttl=100 ms'], moves: ['surge: mean up'] },
      help: 'Whether requests that miss the same key at an edge location at once all go to the origin.',
      source: 'assumption: edges coalesce requests for one object',
    }),
  },
  'a keyspace',
)

/** Evictions by which a full cache makes room. */
export const evictField = oneOf('lru', 'lfu', 'fifo', 'random', 'none')

export interface Keyspace {
  readonly keys: number
  readonly popularity: number
  readonly warm: boolean
  readonly hit: Ratio | null
  readonly value: Bytes
  readonly ttl: Seconds | null
  readonly write?: 'aside' | 'through' | 'behind' | 'model'
  readonly 'on-miss': (typeof ON_MISS)[number]
  readonly store?: string | null
  readonly flush?: Seconds
}

export type Keyspaces = ReadonlyMap<string, Named<Keyspace>>

export const keyspacesField = mapOf(keyspaceField)
export const edgeKeyspacesField = mapOf(edgeKeyspaceField)

export const keyspaceParts = (keyspaces: Keyspaces): ReadonlyMap<string, Part> =>
  new Map([...keyspaces.keys()].map((name) => [name, { kind: 'keyspace', paths: [] }]))

/** Words that need another one beside them. */
export function checkKeyspaces(keyspaces: Keyspaces): readonly SettingsProblem[] {
  const problem = (message: string, hint: string): SettingsProblem => ({
    severity: 'error',
    code: 'write-behind',
    param: 'keyspaces',
    message,
    hint,
  })
  const problems = [...keyspaces].flatMap(([name, { value }]) => {
    const found: SettingsProblem[] = []
    if (value['on-miss'] === 'early-refresh' && (value.ttl ?? Infinity) === Infinity) {
      const message = `\`${name}\`: \`on-miss: early-refresh\` has no effect without \`ttl\`: nothing grows old`
      found.push({ severity: 'warning', code: 'no-effect', param: 'keyspaces', message, hint: 'write `ttl: 1 h`' })
    }
    if (value.write === 'behind' && (value.store ?? null) === null) {
      found.push(problem(`\`${name}\` writes behind, but does not say where to`, 'write `store: db.links`'))
    }
    return found
  })
  return [...problems, ...checkNotEmpty(keyspaces, 'keyspaces')]
}

/** What an entry takes beside its value, and which part of the memory holds entries. */
export interface Room {
  /** Of one instance; Infinity: does not bind. */
  readonly memory: Bytes
  readonly usable: Ratio
  readonly overhead: Bytes
  /** Entries of one instance, in place of memory; null = by memory. */
  readonly entries: number | null
}

/**
 * Entries that one instance has room for, by keyspace. What is the system of record (`model`) takes its bytes first and
 * is never evicted; the others share what is left by the bytes they would like to have.
 */
export function entriesOf(keyspaces: Keyspaces, shards: number, room: Room): ReadonlyMap<string, number> {
  const sizes = [...keyspaces].map(([name, { value: keyspace }]) => {
    const entry = keyspace.value + room.overhead
    return { name, entry, bytes: (keyspace.keys / shards) * entry, isModel: keyspace.write === 'model' }
  })
  const sum = (isModel: boolean): number =>
    sizes.reduce((total, size) => total + (size.isModel === isModel ? size.bytes : 0), 0)
  const left = Math.max(0, room.memory * room.usable - sum(true))
  const wanted = sum(false)
  return new Map(
    sizes.map(({ name, entry, bytes, isModel }) => {
      if (isModel) return [name, Infinity]
      const share = wanted === 0 ? 0 : bytes / wanted
      if (room.entries !== null) return [name, Math.floor(room.entries * share + 1e-9)]
      return [name, left === Infinity ? Infinity : Math.floor((left * share) / entry)]
    }),
  )
}

/** Bytes per shard that the keyspaces that live here alone take. */
export function modelBytes(keyspaces: Keyspaces, shards: number, overhead: Bytes): Bytes {
  return [...keyspaces.values()].reduce(
    (sum, { value }) => sum + (value.write === 'model' ? (value.keys / shards) * (value.value + overhead) : 0),
    0,
  )
}

/** A keyspace as it is played. */
export interface KeptKeyspace {
  readonly keyspace: Keyspace
  readonly cache: ResourceIndex
  readonly domain: KeyDomainIndex
}

interface Keeping {
  readonly group: GroupIndex
  readonly entries: ReadonlyMap<string, number>
  readonly evict: 'lru' | 'lfu' | 'fifo' | 'random' | 'none'
}

/** Part of the time to live after which a key is fetched anew (assumption). */
const REFRESH_FROM: Ratio = 0.8

/** One cache resource for each keyspace. */
export function addKeyspaces(
  bench: Workbench,
  keyspaces: Keyspaces,
  keeping: Keeping,
): ReadonlyMap<string, KeptKeyspace> {
  const { group, entries, evict } = keeping
  return new Map(
    [...keyspaces].map(([name, { value: keyspace }]) => {
      const domain = bench.keyDomain(Math.ceil(keyspace.keys), keyspace.popularity)
      const isModel = keyspace.write === 'model'
      const cache = bench.addResource({
        kind: 'cache',
        id: `${bench.component}.${name}`,
        group,
        keyDomain: domain,
        entries: entries.get(name) ?? 0,
        timeToLive: isModel ? Infinity : (keyspace.ttl ?? Infinity),
        evict: isModel ? 'none' : evict,
        isWarm: isModel || keyspace.warm,
        forcedHitRatio: keyspace.hit,
        onMiss: keyspace['on-miss'] === 'herd' ? 'herd' : 'single-flight',
        ...(keyspace['on-miss'] === 'early-refresh' ? { refreshFrom: REFRESH_FROM } : {}),
      })
      return [name, { keyspace, cache, domain }]
    }),
  )
}
