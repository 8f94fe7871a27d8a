import { mapped, oneOf } from '../text/field.ts'
import { optional, record, required, withDefault } from '../text/param.ts'
import {
  bandwidthField,
  bytesField,
  countField,
  lawField,
  ratioField,
  timeField,
  wholeField,
} from '../text/quantity-fields.ts'
import type { SettingsProblem } from './define.ts'
import { upkeepParams, pauseParams } from './fleet.ts'
import { checkReplicas } from './replication.ts'
import { shardsField } from './shards.ts'
import { checkSize, storeSizeParams } from './size.ts'
import type { StoreSettings } from './store.ts'
import { checkTables, layoutField, tablesField } from './tables.ts'

export const storeDefaults = { cpu: '4', memory: '16 GiB' } as const

/** One figure with where it comes from. */
export interface Figure {
  readonly value: string
  readonly source: string
  readonly range: string
}

export interface StoreFigures {
  readonly read: Figure
  readonly write: Figure
  readonly buffer: Figure
}

const backupField = record(
  {
    every: withDefault(timeField({ above: 0 }), '1 d', {
      effect: {
        at: '1 d',
        with: ['backup={ every: 1 min, restore-rate: 10 GB/s }'],
        moves: ['disaster: lost age up', 'disaster: lost writes up'],
      },
      help: 'Between two backups, or how often the log is shipped: what is newer is lost with the last copy.',
      source: 'Amazon RDS User Guide: automated backups once a day, 2025',
      range: '1 min..1 d',
    }),
    keep: withDefault(timeField({ above: 0 }), '7 d', {
      effect: { at: '60 d', moves: ['cost up'] },
      help: 'How long they are kept: decides what they cost.',
      source: 'Amazon RDS User Guide: retention of the console, 2025',
      range: '1 d..35 d',
    }),
    'restore-rate': withDefault(bandwidthField({ above: 0 }), '100 MB/s', {
      effect: {
        at: '5 GB/s',
        with: ['backup={ restore-rate: 100 MB/s }'],
        moves: ['disaster: success up', 'disaster: outage down'],
      },
      help: 'How fast a shard comes back from one.',
      source: 'assumption: near the throughput of a network disk',
      range: '20 MB/s..1 GB/s',
    }),
  },
  'a backup',
)

/** What every store of rows in pages has. `replicas`, and what its language of transactions needs, comes on top. */
export const storeParams = (figures: StoreFigures) => ({
  tables: required(tablesField, { help: 'What it holds, by name.' }),
  shards: withDefault(shardsField, '1', { help: 'Parts of the rows, each on machines of its own.' }),
  ...storeSizeParams(storeDefaults),
  work: withDefault(workField(figures), '{}', { help: 'Processor time of statements, all pages in memory.' }),
  buffer: withDefault(ratioField({ above: 0 }), figures.buffer.value, {
    effect: { at: '20%', moves: ['mean up'] },
    help: 'Part of the memory that holds pages, the cache of the operating system included.',
    source: figures.buffer.source,
    range: figures.buffer.range,
  }),
  layout: withDefault(layoutField, 'heap', {
    effect: { at: 'clustered', moves: ['mean down'] },
    help: 'Rows in a heap beside the index of their key, or in its leaves (`clustered`).',
  }),
  entry: withDefault(bytesField({ above: 0 }), '23 B', {
    effect: { at: '2 KB', moves: ['busy up'] },
    help: 'Size of an index entry, free space included.',
    source: 'depesz: B-tree of PostgreSQL 18 on an int8 key, 2026',
    range: '21 B..60 B',
  }),
  'row-overhead': withDefault(bytesField(), '32 B', {
    effect: { at: '5 KB', moves: ['mean up'] },
    help: 'What a row takes beside its columns.',
    source: 'depesz: 24 B header, line pointer and padding, PostgreSQL 18, 2026',
    range: '0 B..64 B',
  }),
  backup: optional(backupField, {
    help: 'Copies elsewhere, for when the last one here is gone (a `kill` with `disks: lost`).',
  }),
  ...pauseParams,
  ...upkeepParams,
})

const workField = ({ read, write }: StoreFigures) =>
  record(
    {
      read: withDefault(lawField('time', 'skewed'), read.value, {
        effect: { at: '5 ms', moves: ['mean up'] },
        help: 'A statement that finds one row by its key.',
        source: read.source,
        range: read.range,
      }),
      row: withDefault(timeField(), '5 us', {
        effect: { at: '5 ms', moves: ['mean up'] },
        help: 'Each further row that is returned or written.',
        source: 'assumption between a cached range of 1000 rows in 1 ms (2026) and of 100 rows in 1 ms',
        range: '1 us..10 us',
      }),
      key: withDefault(timeField(), '20 us', {
        help: 'Each further key of one statement.',
        source: 'assumption: walking the index and fetching the row, without parsing and planning',
        range: '5 us..100 us',
      }),
      scan: withDefault(timeField(), '0.3 us', {
        effect: { at: '2 us', with: ['tables.t.rows=1 k', 'tables.t.access.page.by=scan'], moves: ['mean up'] },
        help: 'Each row that a scan looks at.',
        source: 'assumption: 3 M narrow rows per second and processor',
        range: '0.1 us..1 us',
      }),
      write: withDefault(lawField('time', 'skewed'), write.value, {
        effect: { at: '5 ms', moves: ['mean up'] },
        help: 'A statement that writes one row, without its indexes.',
        source: write.source,
        range: write.range,
      }),
      index: withDefault(timeField(), '1.2 us', {
        effect: { at: '5 ms', moves: ['mean up'] },
        help: 'Each index of each row that is written.',
        source: 'A. Klotz: Insert speed and Postgres indexes, 2019: 10 000 rows with five indexes',
        range: '0.4 us..5 us',
      }),
      apply: withDefault(ratioField({ max: 2 }), '50%', {
        effect: { at: '200%', moves: ['busy up'] },
        help: 'Processor time of a copy for what its leader wrote, as a part of the leader.',
        source: 'assumption: no parsing, no checks, the same pages',
        range: '20%..100%',
      }),
    },
    'times of a store',
  )

/** A pool of connections that each calling instance keeps. */
export const poolParams = (most: Figure) => ({
  pool: withDefault(
    record(
      {
        max: withDefault(wholeField(), most.value, {
          effect: { at: '2', moves: ['mean up'] },
          help: 'Connections of one calling instance.',
          source: most.source,
          range: most.range,
        }),
        per: withDefault(oneOf('instance'), 'instance', { help: 'Who keeps them.' }),
        wait: withDefault(timeField({ canBeInfinite: true }), '30 s', {
          effect: { at: '1 ms', with: ['pool.max=1'], moves: ['success down'] },
          help: 'Longest wait for a free one; then the request is rejected.',
          source: 'HikariCP: connectionTimeout, 2024',
          range: '1 s..120 s',
        }),
      },
      'a pool',
    ),
    '{}',
    { help: 'Connections that callers keep to it.' },
  ),
})

export const maxConnections = ({ value, source, range }: Figure) =>
  withDefault(mapped(countField({ min: 1 }), Math.floor), value, {
    effect: { at: '2', moves: ['warnings up'] },
    help: 'Connections that one instance accepts: compared with the pools of all callers.',
    source,
    range,
  })

export const storeNotSimulated = {} as const

export const checkStore = (settings: StoreSettings): readonly SettingsProblem[] => [
  ...checkTables(settings.tables),
  ...checkReplicas(settings.replicas),
  ...checkSize(settings, storeDefaults),
]
