import type { Bytes, PerSecond, Ratio } from '../base/units.ts'
import { type Distribution, fixed, meanOf, scaled } from '../model/distribution.ts'
import type { GroupIndex, KeyDomainIndex, ResourceIndex } from '../model/resource.ts'
import type { Pick, Step } from '../model/step.ts'
import { oneOf } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import { bytesField, lawField, moneyPerMonthField, rateField, wholeField } from '../text/quantity-fields.ts'
import { addUnits, leaderOf, noConnections, tablesDomain } from './copies.ts'
import { type Access, defineKind, type RowAsk } from './define.ts'
import { upkeepParams } from './fleet.ts'
import { storage } from './prices.ts'
import { addReplicated, failoverField } from './replication.ts'
import { copiesOf, tableHoldings } from './holdings.ts'
import { checkTables, pathOf, type Table, tableOf, tableParts, type Tables, tablesField } from './tables.ts'

/** What a partition takes per second; a strong read takes twice the units of another. */
const throughputKeys = {
  reads: withDefault(rateField({ above: 0 }), '3 k/s', {
    effect: { at: '100/s', moves: ['success down'] },
    help: 'Read units per second of one partition, strongly consistent.',
    source: 'Amazon DynamoDB Developer Guide: partitions, 2025',
    range: '1 k/s..10 k/s',
  }),
  writes: withDefault(rateField({ above: 0 }), '1 k/s', {
    effect: { at: '50/s', moves: ['success down'] },
    help: 'Write units per second of one partition.',
    source: 'Amazon DynamoDB Developer Guide: partitions, 2025',
    range: '0.5 k/s..5 k/s',
  }),
  'read-unit': withDefault(bytesField({ above: 0 }), '4 KiB', {
    effect: { at: '500 B', moves: ['busy up'] },
    help: 'Bytes that one read unit is good for.',
    source: 'Amazon DynamoDB Developer Guide: read request units, 2025',
  }),
  'write-unit': withDefault(bytesField({ above: 0 }), '1 KiB', {
    effect: { at: '200 B', moves: ['busy up'] },
    help: 'Bytes that one write unit is good for.',
    source: 'Amazon DynamoDB Developer Guide: write request units, 2025',
  }),
}

const latencyKeys = {
  read: withDefault(lawField('time', 'skewed'), '{ p50: 4 ms, p99: 16 ms }', {
    effect: { at: '500 ms', moves: ['mean up'] },
    help: 'Time of a read inside the store.',
    source: 'Amazon DynamoDB, USENIX ATC 2022: single-digit milliseconds; averages 2-6 ms',
    range: '1.3 ms..16 ms',
  }),
  write: withDefault(lawField('time', 'skewed'), '{ p50: 4 ms, p99: 16 ms }', {
    effect: { at: '500 ms', moves: ['mean up'] },
    help: 'Time of a write inside the store, its copies included.',
    source: 'Amazon DynamoDB, USENIX ATC 2022: single-digit milliseconds; averages 2-6 ms',
    range: '1.3 ms..20 ms',
  }),
}

/** A managed store by key, whose partitions have a throughput each. */
export const keyValueStore = defineKind({
  id: 'key-value-store',
  aliases: ['key-value'],
  is: null,
  about: 'A managed store of values by key: no machines, but partitions with a throughput each, and hot ones.',
  params: {
    tables: required(tablesField, { help: 'What it holds, by name.' }),
    partitions: withDefault(wholeField(), '1', {
      effect: { at: '9', moves: ['busy down'] },
      help: 'Parts of the keys, by hash, each with a throughput of its own.',
    }),
    copies: withDefault(wholeField(), '3', {
      effect: { at: '1', moves: ['zone: success down', 'cost down'] },
      help: 'Copies of each partition: another takes over when one is lost.',
      source: 'Amazon DynamoDB, USENIX ATC 2022: three copies in three zones',
      range: '1..5',
    }),
    consistency: withDefault(oneOf('eventual', 'strong'), 'eventual', {
      effect: { at: 'strong', moves: ['mean up'] },
      help: 'Of reads that do not say; strong ones cost twice the read units.',
    }),
    throughput: withDefault(record(throughputKeys, 'a throughput'), '{}', { help: 'Of each partition.' }),
    waiting: withDefault(wholeField({ min: 0 }), '200', {
      effect: { at: '2', moves: ['success down'] },
      help: 'Requests that a partition that is used up keeps before it refuses more.',
      source: 'assumption: a fraction of a second of what it takes',
      range: '0..2000',
    }),
    latency: withDefault(record(latencyKeys, 'latencies'), '{}', { help: 'Time inside the store beside waiting.' }),
    failover: withDefault(failoverField({ detect: '1 s', promote: '1 s' }), '{}', {
      help: 'Until another copy of a partition leads.',
    }),
    price: optional(moneyPerMonthField, {
      effect: { at: '777 USD/month', moves: ['cost up'] },
      help: 'Of the whole per month; nothing: its space, without requests.',
    }),
    ...upkeepParams,
  },
  presets: {},
  parts: 'tables',
  verbs: ['read', 'write'],
  models: [
    'read and write units of each partition by the size of what is read and written, hot partitions by key',
    'waiting, then refusal, at a partition that is used up; a copy that takes over',
  ],
  doesNotModel: [
    'units saved up for bursts; partitions that split',
    'indexes as tables of their own: a read by index costs what it returns',
    'keys of one batch are asked for at one partition; charges by request',
  ],
  withoutEffect: {},
  partsOf: ({ tables }) => tableParts(tables),
  holdingsOf: ({ tables, copies }) => tableHoldings(tables, { copies: copiesOf(copies, 'copies'), on: 'service' }),
  check: ({ tables }) => checkTables(tables),
  build: (settings, bench) => {
    const { partitions, copies, failover } = settings
    const group = addReplicated(bench, failover, {
      shards: partitions,
      followers: copies - 1,
      keeps: { on: 'disk', backup: null },
    })
    const { price, tables, throughput, waiting } = settings
    if (price === null) bench.addCost('space', spacePrice(tables), { isPerInstance: false })
    else bench.addCost('price as written', price, { isPerInstance: false })
    bench.mind(`requests to ${bench.component} are charged by use, which is not counted yet`)
    const reads = addUnits(bench, group, 'read units', waiting)
    const writes = addUnits(bench, group, 'write units', waiting)
    const parts = { group, settings, domain: tablesDomain(bench, tables) }
    return {
      primary: reads,
      group,
      ...noConnections,
      read: (ask) => readAccess(ask, { ...parts, units: reads, perSecond: throughput.reads }),
      write: (ask) => writeAccess(ask, { ...parts, units: writes, perSecond: throughput.writes }),
    }
  },
})

const GIGABYTE = 1e9

const spacePrice = (tables: Tables): number =>
  [...tables.values()].reduce((sum, { value }) => sum + (value.rows * value.row * storage.keyValue) / GIGABYTE, 0)

interface Partitions {
  readonly group: GroupIndex
  readonly domain: KeyDomainIndex
  readonly units: ResourceIndex
  readonly perSecond: PerSecond
  readonly settings: {
    readonly tables: Tables
    readonly partitions: number
    readonly consistency: 'eventual' | 'strong'
    readonly throughput: { readonly 'read-unit': Bytes; readonly 'write-unit': Bytes }
    readonly latency: { readonly read: Distribution; readonly write: Distribution }
  }
}

const partitionOf = (ask: RowAsk, { domain }: Partitions): Pick => leaderOf(ask.keyDomain ?? domain)

/** Reads that may be old cost half. All go by one place, where the units of the partition are counted. */
function readAccess(ask: RowAsk, parts: Partitions): Access {
  const { settings } = parts
  const { table } = tableOf(settings.tables, ask.part)
  const path = pathOf(table, ask.path)
  if (path.by === 'scan') return scanAccess(ask, parts, table)
  const rows = ask.rows ?? path.rows
  const isStrong = ask.consistency === 'default' ? settings.consistency === 'strong' : ask.consistency === 'strong'
  const units = unitsOf(table, rows, settings.throughput['read-unit']) * (isStrong ? 1 : HALF)
  const steps = [...unitSteps(ask, units, parts), ask.write.delay('read', settings.latency.read)]
  const bytes = meanOf(rows) * table.row * Math.max(1, ask.count.fixed)
  return { group: parts.group, pick: partitionOf(ask, parts), steps, send: 0, receive: bytes }
}

const HALF: Ratio = 0.5

/** Bytes that one request of a scan returns at most. Source: Amazon DynamoDB Developer Guide: Scan, 2025. */
const PAGE: Bytes = 1e6

/** All partitions side by side, each page after page: what is looked at is paid for, whatever it returns. */
function scanAccess(ask: RowAsk, parts: Partitions, table: Table): Access {
  const { group, settings } = parts
  const { partitions, latency, throughput } = settings
  const bytes = (table.rows * table.row) / partitions
  const pages = Math.max(1, Math.ceil(bytes / PAGE))
  const units = (HALF * bytes) / throughput['read-unit']
  const steps = [...unitSteps(ask, units, parts), ask.write.delay('pages', scaled(latency.read, pages))]
  const pick = leaderOf('uniform')
  const one = (): readonly Step[] => [ask.write.callPeer({ group, pick, steps, send: 0, receive: bytes })]
  const branches = Array.from({ length: partitions }, one)
  return {
    group,
    pick,
    steps: partitions === 1 ? steps : [ask.write.parallel('partitions', branches, partitions)],
    send: 0,
    receive: bytes * partitions,
  }
}

function writeAccess(ask: RowAsk, parts: Partitions): Access {
  const { settings } = parts
  const { table } = tableOf(settings.tables, ask.part)
  const rows = ask.rows ?? fixed(1)
  const each = unitsOf(table, fixed(1), settings.throughput['write-unit']) * (1 + table.indexes.size)
  const steps = [...unitSteps(ask, each * meanOf(rows), parts), ask.write.delay('write', settings.latency.write)]
  const bytes = meanOf(rows) * table.row * Math.max(1, ask.count.fixed)
  return { group: parts.group, pick: partitionOf(ask, parts), steps, send: bytes, receive: 0 }
}

/** Units are whole; rows of one access are counted together. */
const unitsOf = (table: Table, rows: Distribution, unit: Bytes): number =>
  Math.max(1, Math.ceil((meanOf(rows) * table.row) / unit))

function unitSteps(
  { write, count }: RowAsk,
  units: number,
  { units: station, perSecond }: Partitions,
): readonly Step[] {
  const time = (units * Math.max(1, count.fixed)) / perSecond
  return count.times === null
    ? [write.serve(station, fixed(time))]
    : [write.serve(station, fixed(0), { each: time, times: count.times })]
}
